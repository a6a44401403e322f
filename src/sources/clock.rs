//! Times and durations in milliseconds, the unit of ledgers.

use std::time::Duration;

/// A function that returns the current time, in milliseconds since 1970.
pub type Clock<'a> = &'a (dyn Fn() -> i64 + Sync);

/// Returns a duration in milliseconds, or a quarter of `i64::MAX` if the number does not fit.
pub(super) fn in_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

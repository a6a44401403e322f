//! The time, as ledgers count it.

use std::time::Duration;

/// The time, in milliseconds since 1970, given in.
pub type Clock<'a> = &'a (dyn Fn() -> i64 + Sync);

/// A duration in milliseconds.
pub(super) fn in_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

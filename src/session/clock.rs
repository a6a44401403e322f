//! The clock of sessions. Rules and the ledger do not read the clock, so sessions pass them the
//! time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Returns the current date in UTC.
pub(super) fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "this module reads the clock for sessions")]
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Returns the current time in milliseconds since 1970-01-01 UTC.
pub(super) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this module reads the clock for sessions")]
    Timestamp::now().as_millisecond()
}

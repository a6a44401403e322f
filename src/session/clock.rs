//! The time, which the rules and the ledger are given from here.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Today, in UTC.
pub(super) fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "this module owns the clock")]
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this module owns the clock")]
    Timestamp::now().as_millisecond()
}

//! Dates in texts, in the formats that people use.

mod clock;
mod format;
mod formats;
mod found;
mod known;
mod numeric;
mod pattern;
mod shape;
mod spaces;
mod texts;
mod written;

pub use format::Format;
pub use formats::{DateFormats, RefusedFormat};
pub use known::{KNOWN_FORMATS, MONTH_DAYS};
pub use pattern::{DatePattern, DatePatternError};
pub use texts::{DateTexts, RefusedDateText};
pub use written::{MonthDay, WrittenDate};

#[cfg(test)]
mod property_tests;

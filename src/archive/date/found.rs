//! A date at the beginning of a text.

use jiff::civil::Date;

use super::clock::Clock;
use super::format::Format;
use super::written::{MonthDay, WrittenDate};

/// A date at the beginning of a text.
#[derive(Clone, Debug)]
pub(super) struct FoundDate<'a> {
    pub(super) written: WrittenDate,
    /// The length of the date, in bytes. A time and a zone belong to the date only if they are part of the
    /// format.
    pub(super) len: usize,
    /// The format of the archive that reads the text, perhaps except for an ordinal suffix, and the time
    /// and the zone that it reads.
    pub(super) format: Option<(&'a Format, Clock)>,
}

impl FoundDate<'_> {
    /// Returns the date with the year that follows a day without a year in another way than any format
    /// writes it, as in `16 March (2021)`. `len` is the length of the day.
    pub(super) fn with_year(day: MonthDay, len: usize, text: &str) -> Option<Self> {
        let rest = &text[len..];
        let number = rest.trim_start_matches([',', ' ']);
        let (number, is_bracketed) = match number.strip_prefix('(') {
            Some(number) => (number, true),
            None => (number, false),
        };
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let behind = &number[digits..];
        let is_whole = if is_bracketed {
            behind.starts_with(')')
        } else {
            !behind.starts_with(|char: char| char.is_alphanumeric() || matches!(char, ':' | '-'))
        };
        if digits != 4 || number.len() == rest.len() || !is_whole {
            return None;
        }
        // Other numbers are times of day, or numbers of anything.
        let year = number[..digits].parse().ok().filter(|year| (1900..2100).contains(year))?;
        let date = Date::new(year, day.month(), day.day()).ok()?;
        let len = text.len() - behind.len() + usize::from(is_bracketed);
        Some(Self { written: WrittenDate::OtherFormat(date), len, format: None })
    }

    /// Returns a date of this length that looks like one, but that no calendar has.
    pub(super) fn impossible(len: usize) -> Self {
        Self { written: WrittenDate::Impossible, len, format: None }
    }
}

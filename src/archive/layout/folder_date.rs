//! Reads the date from the parts of a path.

use jiff::civil::Date;

use super::part::{DatePart, Notation};

/// The date in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderDate {
    /// A calendar day, written as the layout requires.
    Day(Date),
    /// A calendar day with other leading zeros, or with the name of a month in another case.
    WrittenDifferently(Date),
    /// Numbers that do not form a calendar day.
    Impossible,
    /// Two different values for the same part of the date.
    Contradictory,
}

impl FolderDate {
    /// Returns the calendar day, however it is written.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) | Self::WrittenDifferently(date) => Some(date),
            Self::Impossible | Self::Contradictory => None,
        }
    }
}

/// Two places of a path that give different values for the same part of the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction<'a> {
    /// The part of the date.
    pub part: DatePart,
    /// The value in the first place.
    pub first: &'a str,
    /// The value in a later place.
    pub second: &'a str,
}

/// The parts of a date in a path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DateReading<'a> {
    year: Option<Value<'a>>,
    month: Option<Value<'a>>,
    day: Option<Value<'a>>,
    pub(super) contradiction: Option<Contradiction<'a>>,
    is_written_differently: bool,
}

/// The value of a part of a date, as it is written in its first place.
#[derive(Clone, Copy, Debug)]
struct Value<'a> {
    text: &'a str,
    /// The number, or `None` if it is too large.
    number: Option<i16>,
}

impl<'a> DateReading<'a> {
    /// Adds a part of the date.
    pub(super) fn add(&mut self, part: DatePart, notation: Notation, text: &'a str) {
        let (number, is_as_written) = match notation {
            Notation::Digits { width, .. } => (text.parse().ok(), is_padded(text, width)),
            Notation::Name | Notation::Abbreviation => {
                let mut months = (1..).zip(notation.names());
                let found = months.find(|(_, name)| name.eq_ignore_ascii_case(text));
                (found.map(|(number, _)| number), found.is_some_and(|(_, name)| name == text))
            }
        };
        self.is_written_differently |= !is_as_written;
        let place = match part {
            DatePart::Year => &mut self.year,
            DatePart::Month => &mut self.month,
            DatePart::Day => &mut self.day,
        };
        let Value { text: first, number: known } = *place.get_or_insert(Value { text, number });
        let is_same = known == number && (number.is_some() || first == text);
        if !is_same && self.contradiction.is_none() {
            self.contradiction = Some(Contradiction { part, first, second: text });
        }
    }

    /// Returns the year if it has four digits.
    pub(super) fn year(&self) -> Option<i16> {
        self.year.filter(|year| year.text.len() >= 4)?.number.filter(|year| *year <= 9999)
    }

    /// Returns the month if there is one of this number.
    pub(super) fn month(&self) -> Option<i8> {
        within(self.month, 12)
    }

    /// Returns the day if there is one of this number.
    pub(super) fn day(&self) -> Option<i8> {
        within(self.day, 31)
    }

    /// Returns whether the parts that are known are those of `date`.
    pub(super) fn fits(&self, date: Date) -> bool {
        self.year().is_none_or(|year| year == date.year())
            && self.month().is_none_or(|month| month == date.month())
            && self.day().is_none_or(|day| day == date.day())
    }

    /// Returns the date. Returns `None` if the path contains only some of its parts, and these are
    /// possible.
    pub(super) fn date(&self) -> Option<FolderDate> {
        if self.contradiction.is_some() {
            return Some(FolderDate::Contradictory);
        }
        let is_valid = |value: Option<_>, number: Option<_>| value.is_none() || number.is_some();
        let is_possible = is_valid(self.year, self.year().map(i32::from))
            && is_valid(self.month, self.month().map(i32::from))
            && is_valid(self.day, self.day().map(i32::from));
        // A leap year, and a month of 31 days, stand for parts that are missing.
        let (year, month) = (self.year().unwrap_or(2000), self.month().unwrap_or(1));
        let date = Date::new(year, month, self.day().unwrap_or(1)).ok().filter(|_| is_possible);
        let is_full = self.year.is_some() && self.month.is_some() && self.day.is_some();
        match date {
            None => Some(FolderDate::Impossible),
            Some(_) if !is_full => None,
            Some(date) if self.is_written_differently => Some(FolderDate::WrittenDifferently(date)),
            Some(date) => Some(FolderDate::Day(date)),
        }
    }
}

/// Returns the number from 1 to `most` that a part of the date gives.
fn within(value: Option<Value<'_>>, most: i8) -> Option<i8> {
    let number = i8::try_from(value?.number?).ok()?;
    (1..=most).contains(&number).then_some(number)
}

/// Returns whether a number has exactly the leading zeros that `width` requires.
fn is_padded(digits: &str, width: usize) -> bool {
    digits.len() == width || (digits.len() > width && !digits.starts_with('0'))
}

//! What a text says about a day.

use std::fmt;

use jiff::civil::Date;

/// A day of any year, such as March 16. It includes February 29.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    /// The day in [`LEAP_YEAR`].
    date: Date,
}

/// A year that has all days.
const LEAP_YEAR: i16 = 2000;

impl MonthDay {
    /// Returns the day with these numbers, or `None` if no year has such a day.
    #[must_use]
    pub fn new(month: i8, day: i8) -> Option<Self> {
        Some(Self { date: Date::new(LEAP_YEAR, month, day).ok()? })
    }

    /// Returns the number of the month, from 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.date.month()
    }

    /// Returns the number of the day in its month, from 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.date.day()
    }

    /// Returns whether a date has this month and this day.
    #[must_use]
    pub fn agrees_with(self, date: Date) -> bool {
        (self.month(), self.day()) == (date.month(), date.day())
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.date.strftime("%B %-d"))
    }
}

/// A day that a format reads: with or without a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// A day with its year.
    Date(Date),
    /// A day without a year.
    MonthDay(MonthDay),
}

/// The result of reading a text as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// A valid date in one of the archive's formats.
    Valid(Date),
    /// A valid date in another common format.
    OtherFormat(Date),
    /// A date in another format, if both of its first two numbers could be the month: `11-9-2017`. The
    /// first date is the more common reading.
    Ambiguous(Date, Date),
    /// A day without a year, in one of the archive's formats.
    MonthDay(MonthDay),
    /// A day without a year, almost in one of the archive's formats: only the ordinal suffix of the day
    /// is wrong or missing.
    OtherMonthDay(MonthDay),
    /// A text that looks like a date, but no such day exists.
    Impossible,
    /// Any other text.
    None,
}

impl Day {
    /// Returns whether the year is known.
    pub(super) fn has_year(self) -> bool {
        matches!(self, Self::Date(_))
    }
}

impl WrittenDate {
    /// Returns the date, whatever its format. Returns `None` if the text does not name one certain day.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Valid(date) | Self::OtherFormat(date) => Some(date),
            _ => None,
        }
    }

    /// Returns whether the text can mean this day. A text without a year can mean the day in any year, and
    /// an ambiguous text has two readings. Returns `None` if the text names no day.
    #[must_use]
    pub fn agrees_with(self, date: Date) -> Option<bool> {
        match self {
            Self::Valid(own) | Self::OtherFormat(own) => Some(own == date),
            Self::Ambiguous(one, other) => Some(one == date || other == date),
            Self::MonthDay(own) | Self::OtherMonthDay(own) => Some(own.agrees_with(date)),
            Self::Impossible | Self::None => None,
        }
    }

    /// Returns the days that a text with a year can mean: two for an ambiguous text.
    #[must_use]
    pub fn readings(self) -> Vec<Date> {
        match self {
            Self::Ambiguous(one, other) => vec![one, other],
            written => written.day().into_iter().collect(),
        }
    }

    /// Returns whether two texts can mean the same day.
    #[must_use]
    pub fn may_agree_with(self, other: Self) -> bool {
        let can_mean = |one: Self, other: Self| {
            one.readings().iter().any(|day| other.agrees_with(*day) == Some(true))
        };
        match (self, other) {
            (
                Self::MonthDay(one) | Self::OtherMonthDay(one),
                Self::MonthDay(other) | Self::OtherMonthDay(other),
            ) => one == other,
            _ => can_mean(self, other) || can_mean(other, self),
        }
    }

    /// Returns whether the text gives this day in one of the archive's formats.
    #[must_use]
    pub fn is_valid_for(self, date: Date) -> bool {
        self.is_in_own_format() && self.agrees_with(date) == Some(true)
    }

    /// Returns whether the text names a day in one of the archive's formats.
    #[must_use]
    pub fn is_in_own_format(self) -> bool {
        matches!(self, Self::Valid(_) | Self::MonthDay(_))
    }

    /// Returns whether the text names a day, but not in one of the archive's formats.
    #[must_use]
    pub fn is_in_other_format(self) -> bool {
        matches!(self, Self::OtherFormat(_) | Self::Ambiguous(..) | Self::OtherMonthDay(_))
    }

    /// Returns the day in words for a message: `2012-03-25`, `March 25`, or both readings of an ambiguous
    /// text. Returns `None` if the text names no day.
    #[must_use]
    pub fn in_words(self) -> Option<String> {
        match self {
            Self::Valid(date) | Self::OtherFormat(date) => Some(date.to_string()),
            Self::Ambiguous(one, other) => Some(format!("{one} or {other}")),
            Self::MonthDay(day) | Self::OtherMonthDay(day) => Some(day.to_string()),
            Self::Impossible | Self::None => None,
        }
    }

    /// Returns the result for a day in one of the archive's formats.
    pub(super) fn valid(day: Day) -> Self {
        match day {
            Day::Date(date) => Self::Valid(date),
            Day::MonthDay(day) => Self::MonthDay(day),
        }
    }

    /// Returns the result for a day in another format.
    pub(super) fn other(day: Day) -> Self {
        match day {
            Day::Date(date) => Self::OtherFormat(date),
            Day::MonthDay(day) => Self::OtherMonthDay(day),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_without_a_year_agrees_with_any_year() {
        let day = MonthDay::new(2, 29).expect("a day");
        assert_eq!(day.to_string(), "February 29");
        let written = WrittenDate::MonthDay(day);
        assert_eq!(written.day(), None);
        assert_eq!(written.agrees_with(date(2012, 2, 29)), Some(true));
        assert_eq!(written.agrees_with(date(2013, 2, 28)), Some(false));
        assert_eq!(
            [(2, 30), (13, 1), (0, 1)].map(|(month, day)| MonthDay::new(month, day)),
            [None; 3]
        );
    }

    #[test]
    fn an_ambiguous_text_agrees_with_both_of_its_readings() {
        let written = WrittenDate::Ambiguous(date(2017, 9, 11), date(2017, 11, 9));
        assert!(matches!(written, WrittenDate::Ambiguous(..)) && written.is_in_other_format());
        assert_eq!(written.day(), None);
        assert_eq!(written.agrees_with(date(2017, 11, 9)), Some(true));
        assert_eq!(written.agrees_with(date(2017, 9, 12)), Some(false));
        assert_eq!(written.in_words().as_deref(), Some("2017-09-11 or 2017-11-09"));
        assert_eq!(WrittenDate::None.agrees_with(date(2017, 9, 11)), None);
    }
}

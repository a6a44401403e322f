//! The parts of a date in a path that does not contain a full date.

use std::fmt;

use super::part::MONTH_NAMES;
use super::pattern::Captures;
use crate::archive::date::WrittenDate;

/// The parts of a date in a path that does not contain a full date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathParts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
}

impl PathParts {
    /// Returns the parts that a pattern reads from a path, or `None` if there are none.
    #[must_use]
    pub fn of(captures: &Captures<'_>) -> Option<Self> {
        let Captures { year, month, day, .. } = *captures;
        (year.is_some() || month.is_some() || day.is_some()).then_some(Self { year, month, day })
    }

    /// Returns whether a text gives a day with these parts. Returns `None` if the text does not name one
    /// certain day.
    #[must_use]
    pub fn agree_with(self, written: WrittenDate) -> Option<bool> {
        let (year, month, day) = match written {
            WrittenDate::MonthDay(day) | WrittenDate::OtherMonthDay(day) => {
                (None, day.month(), day.day())
            }
            written => {
                let day = written.day()?;
                (Some(day.year()), day.month(), day.day())
            }
        };
        Some(
            self.year.is_none_or(|own| year.is_none_or(|year| own == year))
                && self.month.is_none_or(|own| own == month)
                && self.day.is_none_or(|own| own == day),
        )
    }
}

impl fmt::Display for PathParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = self.month.map(|month| MONTH_NAMES[usize::try_from(month - 1).unwrap_or(0)]);
        let parts = [
            self.day.map(|day| day.to_string()),
            month.map(str::to_owned),
            self.year.map(|year| year.to_string()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        formatter.write_str(&parts.join(" "))
    }
}

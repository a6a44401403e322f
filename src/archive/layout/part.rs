//! The parts of a pattern.

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePart {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day of the month.
    Day,
}

impl DatePart {
    /// Returns the name, which is also the name of the variable in patterns.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// Returns the part with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Year, Self::Month, Self::Day].into_iter().find(|part| part.name() == name)
    }
}

/// The notation of a part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// Digits, padded with zeros to a width.
    Digits { width: usize, extent: Extent },
    /// The name of a month, such as `March`.
    Name,
    /// The abbreviated name of a month, such as `Mar`.
    Abbreviation,
}

/// The number of digits that a number can have in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A fixed number of digits, because more digits follow.
    Fixed,
    /// All digits up to the next character that is not a digit. A year has at least four, a month
    /// and a day at most two.
    Run,
    /// All digits of a path segment that contains nothing else, however many.
    Segment,
}

/// A part of a pattern within a path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A fixed text, which is not empty.
    Literal(String),
    /// A part of the date.
    Date(DatePart, Notation),
    /// A text variable, as an index of [`PatternParts::texts`].
    Text(usize),
}

impl Part {
    /// Returns whether the part is a number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Date(_, Notation::Digits { .. }))
    }
}

/// The maximum number of different text variables in a pattern.
pub(super) const MOST_TEXTS: usize = 8;

/// The part of a pattern that stands for one segment of a path: a folder's name or the file's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub(super) parts: Vec<Part>,
    /// Whether the segment determines a text variable that other places of the pattern repeat. The
    /// variable is then the only text variable of the segment.
    pub(super) defines: bool,
}

/// A pattern that has been parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PatternParts {
    /// The segments, from the topmost folder to the file's name without its extension.
    pub(super) segments: Vec<Segment>,
    /// The names of the text variables.
    pub(super) texts: Vec<String>,
    /// The extension of the file, without the dot.
    pub(super) extension: Option<String>,
}

impl PatternParts {
    /// Returns all parts.
    pub(super) fn all(&self) -> impl Iterator<Item = &Part> {
        self.segments.iter().flat_map(|segment| &segment.parts)
    }

    /// Returns whether the pattern contains a year, a month and a day.
    pub(super) fn has_full_date(&self) -> bool {
        let has =
            |wanted| self.all().any(|part| matches!(part, Part::Date(part, _) if *part == wanted));
        [DatePart::Year, DatePart::Month, DatePart::Day].into_iter().all(has)
    }
}

/// The names of the months.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The number of letters in an abbreviated name of a month.
const ABBREVIATED: usize = 3;

impl Notation {
    /// Returns the names of the months in this notation. Returns no names for digits.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let names: &[&str] = if matches!(self, Self::Digits { .. }) { &[] } else { &MONTH_NAMES };
        let end = if self == Self::Abbreviation { ABBREVIATED } else { usize::MAX };
        names.iter().map(move |name| &name[..end.min(name.len())])
    }

    /// Writes a number.
    pub(super) fn write(self, number: i16, out: &mut String) {
        use std::fmt::Write as _;
        match self {
            Self::Digits { width, .. } => {
                let _ = write!(out, "{number:0width$}");
            }
            Self::Name | Self::Abbreviation => {
                let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
                out.extend(self.names().nth(index));
            }
        }
    }
}

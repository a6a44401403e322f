//! The layout of an archive: patterns that parse a path into a date and a slug, and that build a
//! path from them.

use std::fmt;

use jiff::civil::Date;

/// The kind of a file, according to the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// A page about one event.
    Event,
    /// A page that lists the events of a day.
    Day,
    /// Any other file.
    Other,
}

/// The date in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderDate {
    /// A calendar day with the padding that the layout requires.
    Day(Date),
    /// A calendar day with different padding.
    Padding(Date),
    /// Numbers that do not form a calendar day.
    Impossible,
}

impl FolderDate {
    /// Returns the calendar day, whatever its padding.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) | Self::Padding(date) => Some(date),
            Self::Impossible => None,
        }
    }
}

/// The kind and the date of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedPath {
    /// The kind of the file.
    pub kind: PageKind,
    /// The date in the path. `None` for [`PageKind::Other`].
    pub date: Option<FolderDate>,
}

/// The patterns of the paths of an archive's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The patterns of event pages.
    pub event: Vec<Pattern>,
    /// The patterns of day pages. They are tried before those of event pages.
    pub day: Vec<Pattern>,
}

impl Layout {
    /// Determines the kind and the date of a path. The path is relative to the archive's root, with
    /// `/` as separator.
    #[must_use]
    pub fn place(&self, path: &str) -> ParsedPath {
        let read = |patterns: &[Pattern], kind| {
            patterns
                .iter()
                .find_map(|pattern| pattern.read(path))
                .map(|captures| ParsedPath { kind, date: Some(captures.date) })
        };
        read(&self.day, PageKind::Day)
            .or_else(|| read(&self.event, PageKind::Event))
            .unwrap_or(ParsedPath { kind: PageKind::Other, date: None })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatternPart {
    Literal(String),
    Year { width: usize },
    Month { width: usize },
    Day { width: usize },
    Slug,
}

/// A pattern such as `news/{year}/{month:02}/{day}/{slug}.md`.
///
/// `{year}`, `{month}` and `{day}` stand for numbers. A month and a day are written without leading
/// zeros or, as in `{month:02}`, padded to a width. A year always has at least four digits.
/// `{slug}` stands for any text without a `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    parts: Vec<PatternPart>,
}

/// The date and the slug that a pattern finds in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captures<'a> {
    /// The date in the path.
    pub date: FolderDate,
    /// The slug. Empty if the pattern has none.
    pub slug: &'a str,
}

/// The reason why a text is not a valid pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// An unknown variable, or an invalid width.
    #[error(
        "`{{{0}}}` is not a variable of patterns: use {{year}}, {{month}}, {{day}} or {{slug}}; write a width like {{month:02}}"
    )]
    UnknownVariable(String),
    /// A brace without its counterpart.
    #[error("a pattern needs a `}}` for each `{{`, and a `{{` for each `}}`")]
    UnclosedBrace,
    /// A part of the date that is missing or occurs more than once.
    #[error("a pattern needs {{year}}, {{month}} and {{day}} once each")]
    IncompleteDate,
    /// The wrong number of slugs. An event pattern needs exactly one, and a day pattern must not have any.
    #[error(
        "the pattern of an event page must contain {{slug}} once, and the pattern of a day page must not contain it"
    )]
    Slug,
    /// A control character. No link could name a path that contains one.
    #[error("a pattern cannot contain control characters")]
    ControlCharacter,
    /// A pattern that starts with `/` or contains `..`.
    #[error(
        "a pattern is relative to the archive's root: it cannot begin with `/` or contain `..`"
    )]
    NotRelative,
}

/// The parts of a path that the variables of a pattern match.
#[derive(Default)]
pub(super) struct Numbers<'a> {
    year: &'a str,
    month: &'a str,
    day: &'a str,
    slug: &'a str,
}

impl Pattern {
    /// Parses a pattern. `slug` says whether it must contain a slug.
    ///
    /// # Errors
    /// Returns a [`PatternError`] if the pattern is invalid.
    pub fn parse(written: &str, slug: bool) -> Result<Self, PatternError> {
        if written.starts_with('/') || written.split('/').any(|part| part == "..") {
            return Err(PatternError::NotRelative);
        }
        if written.contains(char::is_control) {
            return Err(PatternError::ControlCharacter);
        }
        let mut parts = Vec::new();
        let mut rest = written;
        while let Some(open) = rest.find(['{', '}']) {
            let (literal, tail) = rest.split_at(open);
            if !literal.is_empty() {
                parts.push(PatternPart::Literal(literal.to_owned()));
            }
            let variable = tail.strip_prefix('{').ok_or(PatternError::UnclosedBrace)?;
            let (name, after) = variable.split_once('}').ok_or(PatternError::UnclosedBrace)?;
            parts.push(PatternPart::variable(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(PatternPart::Literal(rest.to_owned()));
        }
        let count =
            |wanted: fn(&PatternPart) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let dates = [
            count(|part| matches!(part, PatternPart::Year { .. })),
            count(|part| matches!(part, PatternPart::Month { .. })),
            count(|part| matches!(part, PatternPart::Day { .. })),
        ];
        if dates != [1, 1, 1] {
            return Err(PatternError::IncompleteDate);
        }
        if count(|part| *part == PatternPart::Slug) != usize::from(slug) {
            return Err(PatternError::Slug);
        }
        Ok(Self { written: written.to_owned(), parts })
    }

    /// Matches `path` against the pattern. Returns `None` if the path does not match. Numbers that
    /// do not form a calendar day still match.
    #[must_use]
    pub fn read<'a>(&self, path: &'a str) -> Option<Captures<'a>> {
        // Compare the end first: most paths fail there, because patterns usually differ in their
        // endings.
        if let Some(PatternPart::Literal(end)) = self.parts.last()
            && !path.ends_with(end.as_str())
        {
            return None;
        }
        let mut numbers = Numbers::default();
        read_parts(&self.parts, path, &mut numbers)?;
        let number = |digits: &str| digits.parse::<i16>().ok();
        let day = number(numbers.year)
            .zip(number(numbers.month))
            .zip(number(numbers.day))
            .and_then(|((year, month), day)| {
                Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
            });
        let date = match day {
            None => FolderDate::Impossible,
            Some(day) if self.pads(&numbers) => FolderDate::Day(day),
            Some(day) => FolderDate::Padding(day),
        };
        Some(Captures { date, slug: numbers.slug })
    }

    /// Returns the path of the day page of a date, or of the event page with a slug on that date.
    #[must_use]
    pub fn write(&self, date: Date, slug: &str) -> String {
        let mut path = String::with_capacity(self.written.len() + slug.len());
        for part in &self.parts {
            match part {
                PatternPart::Literal(text) => path.push_str(text),
                PatternPart::Year { width } => path.push_str(&padded(date.year().into(), *width)),
                PatternPart::Month { width } => path.push_str(&padded(date.month().into(), *width)),
                PatternPart::Day { width } => path.push_str(&padded(date.day().into(), *width)),
                PatternPart::Slug => path.push_str(slug),
            }
        }
        path
    }

    pub(super) fn parts(&self) -> &[PatternPart] {
        &self.parts
    }

    /// Returns whether the numbers have the padding that the pattern requires.
    fn pads(&self, numbers: &Numbers<'_>) -> bool {
        self.parts.iter().all(|part| match part {
            PatternPart::Year { width } => is_padded(numbers.year, *width),
            PatternPart::Month { width } => is_padded(numbers.month, *width),
            PatternPart::Day { width } => is_padded(numbers.day, *width),
            PatternPart::Literal(_) | PatternPart::Slug => true,
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl PatternPart {
    /// Parses the name of a variable, with its width if there is one.
    fn variable(name: &str) -> Result<Self, PatternError> {
        let unknown = || PatternError::UnknownVariable(name.to_owned());
        let (variable, width) = match name.split_once(':') {
            None => (name, 0),
            Some((variable, width)) if width.starts_with('0') => {
                (variable, width.parse().ok().filter(|width| *width <= 4).ok_or_else(unknown)?)
            }
            Some(_) => return Err(unknown()),
        };
        match variable {
            "year" => Ok(Self::Year { width: width.max(4) }),
            "month" => Ok(Self::Month { width }),
            "day" => Ok(Self::Day { width }),
            "slug" if width == 0 => Ok(Self::Slug),
            _ => Err(unknown()),
        }
    }
}

fn padded(number: i32, width: usize) -> String {
    format!("{number:0width$}")
}

fn is_padded(digits: &str, width: usize) -> bool {
    digits.len() == width || (digits.len() > width && !digits.starts_with('0'))
}

/// Matches `parts` against the whole of `path`.
pub(super) fn read_parts<'a>(
    parts: &[PatternPart],
    path: &'a str,
    numbers: &mut Numbers<'a>,
) -> Option<()> {
    let Some((part, rest)) = parts.split_first() else {
        return path.is_empty().then_some(());
    };
    let number = || {
        let end = path.bytes().take_while(u8::is_ascii_digit).count();
        (end > 0).then(|| path.split_at(end))
    };
    let remaining = match part {
        PatternPart::Literal(text) => path.strip_prefix(text.as_str())?,
        PatternPart::Year { .. } => take(&mut numbers.year, number()?),
        PatternPart::Month { .. } => take(&mut numbers.month, number()?),
        PatternPart::Day { .. } => take(&mut numbers.day, number()?),
        PatternPart::Slug => {
            let end = slug_end(rest, path)?;
            take(&mut numbers.slug, path.split_at(end))
        }
    };
    read_parts(rest, remaining, numbers)
}

/// Stores the text that a variable matches, and returns the rest of the path.
fn take<'a>(slot: &mut &'a str, (taken, rest): (&'a str, &'a str)) -> &'a str {
    *slot = taken;
    rest
}

/// Returns the byte offset of the end of a slug. This is the last place in the path segment at
/// which the literal after the slug occurs. Returns `None` if the slug would be empty, or if a
/// variable follows it.
fn slug_end(rest: &[PatternPart], path: &str) -> Option<usize> {
    let segment = path.find('/').unwrap_or(path.len());
    let end = match rest.first() {
        None => segment,
        Some(PatternPart::Literal(text)) => {
            let head = text.split('/').next().unwrap_or_default();
            path[..segment].rfind(head)?
        }
        Some(_) => return None,
    };
    (end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn event() -> Pattern {
        Pattern::parse("news/{year}/{month:02}/{day}/{slug}.md", true).expect("a pattern")
    }

    #[test]
    fn a_path_is_read_into_its_day_and_slug() {
        let captures = event().read("news/2012/03/25/some.event.md").expect("matches");
        assert_eq!(captures.date, FolderDate::Day(date(2012, 3, 25)));
        assert_eq!(captures.slug, "some.event");
    }

    #[test]
    fn wrong_days_and_padding_are_told_apart_from_other_paths() {
        let read = |path: &str| event().read(path).map(|captures| captures.date);
        assert_eq!(read("news/2013/02/30/a.md"), Some(FolderDate::Impossible));
        assert_eq!(read("news/2013/13/1/a.md"), Some(FolderDate::Impossible));
        assert_eq!(read("news/2013/99999999/1/a.md"), Some(FolderDate::Impossible));
        assert_eq!(read("news/2013/02/03/a.md"), Some(FolderDate::Padding(date(2013, 2, 3))));
        assert_eq!(read("news/2013/2/3/a.md"), Some(FolderDate::Padding(date(2013, 2, 3))));
        for other in ["news/2013/02/3/.md", "news/2013/feb/3/a.md", "news/2013/02/3/a/b.md", "a.md"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn patterns_that_cannot_work_are_refused() {
        let error = |pattern: &str| Pattern::parse(pattern, true).expect_err(pattern);
        assert_eq!(error("{yaer}/{slug}"), PatternError::UnknownVariable("yaer".into()));
        assert_eq!(error("{year:4}"), PatternError::UnknownVariable("year:4".into()));
        assert_eq!(
            error("{year}/{month/{day}"),
            PatternError::UnknownVariable("month/{day".into())
        );
        assert_eq!(error("{year}/{month}/{slug"), PatternError::UnclosedBrace);
        assert_eq!(error("{year}/{slug}.md"), PatternError::IncompleteDate);
        assert_eq!(error("{year}/{month}/{day}.md"), PatternError::Slug);
        assert_eq!(error("../{year}/{month}/{day}/{slug}.md"), PatternError::NotRelative);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            year in 1000i16..=9999, month in 1i8..=12, day in 1i8..=28,
            slug in "[^/\u{0}]{1,12}",
            width in prop::sample::select(vec!["", ":01", ":02"]),
        ) {
            let written = format!("a/{{year}}-{{month{width}}}/{{day{width}}}-{{slug}}.md");
            let pattern = Pattern::parse(&written, true).expect("a pattern");
            let path = pattern.write(date(year, month, day), &slug);
            let captures = pattern.read(&path).expect("its own path");
            prop_assert_eq!(captures.date, FolderDate::Day(date(year, month, day)));
            prop_assert_eq!(captures.slug, slug);
        }

        #[test]
        fn no_path_panics(path in ".{0,40}") {
            let _ = event().read(&path);
        }
    }
}

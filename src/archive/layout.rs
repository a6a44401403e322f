//! The layout: patterns that read a path into a date and a slug, and write them back into a path.

use std::fmt;

use jiff::civil::Date;

/// What a path is, by the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// A page about one event.
    Event,
    /// A page that lists a day's events.
    Day,
    /// Any other Markdown page.
    Other,
}

/// The day that a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderDate {
    /// A calendar day, written as the layout writes it.
    Day(Date),
    /// A calendar day, but padded otherwise than the layout pads it.
    Padding(Date),
    /// No calendar day.
    Impossible,
}

impl FolderDate {
    /// The calendar day, however it is padded.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) | Self::Padding(date) => Some(date),
            Self::Impossible => None,
        }
    }
}

/// A path, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedPath {
    /// What the path is.
    pub kind: PageKind,
    /// Its day; none for [`PageKind::Other`].
    pub date: Option<FolderDate>,
}

/// Where an archive keeps its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Patterns of event pages.
    pub event: Vec<Pattern>,
    /// Patterns of day pages; they are tried before those of events.
    pub day: Vec<Pattern>,
}

impl Layout {
    /// Reads a path relative to the archive's root, with `/` between its parts.
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
enum PatternPart {
    Literal(String),
    Year { width: usize },
    Month { width: usize },
    Day { width: usize },
    Slug,
}

/// A pattern such as `news/{year}/{month:02}/{day}/{slug}.md`.
///
/// `{year}`, `{month}` and `{day}` stand for numbers, written without leading zeros or, as
/// `{month:02}`, padded to a width; `{slug}` stands for any text without a `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    parts: Vec<PatternPart>,
}

/// What a pattern makes of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captures<'a> {
    /// The day that the path names.
    pub date: FolderDate,
    /// The slug; empty where the pattern has none.
    pub slug: &'a str,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A name in braces that means nothing.
    #[error(
        "`{{{0}}}` is not known in a pattern: use {{year}}, {{month}}, {{day}} or {{slug}}, with a width as in {{month:02}}"
    )]
    UnknownVariable(String),
    /// A brace without its partner.
    #[error("a brace is not closed")]
    UnclosedBrace,
    /// A variable that stands twice, or a date that lacks a part.
    #[error("a pattern needs {{year}}, {{month}} and {{day}} once each")]
    IncompleteDate,
    /// An event pattern without a slug, or a slug more than once.
    #[error("the pattern of an event page needs {{slug}} once, that of a day page never")]
    Slug,
    /// A control character, which no path has that a link could name.
    #[error("a pattern holds no control characters")]
    ControlCharacter,
    /// A pattern that starts with `/` or holds `..`.
    #[error("a pattern is relative to the archive's root: no leading `/`, no `..`")]
    NotRelative,
}

#[derive(Default)]
struct Numbers<'a> {
    year: &'a str,
    month: &'a str,
    day: &'a str,
    slug: &'a str,
}

impl Pattern {
    /// Reads a pattern; `slug` says whether it is to have one.
    ///
    /// # Errors
    /// A [`PatternError`] that says what is wrong with it.
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

    /// Reads `path`; none where it has another shape. Numbers that make no day still match.
    #[must_use]
    pub fn read<'a>(&self, path: &'a str) -> Option<Captures<'a>> {
        // Most paths are of another pattern, and most patterns differ in how they end.
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

    /// The path of a day, or of the event `slug` on it.
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

    /// Whether the numbers are padded as the pattern writes them.
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
fn read_parts<'a>(parts: &[PatternPart], path: &'a str, numbers: &mut Numbers<'a>) -> Option<()> {
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

fn take<'a>(slot: &mut &'a str, (taken, rest): (&'a str, &'a str)) -> &'a str {
    *slot = taken;
    rest
}

/// Where a slug ends: before the last occurrence, in its path segment, of the literal behind it.
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

//! Patterns of addresses, such as `/{year}/{month:02}/{day:02}/{slug}/`.

use std::fmt::{self, Write as _};

use jiff::civil::Date;

use super::partial_address::UNKNOWN;
use crate::archive::layout::MONTH_NAMES;

/// A pattern of the addresses of pages.
///
/// Besides `{year}`, `{month}` and `{day}`, which are written as in patterns of paths, it can contain:
///
/// - `{slug}`: the name of the page on the site
/// - `{title}`: the title
/// - `{slug-or-stem}`: the name of the page that front matter gives, or that of the file
/// - `{stem}`: the name of the file without its extension or, for `index.md`, that of its folder
/// - `{folder}`: the folders above the page (of Jekyll, within its collection), and `{section}`: the topmost of them
/// - `{categories}`: the categories of a post of Jekyll
/// - `{front.KEY}`: a value of front matter
/// - any other name: what a variable of the same name stands for in the path of the page
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permalink {
    written: String,
    parts: Vec<Part>,
}

/// The reason why a text is not a permalink.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PermalinkError {
    /// It does not begin with a slash.
    #[error("a permalink begins with `/`")]
    NotAbsolute,
    /// A brace without its counterpart.
    #[error("a brace without its counterpart")]
    UnclosedBrace,
    /// An unknown format of a variable, such as `{month:3}`.
    #[error("{{{0}}} is not a variable of permalinks")]
    Variable(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Year { digits: usize },
    Month { width: usize },
    MonthName { letters: usize },
    Day { width: usize },
    DayOfYear,
    Text(Text),
}

/// A text in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Slug,
    SlugOrStem,
    Title,
    Stem,
    Folder,
    Section,
    Categories,
    Front(String),
    /// A variable of the path.
    Captured(String),
}

/// What a permalink is filled with.
pub(super) trait Values {
    /// Returns the day of the page.
    fn date(&self) -> Option<Date>;
    /// Returns a text as it is written in an address, or `None` if the page has none.
    fn text(&self, text: &Text) -> Option<String>;
}

impl Permalink {
    /// Parses a permalink. The empty text stands for pages that the site does not have.
    ///
    /// # Errors
    /// Returns a [`PermalinkError`] if the text is not a permalink.
    pub fn parse(written: &str) -> Result<Self, PermalinkError> {
        if !written.is_empty() && !written.starts_with('/') {
            return Err(PermalinkError::NotAbsolute);
        }
        let mut parts = Vec::new();
        let mut rest = written;
        while let Some(open) = rest.find(['{', '}']) {
            let (literal, tail) = rest.split_at(open);
            parts.push(Part::Literal(literal.to_owned()));
            let variable = tail.strip_prefix('{').ok_or(PermalinkError::UnclosedBrace)?;
            let (name, after) = variable.split_once('}').ok_or(PermalinkError::UnclosedBrace)?;
            let part = Part::variable(name);
            parts.push(part.ok_or_else(|| PermalinkError::Variable(name.to_owned()))?);
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self { written: written.to_owned(), parts })
    }

    /// Parses a permalink with the placeholders of Jekyll or Hugo, such as `/:year/:title/`. An unknown placeholder
    /// becomes a variable of the same name. Returns `None` if a brace lacks its counterpart.
    #[must_use]
    pub fn from_placeholders(text: &str) -> Option<Self> {
        const NAMES: &[(&str, &str)] = &[
            ("slugorcontentbasename", "{slug-or-stem}"),
            ("slugorfilename", "{slug-or-stem}"),
            ("contentbasename", "{stem}"),
            ("categories", "{categories}"),
            ("output_ext", ".html"),
            // The path below the folder of a collection, without its extension.
            ("path", "{folder}/{stem}"),
            ("name", "{stem}"),
            ("short_month", "{month:%b}"),
            ("long_month", "{month:%B}"),
            ("short_year", "{year:02}"),
            ("monthname", "{month:%B}"),
            ("sections", "{folder}"),
            ("section", "{section}"),
            ("filename", "{stem}"),
            ("i_month", "{month}"),
            ("yearday", "{yearday}"),
            ("y_day", "{yearday}"),
            ("i_day", "{day}"),
            ("month", "{month:02}"),
            ("title", "{title}"),
            ("year", "{year}"),
            ("slug", "{slug}"),
            ("day", "{day:02}"),
        ];
        let mut written = String::with_capacity(text.len() * 2);
        if !text.starts_with('/') {
            written.push('/');
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(':') {
            written.push_str(before);
            let placeholder = &after[..placeholder_length(after)];
            let name = placeholder.trim_end_matches('_');
            match NAMES.iter().find(|(known, _)| *known == name) {
                Some((_, pattern)) => written.push_str(pattern),
                None if name.is_empty() => written.push(':'),
                None => {
                    let _ = write!(written, "{{{}}}", name.replace([':', '.'], "-"));
                }
            }
            rest = &after[name.len()..];
        }
        written.push_str(rest);
        Self::parse(&written).ok()
    }

    /// Returns whether the pages with this permalink are not on the site.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.written.is_empty()
    }

    /// Returns whether the address of a page is that of a folder.
    pub(super) fn is_folder(&self) -> bool {
        self.written.ends_with('/')
    }

    /// Returns the address of a page. [`UNKNOWN`] stands for each text that the page lacks. Returns `None` if the page
    /// lacks a date, or has no address.
    pub(super) fn fill(&self, values: &dyn Values) -> Option<String> {
        if self.is_none() {
            return None;
        }
        let mut address = String::with_capacity(self.written.len() + 16);
        for part in &self.parts {
            let date = || values.date();
            match part {
                Part::Literal(text) => address.push_str(text),
                Part::Year { digits: 2 } => push_number(&mut address, date()?.year() % 100, 2),
                Part::Year { digits } => push_number(&mut address, date()?.year(), *digits),
                Part::Month { width } => push_number(&mut address, date()?.month().into(), *width),
                Part::MonthName { letters } => {
                    let name = MONTH_NAMES.get(usize::try_from(date()?.month() - 1).ok()?)?;
                    address.push_str(&name[..name.len().min(*letters)]);
                }
                Part::Day { width } => push_number(&mut address, date()?.day().into(), *width),
                Part::DayOfYear => push_number(&mut address, date()?.day_of_year(), 3),
                Part::Text(text) => match values.text(text) {
                    Some(text) => address.push_str(&text),
                    None => address.push(UNKNOWN),
                },
            }
        }
        Some(without_empty_segments(&address))
    }
}

impl Part {
    /// Parses the text between two braces.
    fn variable(written: &str) -> Option<Self> {
        let (name, format) = match written.split_once(':') {
            None => (written, None),
            Some((name, format)) => (name, Some(format)),
        };
        let width = || match format {
            None => Some(0),
            Some("02") => Some(2),
            Some(_) => None,
        };
        match (name, format) {
            ("month", Some("%B")) => return Some(Self::MonthName { letters: usize::MAX }),
            ("month", Some("%b")) => return Some(Self::MonthName { letters: 3 }),
            ("year", None) => return Some(Self::Year { digits: 4 }),
            ("year", Some("02")) => return Some(Self::Year { digits: 2 }),
            ("month", _) => return Some(Self::Month { width: width()? }),
            ("day", _) => return Some(Self::Day { width: width()? }),
            (_, Some(_)) => return None,
            ("yearday", None) => return Some(Self::DayOfYear),
            _ => {}
        }
        Some(Self::Text(match name {
            "slug" => Text::Slug,
            "slug-or-stem" => Text::SlugOrStem,
            "title" => Text::Title,
            "stem" => Text::Stem,
            "folder" => Text::Folder,
            "section" => Text::Section,
            "categories" => Text::Categories,
            _ => match name.strip_prefix("front.") {
                Some(key) if crate::archive::places::is_key(key) => Text::Front(key.to_owned()),
                Some(_) => return None,
                None if name.is_empty() || name.contains('.') => return None,
                None => Text::Captured(name.to_owned()),
            },
        }))
    }
}

/// Returns the length of the placeholder that a text begins with, without its colon. In Hugo, it can end in brackets, as
/// in `:sections[1:]`.
fn placeholder_length(text: &str) -> usize {
    let is_end = |char: char| !char.is_ascii_alphanumeric() && char != '_';
    let length = text.find(is_end).unwrap_or(text.len());
    let brackets = text[length..].strip_prefix('[').and_then(|inside| inside.find(']'));
    length + brackets.map_or(0, |end| end + 2)
}

/// Appends a number with leading zeros up to a width.
fn push_number(address: &mut String, number: i16, width: usize) {
    let _ = write!(address, "{number:0width$}");
}

/// Returns an address without empty segments, as generators write it where a variable is empty.
pub(super) fn without_empty_segments(address: &str) -> String {
    let mut clean = String::with_capacity(address.len());
    for char in address.chars() {
        if !(char == '/' && clean.ends_with('/')) {
            clean.push(char);
        }
    }
    clean
}

impl fmt::Display for Permalink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Page;

    impl Values for Page {
        fn date(&self) -> Option<Date> {
            Some(jiff::civil::date(2012, 3, 5))
        }

        fn text(&self, text: &Text) -> Option<String> {
            match text {
                Text::Slug => Some("lock-gates-fail".to_owned()),
                Text::Folder | Text::Section | Text::Categories => Some(String::new()),
                Text::Captured(name) if name == "lang" => Some("de".to_owned()),
                _ => None,
            }
        }
    }

    #[test]
    fn permalinks_are_filled_with_dates_and_texts() {
        for (permalink, address) in [
            ("/{year}/{month:02}/{day:02}/{slug}/", Some("/2012/03/05/lock-gates-fail/")),
            ("/{year:02}/{month}-{day}/{slug}", Some("/12/3-5/lock-gates-fail")),
            ("/{month:%B}/{month:%b}/{yearday}.html", Some("/March/Mar/065.html")),
            ("/{categories}/{slug}.html", Some("/lock-gates-fail.html")),
            ("/{lang}/{slug}", Some("/de/lock-gates-fail")),
            ("/{series}/{slug}", Some("/\0/lock-gates-fail")),
            ("/{front.kind}/", Some("/\0/")),
            ("", None),
        ] {
            let parsed = Permalink::parse(permalink).expect(permalink);
            assert_eq!(parsed.to_string(), permalink);
            assert_eq!(parsed.fill(&Page).as_deref(), address, "{permalink}");
        }
    }

    #[test]
    fn faulty_permalinks_are_refused() {
        for (text, error) in [
            ("{slug}", PermalinkError::NotAbsolute),
            ("/{slug", PermalinkError::UnclosedBrace),
            ("/slug}", PermalinkError::UnclosedBrace),
            ("/{month:3}", PermalinkError::Variable("month:3".to_owned())),
            ("/{slug:02}", PermalinkError::Variable("slug:02".to_owned())),
            ("/{front.}", PermalinkError::Variable("front.".to_owned())),
        ] {
            assert_eq!(Permalink::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn placeholders_of_generators_are_read() {
        for (text, permalink) in [
            (
                "/:categories/:year/:month/:day/:title:output_ext",
                Some("/{categories}/{year}/{month:02}/{day:02}/{title}.html"),
            ),
            (
                "/:section/:year/:month/:day/:slug/",
                Some("/{section}/{year}/{month:02}/{day:02}/{slug}/"),
            ),
            ("/:sections/:contentbasename/", Some("/{folder}/{stem}/")),
            ("/notes/:path:output_ext", Some("/notes/{folder}/{stem}.html")),
            ("blog/:i_month-:y_day", Some("/blog/{month}-{yearday}")),
            ("/:year_:month/:sections[1:]/:06", Some("/{year}_{month:02}/{sections[1-]}/{06}")),
            ("/a:b/:title[0]x", Some("/a{b}/{title[0]}x")),
            ("/a: b/", Some("/a: b/")),
            ("/}:slug/", None),
        ] {
            let read = Permalink::from_placeholders(text);
            assert_eq!(read.map(|read| read.to_string()).as_deref(), permalink, "{text}");
        }
    }
}

//! The layout of an archive: patterns that parse a path into a date and texts, and that build a path
//! from them.

mod error;
mod folder_date;
mod matching;
mod part;
mod path_parts;
mod pattern;
mod syntax;
#[cfg(test)]
mod tests;

pub use self::error::PatternError;
pub use self::folder_date::{Contradiction, FolderDate};
pub use self::part::{DatePart, MONTH_NAMES, Segment};
pub use self::path_parts::PathParts;
pub use self::pattern::{Captures, Pattern};

use jiff::civil::Date;

use super::page_extensions::PageExtensions;

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

/// The kind and the date of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedPath {
    /// The kind of the file.
    pub kind: PageKind,
    /// The date in the path. `None` for [`PageKind::Other`], and for an event page whose path
    /// contains no full date.
    pub date: Option<FolderDate>,
}

impl ParsedPath {
    /// Returns the day of the path or, if the path contains no date, the day that the fields of the page
    /// give. Returns `None` if the path names no valid day, or is not written as the layout requires.
    #[must_use]
    pub fn day_or(self, of_fields: Option<Date>) -> Option<Date> {
        match self.date {
            None => of_fields,
            Some(FolderDate::Day(date)) => Some(date),
            Some(_) => None,
        }
    }

    /// Returns whether this is an event page whose day only its fields can give.
    #[must_use]
    pub fn is_undated_event(self) -> bool {
        self.kind == PageKind::Event && self.date.is_none()
    }
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
    /// Sets the extensions of pages in all patterns.
    pub fn set_extensions(&mut self, extensions: &PageExtensions) {
        for pattern in self.event.iter_mut().chain(&mut self.day) {
            *pattern = pattern.clone().with_extensions(extensions);
        }
    }

    /// Determines the kind and the date of a path. The path is relative to the archive's root, with
    /// `/` as separator.
    #[must_use]
    pub fn place(&self, path: &str) -> ParsedPath {
        let read = |patterns: &[Pattern], kind| {
            let date = patterns.iter().find_map(|pattern| pattern.date(path))?;
            Some(ParsedPath { kind, date: date.0 })
        };
        read(&self.day, PageKind::Day)
            .or_else(|| read(&self.event, PageKind::Event))
            .unwrap_or(ParsedPath { kind: PageKind::Other, date: None })
    }

    /// Returns the first pattern that matches a path, and what it finds in the path.
    #[must_use]
    pub fn read<'a>(&'a self, path: &'a str) -> Option<LayoutMatch<'a>> {
        let read = |patterns: &'a [Pattern], kind| {
            patterns.iter().find_map(|pattern| {
                Some(LayoutMatch { kind, pattern, captures: pattern.read(path)? })
            })
        };
        read(&self.day, PageKind::Day).or_else(|| read(&self.event, PageKind::Event))
    }

    /// Returns the path that the day page of `date` should have. Among the patterns, chooses the
    /// first one for the edition (see [`super::days::Edition`]) of the page at `path`.
    #[must_use]
    pub fn day_page(&self, path: &str, date: Date) -> Option<String> {
        let read = self.read(path).map(|read| read.captures);
        let is_in_edition = |pattern: &&Pattern| {
            self.edition_names().all(|name| {
                let value = read.and_then(|captures| captures.text(name));
                value.is_some() == pattern.has_text(name)
            })
        };
        let pattern = self.day.iter().find(is_in_edition)?;
        match read {
            Some(captures) => pattern.write_like(date, &captures),
            None => pattern.write(date, ""),
        }
    }

    /// Returns the names of the text variables in the patterns of day pages, some of them several
    /// times. Their values tell editions apart, such as those in different languages.
    pub fn edition_names(&self) -> impl Iterator<Item = &str> {
        self.day.iter().flat_map(Pattern::free_names)
    }
}

/// A pattern that matches a path, and what it finds in the path.
#[derive(Clone, Copy, Debug)]
pub struct LayoutMatch<'a> {
    /// The kind of the file.
    pub kind: PageKind,
    /// The pattern.
    pub pattern: &'a Pattern,
    /// The date and the texts in the path.
    pub captures: Captures<'a>,
}

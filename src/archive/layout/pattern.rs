//! Patterns of paths.

use std::fmt;

use jiff::civil::Date;

use super::error::PatternError;
use super::folder_date::{Contradiction, FolderDate};
use super::matching::{Matched, match_path};
use super::part::{DatePart, MOST_TEXTS, Part, PatternParts, Segment};
use super::syntax::{SLUG, parse};
use crate::archive::page_extensions::PageExtensions;

/// A pattern such as `news/{year}/{month:02}/{day}/{slug}.md`.
///
/// `{year}`, `{month}` and `{day}` stand for numbers. A month and a day are written without leading
/// zeros or, as in `{month:02}`, padded to a width. A year always has at least four digits.
/// `{month:%B}` stands for a name such as `March`, and `{month:%b}` for one such as `Mar`. `{slug}`
/// and variables of any other name stand for any text without a `/`.
///
/// A variable can be in several places, which then have the same value. The extension at the end
/// of the pattern stands for any extension of pages.
///
/// `{slug}` does not stand for names of pages that list other pages (see [`is_list`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    parts: PatternParts,
    extensions: PageExtensions,
}

/// The date and the texts that a pattern finds in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captures<'a> {
    /// The date in the path. `None` if the pattern contains no full date, and the parts that it
    /// contains are possible.
    pub date: Option<FolderDate>,
    /// The year in the path, if there is a possible one.
    pub year: Option<i16>,
    /// The month in the path, if there is a possible one.
    pub month: Option<i8>,
    /// The day of the month in the path, if there is a possible one.
    pub day: Option<i8>,
    /// The values that differ, if [`Self::date`] is [`FolderDate::Contradictory`].
    pub contradiction: Option<Contradiction<'a>>,
    /// The slug. `None` if the pattern has none.
    pub slug: Option<&'a str>,
    names: &'a [String],
    texts: [&'a str; MOST_TEXTS],
}

/// The date that a pattern finds in a path (see [`Captures::date`]).
pub(super) struct CapturedDate(pub(super) Option<FolderDate>);

impl<'a> Captures<'a> {
    /// Returns the calendar day in the path, however it is written.
    #[must_use]
    pub fn calendar_day(&self) -> Option<Date> {
        self.date.and_then(FolderDate::day)
    }

    /// Returns the names and the values of the text variables, without the slug.
    pub fn free(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.names.iter().map(String::as_str);
        names.zip(self.texts).filter(|(name, _)| *name != SLUG)
    }

    /// Returns the value of a text variable. Returns `None` if the pattern does not have it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let index = self.names.iter().position(|known| known == name)?;
        self.texts.get(index).copied()
    }
}

impl Pattern {
    /// Parses the pattern of event pages or, if `is_event` is false, of day pages. A page can have
    /// any of the default extensions.
    ///
    /// # Errors
    /// Returns a [`PatternError`] if the pattern is invalid.
    pub fn parse(written: &str, is_event: bool) -> Result<Self, PatternError> {
        let parts = parse(written, is_event)?;
        Ok(Self { written: written.to_owned(), parts, extensions: PageExtensions::default() })
    }

    /// Returns whether the paths are those of posts of Jekyll, which are in folders named `_posts`.
    #[must_use]
    pub fn is_of_posts(&self) -> bool {
        self.written.contains("_posts/")
    }

    /// Returns whether the pattern contains year, month and day.
    #[must_use]
    pub fn has_date(&self) -> bool {
        self.parts.has_full_date()
    }

    /// Sets the extensions of pages.
    #[must_use]
    pub fn with_extensions(self, extensions: &PageExtensions) -> Self {
        Self { extensions: extensions.clone(), ..self }
    }

    /// Matches `path` against the pattern. Returns `None` if the path does not match. Numbers that
    /// do not form a calendar day still match.
    #[must_use]
    pub fn read<'a>(&'a self, path: &'a str) -> Option<Captures<'a>> {
        self.read_in_steps(path, &mut || {})
    }

    /// Returns the date in `path`, without the texts. Returns `None` if the path does not match.
    pub(super) fn date(&self, path: &str) -> Option<CapturedDate> {
        let (matched, _) = self.matched(path, &mut || {})?;
        Some(CapturedDate(matched.date.date()))
    }

    /// Matches `path`. Returns what its variables match, and the slug.
    fn matched<'a>(
        &self,
        path: &'a str,
        step: &mut impl FnMut(),
    ) -> Option<(Matched<'a>, Option<&'a str>)> {
        let matched = match_path(&self.parts.segments, self.stem(path)?, step)?;
        let slug = self.parts.texts.iter().zip(matched.texts).find(|(name, _)| *name == SLUG);
        let slug = slug.map(|(_, slug)| slug);
        let is_dated = || self.parts.has_full_date();
        (!slug.is_some_and(|slug| is_list(slug, is_dated))).then_some((matched, slug))
    }

    /// Matches `path` as [`Self::read`] does, and calls `step` before each comparison of a part.
    pub(super) fn read_in_steps<'a>(
        &'a self,
        path: &'a str,
        step: &mut impl FnMut(),
    ) -> Option<Captures<'a>> {
        let (matched, slug) = self.matched(path, step)?;
        let (names, texts) = (self.parts.texts.as_slice(), matched.texts);
        Some(Captures {
            date: matched.date.date(),
            year: matched.date.year(),
            month: matched.date.month(),
            day: matched.date.day(),
            contradiction: matched.date.contradiction,
            slug,
            names,
            texts,
        })
    }

    /// Returns the path of the day page of a date, or of the event page with a slug on that date.
    ///
    /// Returns `None` if no such path exists: if the pattern has other text variables, or if it
    /// would read the path differently.
    #[must_use]
    pub fn write(&self, date: Date, slug: &str) -> Option<String> {
        self.written_as_read(date, |name| (name == SLUG).then_some(slug))
    }

    /// Returns the path of a page of a date whose text variables have the values that `captures`
    /// has for them. Returns `None` as [`Self::write`] does.
    #[must_use]
    pub fn write_like(&self, date: Date, captures: &Captures<'_>) -> Option<String> {
        self.written_as_read(date, |name| captures.text(name))
    }

    /// Returns `path`, which the pattern matches, with another date. Returns `None` as
    /// [`Self::write`] does.
    #[must_use]
    pub fn rewrite(&self, path: &str, date: Date) -> Option<String> {
        let written = self.write_like(date, &self.read(path)?)?;
        let (Some(own), Some(extension)) = (&self.parts.extension, self.extension(path)) else {
            return Some(written);
        };
        Some(format!("{}{extension}", written.strip_suffix(own)?))
    }

    /// Returns whether the pattern has a text variable of this name.
    #[must_use]
    pub fn has_text(&self, name: &str) -> bool {
        self.parts.texts.iter().any(|known| known == name)
    }

    /// Returns the names of the text variables, without the slug.
    pub fn free_names(&self) -> impl Iterator<Item = &str> {
        self.parts.texts.iter().map(String::as_str).filter(|name| *name != SLUG)
    }

    /// Returns the pattern of each part of a path, from the topmost folder to the file's name
    /// without its extension.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.parts.segments
    }

    /// Returns `path` without its extension. Returns `None` if the pattern does not match the
    /// extension.
    fn stem<'a>(&self, path: &'a str) -> Option<&'a str> {
        let Some(own) = &self.parts.extension else { return Some(path) };
        if let Some(stem) = path.strip_suffix(own.as_str()).and_then(|path| path.strip_suffix('.'))
        {
            return Some(stem);
        }
        let extension = self.extension(path)?;
        path.strip_suffix(extension)?.strip_suffix('.')
    }

    /// Returns the extension of a path if it is the one of the pattern, or if both are extensions
    /// of pages.
    fn extension<'a>(&self, path: &'a str) -> Option<&'a str> {
        let own = self.parts.extension.as_deref()?;
        let (_, extension) = path.rsplit_once('.')?;
        let is_alike = || self.extensions.contain(own) && self.extensions.contain(extension);
        (extension == own || is_alike()).then_some(extension)
    }

    /// Writes a path, and returns it if the pattern reads the same values from it.
    fn written_as_read<'t>(
        &self,
        date: Date,
        value: impl Fn(&str) -> Option<&'t str>,
    ) -> Option<String> {
        let mut path = String::with_capacity(self.written.len() + 16);
        for (index, segment) in self.parts.segments.iter().enumerate() {
            if index > 0 {
                path.push('/');
            }
            for part in &segment.parts {
                match part {
                    Part::Literal(text) => path.push_str(text),
                    Part::Text(text) => path.push_str(value(&self.parts.texts[*text])?),
                    Part::Date(DatePart::Year, notation) => notation.write(date.year(), &mut path),
                    Part::Date(DatePart::Month, notation) => {
                        notation.write(date.month().into(), &mut path);
                    }
                    Part::Date(DatePart::Day, notation) => {
                        notation.write(date.day().into(), &mut path);
                    }
                }
            }
        }
        if let Some(extension) = &self.parts.extension {
            path.push('.');
            path.push_str(extension);
        }
        let read = self.read(&path)?;
        let is_same = read.date.is_none_or(|read| read == FolderDate::Day(date))
            && read.year.is_none_or(|year| year == date.year())
            && read.month.is_none_or(|month| month == date.month())
            && read.day.is_none_or(|day| day == date.day())
            && self.parts.texts.iter().all(|name| read.text(name) == value(name));
        is_same.then_some(path)
    }
}

/// Returns whether pages of this name list other pages: `_index`, the page of a folder in Hugo and Zola,
/// and, beside pages without a date in their paths, also `index` and `README`. The name can end with a
/// language, as in `_index.fr`.
fn is_list(slug: &str, is_dated: impl Fn() -> bool) -> bool {
    let name = slug.split_once('.').map_or(slug, |(name, _)| name);
    let is_folder = || ["index", "readme"].iter().any(|list| name.eq_ignore_ascii_case(list));
    name == "_index" || is_folder() && !is_dated()
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

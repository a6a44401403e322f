//! The summary of a page: its headings, what they link to, and what is below them.

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::{DateFormats, WrittenDate, read_exactly};
use crate::archive::layout::{FolderDate, PageKind, ParsedPath};
use crate::archive::resolve::{Destination, Resolver};
use crate::document::{Document, Heading, Item};
use crate::span::{FileId, SourceText};

use super::formats;
use super::inferred::DEEPEST_PREFIX;

/// Headings longer than this, in bytes, are titles; their text is not kept.
const LONGEST: usize = 80;
/// Texts longer than this, in bytes, are not dates.
const LONGEST_DATE: usize = 40;

/// What a link names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// A page or a file on the web, or anything with a scheme.
    Web,
    /// The page with the link.
    Itself,
    /// An event page.
    Event,
    /// The page of a day.
    Day(Date),
    /// Anything else.
    Else,
}

/// A heading; the text is kept only if it is short enough to tell sections from titles.
#[derive(Clone, Debug)]
pub(super) struct HeadingSummary<T> {
    pub(super) level: u8,
    /// Its text, unless that is long.
    pub(super) text: Option<T>,
    /// Whether its text is a date, or written like one.
    pub(super) is_date: bool,
    /// The formats that write the page's own day as the text does, see [`formats::all`].
    pub(super) formats: u64,
    /// Whether its text may be the page's own day in words, such as `3 janvier 2011`.
    pub(super) may_say_day: bool,
    /// What its first link names.
    pub(super) link: Option<LinkTarget>,
    /// The items below it.
    pub(super) items: ItemCounts,
    /// Whether anything but a heading is below it.
    pub(super) has_content: bool,
}

/// What the items below a heading are, by their first links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ItemCounts {
    pub(super) web: u16,
    pub(super) event: u16,
    /// Those that name their own page.
    pub(super) itself: u16,
    pub(super) other: u16,
}

/// A page of an event or of a day.
#[derive(Debug)]
pub struct PageSummary {
    pub(super) kind: PageKind,
    pub(super) date: Option<Date>,
    pub(super) headings: Vec<HeadingSummary<Box<str>>>,
    /// Links into the archive that begin with `/`.
    pub(super) absolute: u32,
    /// Prefixes that must be removed from such links for them to name pages.
    pub(super) prefixes: Vec<Box<str>>,
    /// The day pages that links name, as indices of the layout's patterns.
    pub(super) day_pages: Vec<u32>,
}

impl PageSummary {
    /// Reads a page of an archive with an inferred layout.
    #[must_use]
    pub fn read(archive: &Archive, file: FileId, source: &SourceText) -> Self {
        let ParsedPath { kind, date } = archive.place(file);
        let date = date.and_then(FolderDate::day);
        let mut page = Self {
            kind,
            date,
            headings: Vec::new(),
            absolute: 0,
            prefixes: Vec::new(),
            day_pages: Vec::new(),
        };
        let document = Document::parse(source.text());
        let named: Vec<Option<LinkTarget>> = document
            .links
            .iter()
            .map(|link| {
                let known = !link.faulty && !link.image;
                known.then(|| page.name(archive, file, link.target(source.text())))
            })
            .collect();
        page.headings = document
            .headings
            .iter()
            .map(|heading| page.heading(&document, heading, &named))
            .collect();
        for item in &document.items {
            let heading = item.heading.and_then(|index| page.headings.get_mut(index as usize));
            if let Some(heading) = heading {
                heading.items.add(item, &named);
            }
        }
        page
    }

    /// Returns what a destination names: a file, or the page that it would be by the layout.
    fn name(&mut self, archive: &Archive, file: FileId, destination: &str) -> LinkTarget {
        let path = match Destination::parse(destination) {
            Destination::Internal { path: "", .. } => return LinkTarget::Itself,
            Destination::Internal { path, .. } => path,
            Destination::SchemeRelative => return LinkTarget::Else,
            Destination::Web(_) | Destination::OtherScheme { .. } => return LinkTarget::Web,
        };
        let Some(normal) = Resolver::normalize(archive.path(file), path) else {
            return LinkTarget::Else;
        };
        let is_absolute = path.starts_with('/');
        self.absolute += u32::from(is_absolute);
        let most = if is_absolute { DEEPEST_PREFIX } else { 0 };
        let ends = normal.match_indices('/').map(|(at, _)| at).take(most);
        let prefixes: Vec<usize> = ends.collect();
        let below = |end: &usize| &normal[end + 1..];
        if let Some(found) = self.found(archive, file, &normal) {
            return found;
        }
        for end in &prefixes {
            if let Some(found) = self.found(archive, file, below(end)) {
                if found != LinkTarget::Else {
                    self.prefixes.push(normal[..*end].into());
                }
                return found;
            }
        }
        let meant = std::iter::once(&*normal).chain(prefixes.iter().map(below));
        meant
            .map(|path| by_layout(archive, path))
            .find(|name| *name != LinkTarget::Else)
            .unwrap_or(LinkTarget::Else)
    }

    /// Returns what is at a path.
    fn found(&mut self, archive: &Archive, own: FileId, path: &str) -> Option<LinkTarget> {
        let file = archive.file_or_source(path)?;
        if file == own && self.kind == PageKind::Event {
            return Some(LinkTarget::Itself);
        }
        let path = archive.path(file);
        let patterns = archive.layout.day.iter();
        let index = patterns.zip(0..).find(|(pattern, _)| pattern.read(path).is_some());
        self.day_pages.extend(index.map(|(_, index)| index));
        Some(by_layout(archive, path))
    }

    fn heading(
        &self,
        document: &Document,
        heading: &Heading,
        named: &[Option<LinkTarget>],
    ) -> HeadingSummary<Box<str>> {
        let text = document.words(heading.text);
        let links = heading.links.start as usize..heading.links.end as usize;
        HeadingSummary {
            level: heading.level,
            text: (!text.is_empty() && text.len() <= LONGEST).then(|| text.into()),
            is_date: DateFormats::default().read(text) != WrittenDate::None,
            formats: self.date.map_or(0, |date| fitting(text, date)),
            may_say_day: self.date.is_some_and(|date| may_say(text, date)),
            link: named[links].iter().flatten().next().copied(),
            items: ItemCounts::default(),
            has_content: heading.has_content,
        }
    }
}

/// Returns what a path is by the layout.
fn by_layout(archive: &Archive, path: &str) -> LinkTarget {
    let place = archive.layout.place(path);
    match (place.kind, place.date.and_then(FolderDate::day)) {
        (PageKind::Event, _) => LinkTarget::Event,
        (PageKind::Day, Some(date)) => LinkTarget::Day(date),
        _ => LinkTarget::Else,
    }
}

/// Returns the formats that write this day as `text` does.
fn fitting(text: &str, date: Date) -> u64 {
    // Every format writes the year in full.
    if text.len() > LONGEST || !text.contains(&date.year().to_string()) {
        return 0;
    }
    let formats = formats::all().zip(0..);
    let fits = formats.filter(|(format, _)| read_exactly(format, text) == Some(date));
    fits.fold(0, |mask, (_, index)| mask | 1 << index)
}

/// Returns whether a text is as short as dates are and has the numbers of the date's year and day, and
/// no other number except that of the month.
fn may_say(text: &str, date: Date) -> bool {
    let numbers = text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty());
    let (mut year, mut day, mut others) = (0, 0, 0);
    for number in numbers.take(4) {
        match number.parse::<i16>() {
            Ok(number) if number == date.year() => year += 1,
            Ok(number) if number == i16::from(date.day()) => day += 1,
            Ok(number) if number == i16::from(date.month()) => {}
            _ => others += 1,
        }
    }
    text.len() <= LONGEST_DATE && year == 1 && day > 0 && others == 0
}

impl ItemCounts {
    fn add(&mut self, item: &Item, named: &[Option<LinkTarget>]) {
        let links = item.links.start as usize..item.links.end as usize;
        let count = match named[links].iter().flatten().next() {
            Some(LinkTarget::Web) => &mut self.web,
            Some(LinkTarget::Event) => &mut self.event,
            Some(LinkTarget::Itself) => &mut self.itself,
            Some(LinkTarget::Day(_) | LinkTarget::Else) | None => &mut self.other,
        };
        *count = count.saturating_add(1);
    }

    /// Returns how many there are of any kind.
    pub(super) fn all(self) -> u64 {
        [self.web, self.event, self.itself, self.other].map(u64::from).iter().sum()
    }
}

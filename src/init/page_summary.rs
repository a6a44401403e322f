//! Summarizes a page: its headings, their link targets and the content below them.

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::{DateFormats, WrittenDate};
use crate::archive::destination::Destination;
use crate::archive::layout::{FolderDate, PageKind, ParsedPath};
use crate::archive::resolve::Resolver;
use crate::document::{Document, Heading, Item};
use crate::span::{FileId, SourceText};

use super::formats::{self, FormatSet};
use super::inferred::DEEPEST_PREFIX;
use super::sightings::{PathDate, Sightings};

/// The maximum length, in bytes, of a heading whose text is kept. Longer headings are considered titles.
const LONGEST: usize = 80;
/// The maximum length of a date, in bytes.
const LONGEST_DATE: usize = 40;

/// The target of a link, which need not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// A URL with a scheme.
    Web,
    /// The page that contains the link.
    Itself,
    /// An event page.
    Event,
    /// The day page of this day.
    Day(Date),
    /// Any other target.
    Else,
}

/// The summary of a heading. `T` is the type of its text.
#[derive(Clone, Debug)]
pub(super) struct HeadingSummary<T> {
    pub(super) level: u8,
    /// The text, unless it is empty or longer than [`LONGEST`]. Section headings are short, so a longer
    /// text is not needed.
    pub(super) text: Option<T>,
    /// Whether the text is a date, or has the form of a date.
    pub(super) is_date: bool,
    /// The formats in which the text is the page's own day, as a bit set: bit `n` stands for item `n` of
    /// [`formats::all`].
    pub(super) formats: FormatSet,
    /// Whether the text may be the page's own day in words, such as `3 janvier 2011`.
    pub(super) may_say_day: bool,
    /// The target of the first link in the heading.
    pub(super) link: Option<LinkTarget>,
    /// The items below the heading, counted by their targets.
    pub(super) items: ItemCounts,
    /// Whether there is content below the heading, other than headings.
    pub(super) has_content: bool,
}

/// The number of items below a heading, by the target of their first link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ItemCounts {
    /// Items that link to a URL.
    pub(super) web: u16,
    /// Items that link to an event page.
    pub(super) event: u16,
    /// Items that link to their own page.
    pub(super) itself: u16,
    /// Items with another target or without a link.
    pub(super) other: u16,
}

/// The summary of a page.
#[derive(Debug)]
pub struct PageSummary {
    /// The kind of the page, according to the layout.
    pub(super) kind: PageKind,
    /// The day in the path of the page.
    pub(super) date: Option<Date>,
    /// On an event page or a day page, the dates outside the path.
    pub(super) sightings: Sightings,
    /// The headings of the page, in order.
    pub(super) headings: Vec<HeadingSummary<Box<str>>>,
    /// The number of root-absolute links into the archive.
    pub(super) absolute: u32,
    /// URL prefixes: for each root-absolute link that leads to a page only if a prefix is removed from the
    /// link, that prefix.
    pub(super) prefixes: Vec<Box<str>>,
    /// For each link to an existing day page, the index of the page's pattern in the layout.
    pub(super) day_pages: Vec<u32>,
}

impl PageSummary {
    /// Summarizes a page of an archive. The archive's layout must already be inferred.
    #[must_use]
    pub fn read(archive: &Archive, file: FileId, source: &SourceText) -> Self {
        let ParsedPath { kind, date } = archive.place(file);
        let date = date.and_then(FolderDate::day);
        let mut page = Self {
            kind,
            date,
            sightings: Sightings::default(),
            headings: Vec::new(),
            absolute: 0,
            prefixes: Vec::new(),
            day_pages: Vec::new(),
        };
        let document = Document::parse_with(source.text(), &archive.syntax);
        if kind != PageKind::Other {
            let path = PathDate::of(archive, file);
            page.sightings = Sightings::read(&document, &archive.syntax, path);
        }
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

    /// Returns the target of a destination. If the target does not exist, the layout decides what the
    /// path would be. Also counts root-absolute links, and collects their prefixes and the day pages
    /// that links name.
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

    /// Returns the target at a path, or `None` if there is no file. Also records which pattern matches a
    /// day page.
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

    /// Summarizes a heading, without the items below it.
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

/// Returns the target that a path names according to the layout.
fn by_layout(archive: &Archive, path: &str) -> LinkTarget {
    let place = archive.layout.place(path);
    match (place.kind, place.date.and_then(FolderDate::day)) {
        (PageKind::Event, _) => LinkTarget::Event,
        (PageKind::Day, Some(date)) => LinkTarget::Day(date),
        _ => LinkTarget::Else,
    }
}

/// Returns the formats in which `text` is exactly this day, as a bit set. A time of day can follow the
/// day.
fn fitting(text: &str, date: Date) -> FormatSet {
    // Every format writes the year in full, so a text without the year needs no parsing.
    if text.len() > LONGEST || !text.contains(&date.year().to_string()) {
        return 0;
    }
    let formats = formats::PARSED.iter().zip(0..);
    let fits = formats.filter(|(format, _)| format.date_in(text) == Some(date));
    fits.fold(0, |mask, (_, index)| mask | 1 << index)
}

/// Returns whether a text may be this date in words: it is as short as a date, and contains the numbers of
/// the date.
fn may_say(text: &str, date: Date) -> bool {
    text.len() <= LONGEST_DATE && formats::has_numbers_of(text, date)
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

    /// Returns the number of all items.
    pub(super) fn all(self) -> u64 {
        [self.web, self.event, self.itself, self.other].map(u64::from).iter().sum()
    }
}

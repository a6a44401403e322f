//! What is kept of a page for the survey: its headings, what they link to, and what stands below
//! them.

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::date::{DateFormats, WrittenDate, read_exactly};
use crate::archive::layout::{FolderDate, PageKind, ParsedPath};
use crate::archive::resolve::Destination;
use crate::document::{Document, Heading, Item};
use crate::span::{FileId, SourceText};

use super::{DEEPEST_PREFIX, formats};

/// Headings longer than this, in bytes, are titles: their text is not kept.
const LONGEST: usize = 80;
/// Texts longer than this, in bytes, are no dates.
const LONGEST_DATE: usize = 40;

/// What a link names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A page or a file on the web, or anything with a scheme.
    Web,
    /// The page that it stands in.
    Itself,
    /// An event page.
    Event,
    /// The page of a day.
    Day(Date),
    /// Anything else.
    Else,
}

/// A heading, of whose text only as much is kept as is needed to tell sections from titles.
#[derive(Clone, Debug)]
pub(super) struct HeadingSeen<T> {
    pub(super) level: u8,
    /// Its text; none of a long one.
    pub(super) text: Option<T>,
    /// Whether its text is a date, or written like one.
    pub(super) is_date: bool,
    /// The formats that write the page's own day as the text does, see [`formats::all`].
    pub(super) formats: u64,
    /// Whether its text may be the page's own day in words, such as `3 janvier 2011`.
    pub(super) may_say_day: bool,
    /// What its first link names.
    pub(super) link: Option<Named>,
    /// The items below it.
    pub(super) items: Items,
    /// Whether anything but a heading stands below it.
    pub(super) has_content: bool,
}

/// What the items below a heading are, by their first links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Items {
    pub(super) web: u16,
    pub(super) event: u16,
    /// Those that name the page they stand in.
    pub(super) itself: u16,
    pub(super) other: u16,
}

/// A page of an event or of a day.
#[derive(Debug)]
pub struct PageSeen {
    pub(super) kind: PageKind,
    pub(super) date: Option<Date>,
    pub(super) headings: Vec<HeadingSeen<Box<str>>>,
    /// Links into the archive that begin with `/`.
    pub(super) absolute: u32,
    /// Prefixes without which such links name pages that they do not name with them.
    pub(super) prefixes: Vec<Box<str>>,
    /// Names of day pages, as indices of the layout's patterns, that links name.
    pub(super) day_pages: Vec<u32>,
}

impl PageSeen {
    /// Looks at a page of an archive, which is known by the layout that its paths bear out.
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
        let named: Vec<Option<Named>> = document
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

    /// What a destination names: a file, or what the layout would have it be.
    fn name(&mut self, archive: &Archive, file: FileId, destination: &str) -> Named {
        let path = match Destination::parse(destination) {
            Destination::Internal { path: "", .. } => return Named::Itself,
            Destination::Internal { path, .. } => path,
            Destination::SchemeRelative => return Named::Else,
            Destination::Web(_) | Destination::OtherScheme { .. } => return Named::Web,
        };
        let Some(normal) = archive.resolver.normalize(archive.path(file), path) else {
            return Named::Else;
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
                if found != Named::Else {
                    self.prefixes.push(normal[..*end].into());
                }
                return found;
            }
        }
        let meant = std::iter::once(&*normal).chain(prefixes.iter().map(below));
        meant
            .map(|path| by_layout(archive, path))
            .find(|name| *name != Named::Else)
            .unwrap_or(Named::Else)
    }

    /// What there is at a path.
    fn found(&mut self, archive: &Archive, own: FileId, path: &str) -> Option<Named> {
        let file = archive.file_or_source(path)?;
        if file == own && self.kind == PageKind::Event {
            return Some(Named::Itself);
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
        named: &[Option<Named>],
    ) -> HeadingSeen<Box<str>> {
        let text = document.words(heading.text);
        let links = heading.links.start as usize..heading.links.end as usize;
        HeadingSeen {
            level: heading.level,
            text: (!text.is_empty() && text.len() <= LONGEST).then(|| text.into()),
            is_date: DateFormats::default().read(text) != WrittenDate::None,
            formats: self.date.map_or(0, |date| fitting(text, date)),
            may_say_day: self.date.is_some_and(|date| may_say(text, date)),
            link: named[links].iter().flatten().next().copied(),
            items: Items::default(),
            has_content: heading.has_content,
        }
    }
}

/// What the layout takes a path for.
fn by_layout(archive: &Archive, path: &str) -> Named {
    let place = archive.layout.place(path);
    match (place.kind, place.date.and_then(FolderDate::day)) {
        (PageKind::Event, _) => Named::Event,
        (PageKind::Day, Some(date)) => Named::Day(date),
        _ => Named::Else,
    }
}

/// The formats that write this day as `text` does.
fn fitting(text: &str, date: Date) -> u64 {
    // Every format writes the year in full.
    if text.len() > LONGEST || !text.contains(&date.year().to_string()) {
        return 0;
    }
    let formats = formats::all().zip(0..);
    let fits = formats.filter(|(format, _)| read_exactly(format, text) == Some(date));
    fits.fold(0, |mask, (_, index)| mask | 1 << index)
}

/// Whether a text that is no longer than dates are holds the numbers of a year and its day, and no
/// others but a month's.
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

impl Items {
    fn add(&mut self, item: &Item, named: &[Option<Named>]) {
        let links = item.links.start as usize..item.links.end as usize;
        let count = match named[links].iter().flatten().next() {
            Some(Named::Web) => &mut self.web,
            Some(Named::Event) => &mut self.event,
            Some(Named::Itself) => &mut self.itself,
            Some(Named::Day(_) | Named::Else) | None => &mut self.other,
        };
        *count = count.saturating_add(1);
    }

    /// How many there are, of any sort.
    pub(super) fn all(self) -> u64 {
        [self.web, self.event, self.itself, self.other].map(u64::from).iter().sum()
    }
}

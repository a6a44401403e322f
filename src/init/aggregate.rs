//! What the pages of an archive showed, and the survey that is made of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::layout::{LayoutSeen, count};
use super::page_summary::{HeadingSeen, PageSeen};
use super::{Seen, Share, Survey, day, event};
use crate::archive::layout::{Layout, PageKind};
use crate::config::Settings;

/// Of links from the archive's root, the share from which on a prefix is one.
const PREFIX_PERCENT: u64 = 2;
/// The fewest links that make a prefix.
const FEWEST_PREFIXED: u64 = 3;

/// A text of headings, as an index in the texts of an archive.
pub(super) type TextId = u32;

/// A page, its headings' texts as indices.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) date: Option<Date>,
    pub(super) headings: Box<[HeadingSeen<TextId>]>,
}

/// What is kept of the pages of an archive; it grows with their headings.
#[derive(Debug, Default)]
pub struct Gathered {
    pub(super) events: Vec<Page>,
    pub(super) days: Vec<Page>,
    texts: Vec<Box<str>>,
    ids: HashMap<Box<str>, TextId>,
    absolute: u64,
    prefixes: BTreeMap<Box<str>, u64>,
    /// How often the pages of each of the layout's day patterns are named.
    day_pages: BTreeMap<u32, u64>,
}

impl Gathered {
    /// Adds a page.
    pub fn take(&mut self, page: PageSeen) {
        self.absolute += u64::from(page.absolute);
        for prefix in page.prefixes {
            *self.prefixes.entry(prefix).or_default() += 1;
        }
        for pattern in page.day_pages {
            *self.day_pages.entry(pattern).or_default() += 1;
        }
        let headings = page.headings.into_iter().map(|heading| HeadingSeen {
            text: heading.text.map(|text| self.id(text)),
            level: heading.level,
            is_date: heading.is_date,
            formats: heading.formats,
            may_say_day: heading.may_say_day,
            link: heading.link,
            items: heading.items,
            has_content: heading.has_content,
        });
        let headings = headings.collect();
        match page.kind {
            PageKind::Event => self.events.push(Page { date: page.date, headings }),
            PageKind::Day => self.days.push(Page { date: page.date, headings }),
            PageKind::Other => {}
        }
    }

    fn id(&mut self, text: Box<str>) -> TextId {
        let Self { texts, ids, .. } = self;
        *ids.entry(text).or_insert_with_key(|text| {
            texts.push(text.clone());
            texts.len() as TextId - 1
        })
    }

    /// The text of headings with this id.
    pub(super) fn text(&self, id: TextId) -> &str {
        &self.texts[id as usize]
    }

    /// Makes the survey of an archive with these pages, whose paths bear out `layout`. `usual` are
    /// the settings that hold where it shows nothing.
    #[must_use]
    pub fn survey(&self, paths: &[&str], layout: LayoutSeen, usual: &Settings) -> Survey {
        let layout = self.by_links(layout).counted(paths);
        let (events, days, others) = count(&layout.layout(), paths);
        Survey {
            pages: (events + days + others, events, days),
            url_prefixes: self.url_prefixes(),
            event: event::infer(self, usual),
            day: day::infer(self, &dated(&layout.layout(), paths), usual),
            layout,
        }
    }

    /// Of day pages of several names, those come first that links name most.
    fn by_links(&self, mut layout: LayoutSeen) -> LayoutSeen {
        let named = |index: u32| self.day_pages.get(&index).copied().unwrap_or_default();
        let mut days: Vec<_> = (0..).map(named).zip(layout.day).collect();
        days.sort_by(|(one, first), (other, second)| {
            (other, second.pages).cmp(&(one, first.pages))
        });
        layout.day = days.into_iter().map(|(_, seen)| seen).collect();
        layout
    }

    fn url_prefixes(&self) -> Vec<Seen<String>> {
        let least = (self.absolute * PREFIX_PERCENT).div_ceil(100).max(FEWEST_PREFIXED);
        let mut found: Vec<_> =
            self.prefixes.iter().filter(|(_, count)| **count >= least).collect();
        found.sort_by_key(|(_, count)| u64::MAX - **count);
        let found = found.into_iter().map(|(prefix, count)| Seen {
            value: prefix.to_string(),
            share: Share { of: *count, all: self.absolute, what: "links from the root" },
        });
        found.collect()
    }
}

/// The days that have a page of their own.
fn dated(layout: &Layout, paths: &[&str]) -> BTreeSet<Date> {
    let places = paths.iter().map(|path| layout.place(path));
    let days = places.filter(|place| place.kind == PageKind::Day);
    days.filter_map(|place| place.date?.day()).collect()
}

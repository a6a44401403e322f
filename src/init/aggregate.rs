//! Combines the summaries of all pages of an archive.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::inferred::{Inferred, Share};
use super::layout::InferredLayout;
use super::page_summary::{HeadingSummary, PageSummary};
use super::places::Places;
use crate::archive::layout::PageKind;

/// The minimum share of root-absolute links with the same URL prefix, in percent, that makes the prefix
/// a setting.
const PREFIX_PERCENT: u64 = 2;
/// The minimum number of root-absolute links with the same URL prefix that makes the prefix a setting.
const FEWEST_PREFIXED: u64 = 3;

/// The text of a heading, as an index into the texts of an [`Aggregate`].
pub(super) type TextId = u32;

/// The headings of a page. Their texts are stored in an [`Aggregate`].
#[derive(Debug)]
pub(super) struct PageHeadings {
    /// The day in the path of the page.
    pub(super) date: Option<Date>,
    /// The headings, in order.
    pub(super) headings: Box<[HeadingSummary<TextId>]>,
}

/// The combined summaries of an archive's pages. The size grows with the number of headings.
#[derive(Debug, Default)]
pub struct Aggregate {
    /// The headings of each event page.
    pub(super) events: Vec<PageHeadings>,
    /// The headings of each day page.
    pub(super) days: Vec<PageHeadings>,
    /// The dates of event pages outside their paths.
    pub(super) places: Places,
    /// The dates of day pages outside their paths.
    pub(super) day_places: Places,
    texts: Vec<Box<str>>,
    ids: HashMap<Box<str>, TextId>,
    /// The number of root-absolute links into the archive.
    absolute: u64,
    /// The number of root-absolute links with each URL prefix.
    prefixes: BTreeMap<Box<str>, u64>,
    /// The number of links to pages of each day pattern, by the index of the pattern in the layout.
    day_pages: BTreeMap<u32, u64>,
}

impl Aggregate {
    /// Adds the summary of a page. Pages that are neither event pages nor day pages contribute only
    /// their links.
    pub fn add(&mut self, page: PageSummary) {
        self.absolute += u64::from(page.absolute);
        for prefix in page.prefixes {
            *self.prefixes.entry(prefix).or_default() += 1;
        }
        for pattern in page.day_pages {
            *self.day_pages.entry(pattern).or_default() += 1;
        }
        let headings = page.headings.into_iter().map(|heading| HeadingSummary {
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
            PageKind::Event => {
                self.places.add(page.sightings);
                self.events.push(PageHeadings { date: page.date, headings });
            }
            PageKind::Day => {
                self.day_places.add(page.sightings);
                self.days.push(PageHeadings { date: page.date, headings });
            }
            PageKind::Other => {}
        }
    }

    /// Returns whether the pages that are named after their day are events: whether there are few others, and
    /// their dates are where those of posts and of minutes are.
    #[must_use]
    pub fn days_are_events(&self) -> bool {
        self.events.len() * 2 < self.days.len() && self.day_places.dates(&[]).is_some()
    }

    /// Returns the id of a text, and stores the text if it is new.
    fn id(&mut self, text: Box<str>) -> TextId {
        let Self { texts, ids, .. } = self;
        *ids.entry(text).or_insert_with_key(|text| {
            texts.push(text.clone());
            texts.len() as TextId - 1
        })
    }

    /// Returns the text with this id.
    pub(super) fn text(&self, id: TextId) -> &str {
        &self.texts[id as usize]
    }

    /// Sorts the patterns of day pages by the number of links to their pages, most links first. Of
    /// patterns with equally many links, the pattern with more pages comes first.
    pub(super) fn by_links(&self, mut layout: InferredLayout) -> InferredLayout {
        let named = |index: u32| self.day_pages.get(&index).copied().unwrap_or_default();
        let mut days: Vec<_> = (0..).map(named).zip(layout.day).collect();
        days.sort_by(|(one, first), (other, second)| {
            (other, second.pages).cmp(&(one, first.pages))
        });
        layout.day = days.into_iter().map(|(_, inferred)| inferred).collect();
        layout
    }

    /// Returns the URL prefixes of root-absolute links that are frequent enough, most frequent first.
    pub(super) fn url_prefixes(&self) -> Vec<Inferred<String>> {
        let least = (self.absolute * PREFIX_PERCENT).div_ceil(100).max(FEWEST_PREFIXED);
        let mut found: Vec<_> =
            self.prefixes.iter().filter(|(_, count)| **count >= least).collect();
        found.sort_by_key(|(_, count)| u64::MAX - **count);
        let found = found.into_iter().map(|(prefix, count)| Inferred {
            value: prefix.to_string(),
            share: Share { of: *count, all: self.absolute, what: "links from the root" },
        });
        found.collect()
    }
}

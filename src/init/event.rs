//! Infers the headings of event pages.

use std::collections::BTreeMap;

use super::aggregate::{Aggregate, PageHeadings, TextId};
use super::dates::{self, InferredDate, levels, most_frequent};
use super::inferred::{Inferred, Share, least};
use super::page_summary::HeadingSummary;
use super::places::InferredPlaces;
use super::sections::{self, InferredSection, RecurringHeading, is_plain};
use super::sightings::ListKind;
use crate::archive::places::Place;
use crate::archive::template::EventTemplate;
use crate::config::Settings;

/// The inferred headings of event pages.
#[derive(Clone, Debug)]
pub struct InferredEvent {
    /// The date heading. If pages have no dates, but other headings at the default level of dates, this is
    /// a level without any heading.
    pub date: InferredDate,
    /// The level of the topics. If pages have no topics, but other headings at the default level of
    /// topics, this is a level without any heading.
    pub topic: Option<Inferred<u8>>,
    /// The level of the titles.
    pub title: Option<Inferred<u8>>,
    /// The sections.
    pub sections: Vec<InferredSection>,
    /// The places of the dates, if there are others than a heading that is only the date, or if titles are
    /// in front matter.
    pub places: Option<InferredPlaces>,
    /// The share of pages with a title in front matter, if most have one.
    pub front_title: Option<Share>,
    /// The places of sources in front matter.
    pub sources: Vec<Inferred<Place>>,
    /// The places of related pages in front matter.
    pub related: Vec<Inferred<Place>>,
}

/// The name of the pages in a [`Share`].
const WHAT: &str = "event pages";
/// If at least this many event pages, and at least 95 % of all, have the same text at a level, that
/// level is not the level of titles.
const FEWEST_ALIKE: u64 = 3;

/// Infers the headings of event pages.
pub(super) fn infer(aggregate: &Aggregate, defaults: &Settings) -> InferredEvent {
    let pages = &aggregate.events;
    let defaults = &defaults.event;
    let mut date = dates::infer(pages, WHAT, defaults.date.texts.written());
    let texts = sections::recurring(aggregate);
    let mut known = KnownHeadings { texts: &texts, undated: None };
    if !date.formats.as_ref().is_some_and(|formats| formats.share.is_most()) {
        if !date.level.as_ref().is_some_and(|level| level.share.is_most()) {
            date.level = unread(pages, known, defaults).or(date.level);
        }
        known.undated = date.level.as_ref().map(|level| level.value);
    }
    let title = title(pages, known, defaults.title.level);
    let topic = title.as_ref().and_then(|title| topic(pages, known, title.value));
    let levels = [title.as_ref(), topic.as_ref(), date.level.as_ref()];
    let mut taken: Vec<u8> = levels.into_iter().flatten().map(|inferred| inferred.value).collect();
    let is_common = |level: &Inferred<u8>| level.share.of * 20 >= level.share.all;
    if date.level.is_none()
        && known.undated(pages, defaults.date.level).is_some_and(|inferred| is_common(&inferred))
    {
        // Rules must not mistake the headings at the default level for dates.
        date.level = free(pages, known, &taken);
        taken.extend(date.level.as_ref().map(|level| level.value));
    }
    let is_free = title.as_ref().is_some_and(|title| title.value != defaults.topic.level);
    // A date heading that no format reads is no place of the date.
    let unread = date.level.as_ref().filter(|_| date.formats.is_none());
    let is_unread = unread.is_some_and(|level| level.value == defaults.topic.level);
    let is_there = |page: &PageHeadings| {
        is_unread || known.unclaimed(page).any(|one| one.level == defaults.topic.level)
    };
    let topic = topic.or_else(|| {
        // Rules must not mistake other headings at the default level for topics.
        (is_free && pages.iter().any(is_there)).then(|| free(pages, known, &taken)).flatten()
    });
    let sections = sections::sections(aggregate, &texts);
    let front_title = Some(aggregate.places.with_key("title")).filter(|share| share.is_most());
    let places = aggregate.places.dates(defaults.date.texts.written());
    let places = places.or_else(|| front_title.is_some().then(InferredPlaces::default));
    let [sources, related] =
        [ListKind::Sources, ListKind::Related].map(|kind| aggregate.places.lists(kind));
    InferredEvent { date, topic, title, sections, places, front_title, sources, related }
}

/// Returns the level of date headings that no known format matches. It is either the level of headings
/// that may be a day in words, or the default level of dates. Most pages must begin with a heading at
/// that level, and most must also have a title apart from this heading.
fn unread(
    pages: &[PageHeadings],
    known: KnownHeadings<'_>,
    defaults: &EventTemplate,
) -> Option<Inferred<u8>> {
    let levels = [dates::in_words(pages, WHAT).map(|level| level.value), Some(defaults.date.level)];
    let inferred = levels.into_iter().flatten().filter_map(|level| known.undated(pages, level));
    let mut likely = inferred.filter(|level| level.share.is_most());
    likely.find(|level| {
        let known = KnownHeadings { undated: Some(level.value), ..known };
        title(pages, known, defaults.title.level).is_some_and(|title| title.share.is_most())
    })
}

/// The headings that are identified already. They are neither titles nor topics.
#[derive(Clone, Copy)]
struct KnownHeadings<'a> {
    /// The headings of sections.
    texts: &'a [RecurringHeading],
    /// The level of date headings that no known format matches, if any.
    undated: Option<u8>,
}

impl<'a> KnownHeadings<'a> {
    fn is_section(self, heading: &HeadingSummary<TextId>) -> bool {
        self.texts.iter().any(|section| Some(section.text) == heading.text)
    }

    /// Returns whether the page's first heading is a date at this level that no known format matches.
    fn is_undated(self, page: &PageHeadings, level: u8) -> bool {
        dates::is_undated(page, level)
            && !page.headings.first().is_some_and(|one| self.is_section(one))
    }

    /// Returns the level, with the share of pages whose first heading is a date at this level in an
    /// unknown format. Returns `None` if no page has such a date.
    fn undated(self, pages: &[PageHeadings], level: u8) -> Option<Inferred<u8>> {
        let of = pages.iter().filter(|page| self.is_undated(page, level)).count() as u64;
        let share = Share { of, all: pages.len() as u64, what: WHAT };
        (of > 0).then_some(Inferred { value: level, share })
    }

    /// Returns the headings of a page that are not identified yet: its topics, its title and headings
    /// with arbitrary texts.
    fn unclaimed(
        self,
        page: &'a PageHeadings,
    ) -> impl Iterator<Item = &'a HeadingSummary<TextId>> + Clone {
        let is_date = self.undated.is_some_and(|level| self.is_undated(page, level));
        let others = page.headings.iter().skip(usize::from(is_date));
        others.filter(move |heading| is_plain(heading) && !self.is_section(heading))
    }
}

/// Infers the level of titles. A page has exactly one title, and titles vary more from page to page than
/// topics. Among the levels at which the most pages have exactly one heading, this function chooses the
/// level with the most varied texts. It rules out a level at which nearly all pages have the same text,
/// unless this is the default level.
fn title(pages: &[PageHeadings], known: KnownHeadings<'_>, defaults: u8) -> Option<Inferred<u8>> {
    let mut counts = [0_u64; 7];
    let mut texts: [BTreeMap<TextId, u64>; 7] = Default::default();
    let mut long = [0_usize; 7];
    for page in pages {
        for level in 1..7_u8 {
            let mut at_level = known.unclaimed(page).filter(|heading| heading.level == level);
            let (Some(only), None) = (at_level.next(), at_level.next()) else { continue };
            let level = usize::from(level);
            counts[level] += 1;
            match only.text {
                Some(text) => *texts[level].entry(text).or_default() += 1,
                None => long[level] += 1,
            }
        }
    }
    let total = pages.len() as u64;
    for level in (1..7).filter(|level| *level != usize::from(defaults)) {
        let most = texts[level].values().max().copied().unwrap_or_default();
        if most >= FEWEST_ALIKE && most * 20 >= total * 19 {
            counts[level] = 0;
        }
    }
    let most = counts.iter().max().copied().filter(|most| *most > 0)?;
    let variety = |level: u8| {
        let level = usize::from(level);
        // Round to twentieths to ignore small differences. In a small archive, topics vary nearly as
        // much as titles.
        (texts[level].len() + long[level]) as u64 * 20 / counts[level]
    };
    let likely = (1..7_u8).rev().filter(|level| counts[usize::from(*level)] * 5 >= most * 4);
    let best = likely.max_by_key(|level| variety(*level))?;
    let share = Share { of: counts[usize::from(best)], all: total, what: WHAT };
    Some(Inferred { value: best, share })
}

/// Infers the level of topics, which come before the title.
fn topic(pages: &[PageHeadings], known: KnownHeadings<'_>, title: u8) -> Option<Inferred<u8>> {
    let before_title = |page: &PageHeadings| {
        let place = known.unclaimed(page).position(|heading| heading.level == title);
        levels(known.unclaimed(page).take(place.unwrap_or_default()))
    };
    let found = most_frequent(pages, WHAT, before_title)?;
    // Fewer headings are probably mistakes, such as titles at the wrong level.
    (found.share.of >= least(found.share.all) && found.share.of * 20 >= found.share.all)
        .then_some(found)
}

/// Returns the deepest level without any heading, or `None` if all levels are in use.
fn free(pages: &[PageHeadings], known: KnownHeadings<'_>, taken: &[u8]) -> Option<Inferred<u8>> {
    let used = pages.iter().fold(0, |used, page| used | levels(page.headings.iter()));
    let is_free = |level: &u8| {
        let is_section = known.texts.iter().any(|section| section.level == *level);
        used >> *level & 1 == 0 && !is_section && !taken.contains(level)
    };
    let value = (1..7).rev().find(is_free)?;
    Some(Inferred { value, share: Share { of: 0, all: pages.len() as u64, what: WHAT } })
}

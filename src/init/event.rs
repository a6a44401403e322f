//! The headings of event pages.

use std::collections::BTreeMap;

use super::aggregate::{Aggregate, PageHeadings, TextId};
use super::dates::{self, InferredDate, levels, most_frequent};
use super::inferred::{Inferred, Share, least};
use super::page_summary::HeadingSummary;
use super::sections::{self, InferredSection, RecurringHeading, is_plain};
use crate::archive::template::EventTemplate;
use crate::config::Settings;

/// The headings of event pages.
#[derive(Clone, Debug)]
pub struct InferredEvent {
    /// The heading with the day.
    pub date: InferredDate,
    /// The level of their topics. If they have none but have other headings at the default level of
    /// topics, a level without any heading; the same applies to dates.
    pub topic: Option<Inferred<u8>>,
    /// The level of their titles.
    pub title: Option<Inferred<u8>>,
    /// Their sections.
    pub sections: Vec<InferredSection>,
}

const WHAT: &str = "event pages";
/// The fewest pages with the same text at a level that show that the text is not a title.
const FEWEST_ALIKE: u64 = 3;

/// Infers the headings of event pages.
pub(super) fn infer(aggregate: &Aggregate, defaults: &Settings) -> InferredEvent {
    let pages = &aggregate.events;
    let defaults = &defaults.event;
    let mut date = dates::infer(pages, WHAT, defaults.date.formats.formats());
    let texts = sections::recurring(aggregate);
    let mut known = KnownHeadings { texts: &texts, undated: None };
    if !date.formats.as_ref().is_some_and(|formats| formats.share.is_most()) {
        if !date.level.as_ref().is_some_and(|level| level.share.is_most()) {
            date.level = unread(pages, known, defaults).or(date.level);
        }
        known.undated = date.level.as_ref().map(|level| level.value);
    }
    let title = title(pages, known, defaults.title_level);
    let topic = title.as_ref().and_then(|title| topic(pages, known, title.value));
    let levels = [title.as_ref(), topic.as_ref(), date.level.as_ref()];
    let mut taken: Vec<u8> = levels.into_iter().flatten().map(|inferred| inferred.value).collect();
    let is_common = |level: &Inferred<u8>| level.share.of * 20 >= level.share.all;
    if date.level.is_none()
        && known.undated(pages, defaults.date.level).is_some_and(|inferred| is_common(&inferred))
    {
        // Rules must not take these headings for dates.
        date.level = free(pages, known, &taken);
        taken.extend(date.level.as_ref().map(|level| level.value));
    }
    let is_free = title.as_ref().is_some_and(|title| title.value != defaults.topic_level);
    let is_there =
        |page: &PageHeadings| known.unclaimed(page).any(|one| one.level == defaults.topic_level);
    let topic = topic.or_else(|| {
        // Rules must not take other headings at the default level for topics.
        (is_free && pages.iter().any(is_there)).then(|| free(pages, known, &taken)).flatten()
    });
    let sections = sections::sections(aggregate, &texts);
    InferredEvent { date, topic, title, sections }
}

/// Returns the level of dates that no format reads: most pages begin with a heading at that level,
/// either in words that may be the day or at the default level of dates, and titles have another level.
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
        title(pages, known, defaults.title_level).is_some_and(|title| title.share.is_most())
    })
}

/// The headings that are known already, and are neither titles nor topics.
#[derive(Clone, Copy)]
struct KnownHeadings<'a> {
    /// The headings of sections.
    texts: &'a [RecurringHeading],
    /// The level of dates that no format reads.
    undated: Option<u8>,
}

impl<'a> KnownHeadings<'a> {
    fn is_section(self, heading: &HeadingSummary<TextId>) -> bool {
        self.texts.iter().any(|section| Some(section.text) == heading.text)
    }

    /// Returns whether the page's first heading is a date at this level that no format reads.
    fn is_undated(self, page: &PageHeadings, level: u8) -> bool {
        dates::is_undated(page, level)
            && !page.headings.first().is_some_and(|one| self.is_section(one))
    }

    /// Returns the level with the share of pages that have such a date there, if any has.
    fn undated(self, pages: &[PageHeadings], level: u8) -> Option<Inferred<u8>> {
        let of = pages.iter().filter(|page| self.is_undated(page, level)).count() as u64;
        let share = Share { of, all: pages.len() as u64, what: WHAT };
        (of > 0).then_some(Inferred { value: level, share })
    }

    /// Returns the other headings of a page: its topic, its title, and free ones.
    fn unclaimed(
        self,
        page: &'a PageHeadings,
    ) -> impl Iterator<Item = &'a HeadingSummary<TextId>> + Clone {
        let is_date = self.undated.is_some_and(|level| self.is_undated(page, level));
        let others = page.headings.iter().skip(usize::from(is_date));
        others.filter(move |heading| is_plain(heading) && !self.is_section(heading))
    }
}

/// Infers the level of titles. A page has one title, and unlike topics, titles differ from page to
/// page: of the levels at which most pages have one heading, it is the one with the most texts. A level
/// at which nearly all pages have the same text has no titles, unless it is the default one.
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
        // In twentieths: in a small archive, one or two topics vary as much as the titles.
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
    // If there are fewer, they are titles at a wrong level and the like.
    (found.share.of >= least(found.share.all) && found.share.of * 20 >= found.share.all)
        .then_some(found)
}

/// Returns a level without any heading.
fn free(pages: &[PageHeadings], known: KnownHeadings<'_>, taken: &[u8]) -> Option<Inferred<u8>> {
    let used = pages.iter().fold(0, |used, page| used | levels(page.headings.iter()));
    let is_free = |level: &u8| {
        let is_section = known.texts.iter().any(|section| section.level == *level);
        used >> *level & 1 == 0 && !is_section && !taken.contains(level)
    };
    let value = (1..7).rev().find(is_free)?;
    Some(Inferred { value, share: Share { of: 0, all: pages.len() as u64, what: WHAT } })
}

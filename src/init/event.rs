//! How event pages are written.

use std::collections::BTreeMap;

use super::aggregate::{Gathered, Page, TextId};
use super::dates::{self, DateSeen, levels, most_frequent};
use super::page_summary::HeadingSeen;
use super::sections::{self, Recurring, SectionSeen, is_plain};
use super::{Seen, Share, least};
use crate::archive::template::EventTemplate;
use crate::config::Settings;

/// What event pages bear out.
#[derive(Clone, Debug)]
pub struct EventSeen {
    /// The heading that dates them.
    pub date: DateSeen,
    /// The level of their topics. If they have none, and headings below the title stand where topics
    /// usually do, a level that nothing stands at. So it is with dates.
    pub topic: Option<Seen<u8>>,
    /// The level of their titles.
    pub title: Option<Seen<u8>>,
    /// Their sections.
    pub sections: Vec<SectionSeen>,
}

const WHAT: &str = "event pages";
/// The fewest pages with one text at a level that show that it is no title.
const FEWEST_ALIKE: u64 = 3;

/// Looks at the event pages.
pub(super) fn infer(gathered: &Gathered, usual: &Settings) -> EventSeen {
    let pages = &gathered.events;
    let usual = &usual.event;
    let mut date = dates::infer(pages, WHAT, usual.date.formats.formats());
    let texts = sections::recurring(gathered);
    let mut claims = Claims { texts: &texts, undated: None };
    if !date.formats.as_ref().is_some_and(|formats| formats.share.is_most()) {
        if !date.level.as_ref().is_some_and(|level| level.share.is_most()) {
            date.level = unread(pages, claims, usual).or(date.level);
        }
        claims.undated = date.level.as_ref().map(|level| level.value);
    }
    let title = title(pages, claims, usual.title_level);
    let topic = title.as_ref().and_then(|title| topic(pages, claims, title.value));
    let levels = [title.as_ref(), topic.as_ref(), date.level.as_ref()];
    let mut taken: Vec<u8> = levels.into_iter().flatten().map(|seen| seen.value).collect();
    let is_common = |level: &Seen<u8>| level.share.of * 20 >= level.share.all;
    if date.level.is_none()
        && claims.undated(pages, usual.date.level).is_some_and(|seen| is_common(&seen))
    {
        // What is no date is not to be taken for one.
        date.level = free(pages, claims, &taken);
        taken.extend(date.level.as_ref().map(|level| level.value));
    }
    let is_free = title.as_ref().is_some_and(|title| title.value != usual.topic_level);
    let is_there = |page: &Page| claims.unclaimed(page).any(|one| one.level == usual.topic_level);
    let topic = topic.or_else(|| {
        // Free headings at the usual level would be taken for topics.
        (is_free && pages.iter().any(is_there)).then(|| free(pages, claims, &taken)).flatten()
    });
    let sections = sections::sections(gathered, &texts);
    EventSeen { date, topic, title, sections }
}

/// The level of dates that no format reads: most pages begin with a heading there, in words that may
/// be the day, or where dates usually stand; and it is not that of the titles.
fn unread(pages: &[Page], claims: Claims<'_>, usual: &EventTemplate) -> Option<Seen<u8>> {
    let levels = [dates::in_words(pages, WHAT).map(|level| level.value), Some(usual.date.level)];
    let seen = levels.into_iter().flatten().filter_map(|level| claims.undated(pages, level));
    let mut likely = seen.filter(|level| level.share.is_most());
    likely.find(|level| {
        let claims = Claims { undated: Some(level.value), ..claims };
        title(pages, claims, usual.title_level).is_some_and(|title| title.share.is_most())
    })
}

/// What of headings is known already.
#[derive(Clone, Copy)]
struct Claims<'a> {
    /// The headings of sections.
    texts: &'a [Recurring],
    /// The level of dates that no format reads.
    undated: Option<u8>,
}

impl<'a> Claims<'a> {
    fn is_section(self, heading: &HeadingSeen<TextId>) -> bool {
        self.texts.iter().any(|section| Some(section.text) == heading.text)
    }

    /// Whether the page's first heading is a date at this level that no format reads.
    fn is_undated(self, page: &Page, level: u8) -> bool {
        dates::is_undated(page, level)
            && !page.headings.first().is_some_and(|one| self.is_section(one))
    }

    /// The level, and the pages that have such a date there, if any has.
    fn undated(self, pages: &[Page], level: u8) -> Option<Seen<u8>> {
        let of = pages.iter().filter(|page| self.is_undated(page, level)).count() as u64;
        let share = Share { of, all: pages.len() as u64, what: WHAT };
        (of > 0).then_some(Seen { value: level, share })
    }

    /// The headings of a page that are its topic, its title, or free.
    fn unclaimed(self, page: &'a Page) -> impl Iterator<Item = &'a HeadingSeen<TextId>> + Clone {
        let is_date = self.undated.is_some_and(|level| self.is_undated(page, level));
        let others = page.headings.iter().skip(usize::from(is_date));
        others.filter(move |heading| is_plain(heading) && !self.is_section(heading))
    }
}

/// Titles stand once a page, and differ from page to page, as topics do not: of the levels that
/// most pages have one heading at, the one with most texts. Where nearly all pages have one text,
/// there are no titles, unless it stands where rules look for them anyway.
fn title(pages: &[Page], claims: Claims<'_>, usual: u8) -> Option<Seen<u8>> {
    let mut counts = [0_u64; 7];
    let mut texts: [BTreeMap<TextId, u64>; 7] = Default::default();
    let mut long = [0_usize; 7];
    for page in pages {
        for level in 1..7_u8 {
            let mut at_level = claims.unclaimed(page).filter(|heading| heading.level == level);
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
    for level in (1..7).filter(|level| *level != usize::from(usual)) {
        let most = texts[level].values().max().copied().unwrap_or_default();
        if most >= FEWEST_ALIKE && most * 20 >= total * 19 {
            counts[level] = 0;
        }
    }
    let most = counts.iter().max().copied().filter(|most| *most > 0)?;
    let variety = |level: u8| {
        let level = usize::from(level);
        // In twentieths: on a small archive a topic or two are as various as the titles.
        (texts[level].len() + long[level]) as u64 * 20 / counts[level]
    };
    let likely = (1..7_u8).rev().filter(|level| counts[usize::from(*level)] * 5 >= most * 4);
    let best = likely.max_by_key(|level| variety(*level))?;
    let share = Share { of: counts[usize::from(best)], all: total, what: WHAT };
    Some(Seen { value: best, share })
}

/// Topics stand before the title.
fn topic(pages: &[Page], claims: Claims<'_>, title: u8) -> Option<Seen<u8>> {
    let before_title = |page: &Page| {
        let place = claims.unclaimed(page).position(|heading| heading.level == title);
        levels(claims.unclaimed(page).take(place.unwrap_or_default()))
    };
    let found = most_frequent(pages, WHAT, before_title)?;
    // Fewer are titles at a wrong level and the like.
    (found.share.of >= least(found.share.all) && found.share.of * 20 >= found.share.all)
        .then_some(found)
}

/// A level that nothing stands at.
fn free(pages: &[Page], claims: Claims<'_>, taken: &[u8]) -> Option<Seen<u8>> {
    let used = pages.iter().fold(0, |used, page| used | levels(page.headings.iter()));
    let is_free = |level: &u8| {
        let is_section = claims.texts.iter().any(|section| section.level == *level);
        used >> *level & 1 == 0 && !is_section && !taken.contains(level)
    };
    let value = (1..7).rev().find(is_free)?;
    Some(Seen { value, share: Share { of: 0, all: pages.len() as u64, what: WHAT } })
}

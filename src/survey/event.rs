//! How event pages are written.

use std::collections::BTreeSet;

use super::dates::{self, DateSeen, levels, most_frequent};
use super::gathered::{Gathered, Page, TextId};
use super::sections::{self, Recurring, SectionSeen, is_plain};
use super::seen::HeadingSeen;
use super::{Seen, Share, least};
use crate::config::Settings;

/// What event pages bear out.
#[derive(Clone, Debug)]
pub struct EventSeen {
    /// The heading that dates them.
    pub date: DateSeen,
    /// The level of their topics. If they have none, and headings below the title stand where topics
    /// usually do, a level that nothing stands at.
    pub topic: Option<Seen<u8>>,
    /// The level of their titles.
    pub title: Option<Seen<u8>>,
    /// Pages with the title above the date, if nearly all have it there.
    pub title_first: Option<Share>,
    /// Their sections.
    pub sections: Vec<SectionSeen>,
}

const WHAT: &str = "event pages";

/// Looks at the event pages.
pub(super) fn infer(gathered: &Gathered, usual: &Settings) -> EventSeen {
    let pages = &gathered.events;
    let date = dates::infer(pages, WHAT, usual.event.date.formats.formats());
    let texts = sections::recurring(gathered);
    let title = title(pages, &texts);
    let topic = title.as_ref().and_then(|title| topic(pages, &texts, title.value));
    let usual = usual.event.topic_level;
    let topic = topic.or_else(|| unused(pages, &texts, title.as_ref()?.value, usual));
    let title_first = title.as_ref().and_then(|title| title_first(pages, &texts, title.value));
    let sections = sections::sections(gathered, &texts);
    EventSeen { date, topic, title, title_first, sections }
}

/// Rules hold the date to stand first; where it does not, somebody has to be told.
fn title_first(pages: &[Page], texts: &[Recurring], title: u8) -> Option<Share> {
    let is_reversed = |page: &&Page| {
        let first = unclaimed(page, texts).find(|heading| heading.level == title);
        let mut above = page
            .headings
            .iter()
            .take_while(|heading| !first.is_some_and(|first| std::ptr::eq(first, *heading)));
        let is_dated = page.headings.iter().any(|heading| heading.formats != 0);
        first.is_some() && is_dated && !above.any(|heading| heading.formats != 0)
    };
    let of = pages.iter().filter(is_reversed).count() as u64;
    let share = Share { of, all: pages.len() as u64, what: WHAT };
    (share.of * 20 >= share.all * 19).then_some(share)
}

/// The headings of a page that are its topic, its title, or free.
fn unclaimed<'a>(
    page: &'a Page,
    texts: &'a [Recurring],
) -> impl Iterator<Item = &'a HeadingSeen<TextId>> + Clone {
    let is_section = |heading: &HeadingSeen<TextId>| {
        texts.iter().any(|section| Some(section.text) == heading.text)
    };
    page.headings.iter().filter(move |heading| is_plain(heading) && !is_section(heading))
}

/// Titles stand once a page, and differ from page to page, as topics do not: of the levels that
/// most pages have one heading at, the one with most texts.
fn title(pages: &[Page], texts: &[Recurring]) -> Option<Seen<u8>> {
    let mut counts = [0_u64; 7];
    let mut distinct: [BTreeSet<TextId>; 7] = Default::default();
    let mut long = [0_usize; 7];
    for page in pages {
        for level in 1..7_u8 {
            let mut at_level = unclaimed(page, texts).filter(|heading| heading.level == level);
            let (Some(only), None) = (at_level.next(), at_level.next()) else { continue };
            let level = usize::from(level);
            counts[level] += 1;
            match only.text {
                Some(text) => drop(distinct[level].insert(text)),
                None => long[level] += 1,
            }
        }
    }
    let most = counts.iter().max().copied().filter(|most| *most > 0)?;
    let variety = |level: u8| {
        let level = usize::from(level);
        // In twentieths: on a small archive a topic or two are as various as the titles.
        (distinct[level].len() + long[level]) as u64 * 20 / counts[level]
    };
    let likely = (1..7_u8).rev().filter(|level| counts[usize::from(*level)] * 5 >= most * 4);
    let best = likely.max_by_key(|level| variety(*level))?;
    let share = Share { of: counts[usize::from(best)], all: pages.len() as u64, what: WHAT };
    Some(Seen { value: best, share })
}

/// Topics stand before the title.
fn topic(pages: &[Page], texts: &[Recurring], title: u8) -> Option<Seen<u8>> {
    let before_title = |page: &Page| {
        let place = unclaimed(page, texts).position(|heading| heading.level == title);
        levels(unclaimed(page, texts).take(place.unwrap_or_default()))
    };
    let found = most_frequent(pages, WHAT, before_title)?;
    // Fewer are titles at a wrong level and the like.
    (found.share.of >= least(found.share.all) && found.share.of * 20 >= found.share.all)
        .then_some(found)
}

/// A level for topics that no page has: the usual one, unless free headings stand there, which
/// would be taken for topics.
fn unused(pages: &[Page], texts: &[Recurring], title: u8, usual: u8) -> Option<Seen<u8>> {
    let mut used = [0_u64; 7];
    for page in pages {
        for heading in unclaimed(page, texts) {
            used[usize::from(heading.level)] += 1;
        }
    }
    let is_free = |level: &u8| {
        let is_section = texts.iter().any(|section| section.level == *level);
        used[usize::from(*level)] == 0 && !is_section && *level != title
    };
    if used[usize::from(usual)] == 0 || usual == title {
        return None;
    }
    let value = (1..7).rev().find(is_free)?;
    Some(Seen { value, share: Share { of: 0, all: pages.len() as u64, what: WHAT } })
}

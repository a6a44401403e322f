//! Infers the date headings of pages: their level, and the formats in which they write the day.

use std::collections::BTreeMap;

use super::aggregate::PageHeadings;
use super::formats::{self, FormatSet};
use super::inferred::{DATED_PERCENT, Inferred, Share};
use super::page_summary::{HeadingSummary, LinkTarget};

/// The date heading of pages of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferredDate {
    /// The level of the heading, if it can be inferred.
    pub level: Option<Inferred<u8>>,
    /// The formats in which the heading writes the day, most frequent first. `None` if no known format
    /// reads enough of the headings. The heading is then no place of the date.
    pub formats: Option<Inferred<Vec<String>>>,
}

impl InferredDate {
    /// Returns whether any page has the heading.
    pub(super) fn is_inferred(&self) -> bool {
        self.level.as_ref().is_some_and(|level| level.share.of > 0)
    }
}

/// Infers the date heading: the heading that contains the day of the page's path, or that links to the
/// page of that day.
pub(super) fn infer(
    pages: &[PageHeadings],
    what: &'static str,
    defaults: &[String],
) -> InferredDate {
    let own_days =
        |page: &PageHeadings| levels(page.headings.iter().filter(|one| is_own_day(page, one)));
    let level = most_frequent(pages, what, own_days);
    let Some(level) = level else { return InferredDate::default() };
    let mut dates: BTreeMap<FormatSet, u64> = BTreeMap::new();
    let (mut read, mut unread) = (0, 0);
    for page in pages {
        let mut at_level = page.headings.iter().filter(|heading| heading.level == level.value);
        if let Some(date) = at_level.clone().find(|heading| heading.formats != 0) {
            *dates.entry(date.formats).or_default() += 1;
            read += 1;
        } else {
            unread += u64::from(at_level.any(|heading| is_unread(page, heading)));
        }
    }
    if read * 100 < (read + unread) * DATED_PERCENT {
        let share = Share { of: read + unread, all: pages.len() as u64, what };
        return InferredDate { level: Some(Inferred { share, ..level }), formats: None };
    }
    let (chosen, of) = formats::choose(&dates, defaults, formats::OF_HEADINGS);
    let share = Share { of, all: pages.len() as u64, what };
    let formats = (!chosen.is_empty()).then_some(Inferred { value: chosen, share });
    InferredDate { level: Some(level), formats }
}

/// Returns the level of headings that may be the day in words, which no known format matches. Returns
/// `None` unless most pages have such a heading at the same level.
pub(super) fn in_words(pages: &[PageHeadings], what: &'static str) -> Option<Inferred<u8>> {
    let said =
        |page: &PageHeadings| levels(page.headings.iter().filter(|heading| heading.may_say_day));
    most_frequent(pages, what, said).filter(|level| level.share.is_most())
}

/// Returns whether rules would treat the page's first heading as its date only because of its level.
/// Returns `false` if any heading of the page is a date.
pub(super) fn is_undated(page: &PageHeadings, level: u8) -> bool {
    let is_dated = |heading: &HeadingSummary<u32>| {
        heading.is_date
            || heading.formats != 0
            || heading.level == level && matches!(heading.link, Some(LinkTarget::Day(_)))
    };
    page.headings.first().is_some_and(|first| first.level == level)
        && !page.headings.iter().any(is_dated)
}

/// Returns whether a heading contains the day of its page, or links to the page of that day.
fn is_own_day(page: &PageHeadings, heading: &HeadingSummary<u32>) -> bool {
    let links = matches!(heading.link, Some(LinkTarget::Day(day)) if Some(day) == page.date);
    heading.formats != 0 || links
}

/// Returns whether a heading is probably the day of its page, but no known format reads it. A heading with
/// another date is wrong, but can be read.
fn is_unread(page: &PageHeadings, heading: &HeadingSummary<u32>) -> bool {
    !heading.is_date && (heading.may_say_day || is_own_day(page, heading))
}

/// Returns the levels of headings as a bit set: bit `n` stands for level `n`.
pub(super) fn levels<'a>(headings: impl Iterator<Item = &'a HeadingSummary<u32>>) -> u8 {
    headings.fold(0, |levels, heading| levels | 1 << heading.level)
}

/// Returns the level at which the most pages have a wanted heading, and the share of these pages. Among
/// equals, the lowest level wins. `wanted` returns the [`levels`] of the wanted headings of a page.
pub(super) fn most_frequent(
    pages: &[PageHeadings],
    what: &'static str,
    wanted: impl Fn(&PageHeadings) -> u8,
) -> Option<Inferred<u8>> {
    let mut counts = [0_u64; 7];
    for page in pages {
        let levels = wanted(page);
        for (level, count) in (0..).zip(&mut counts) {
            *count += u64::from(levels >> level & 1);
        }
    }
    let best = (1..7).rev().max_by_key(|level| counts[usize::from(*level)])?;
    let share = Share { of: counts[usize::from(best)], all: pages.len() as u64, what };
    (share.of > 0).then_some(Inferred { value: best, share })
}

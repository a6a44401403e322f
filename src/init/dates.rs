//! The headings with the dates of pages: their level, and how they write the day.

use std::collections::BTreeMap;

use super::aggregate::PageHeadings;
use super::formats;
use super::inferred::{Inferred, Share};
use super::page_summary::{HeadingSummary, LinkTarget};

/// The heading that dates pages of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferredDate {
    /// Its level, if pages are dated.
    pub level: Option<Inferred<u8>>,
    /// How it writes the day, the most frequent format first; none if no known format reads it.
    pub formats: Option<Inferred<Vec<String>>>,
}

impl InferredDate {
    /// Returns whether any page is dated.
    pub(super) fn is_inferred(&self) -> bool {
        self.level.as_ref().is_some_and(|level| level.share.of > 0)
    }
}

/// Infers the heading with the day of a page's path, or with a link to the page of that day.
pub(super) fn infer(
    pages: &[PageHeadings],
    what: &'static str,
    defaults: &[String],
) -> InferredDate {
    let own_days =
        |page: &PageHeadings| levels(page.headings.iter().filter(|one| is_own_day(page, one)));
    let level = most_frequent(pages, what, own_days);
    let Some(level) = level else { return InferredDate::default() };
    let mut dates: BTreeMap<u64, u64> = BTreeMap::new();
    for page in pages {
        let at_level = page.headings.iter().filter(|heading| heading.level == level.value);
        if let Some(date) = at_level.clone().find(|heading| heading.formats != 0) {
            *dates.entry(date.formats).or_default() += 1;
        }
    }
    let (chosen, of) = formats::choose(&dates, defaults);
    let share = Share { of, all: pages.len() as u64, what };
    let formats = (!chosen.is_empty()).then_some(Inferred { value: chosen, share });
    InferredDate { level: Some(level), formats }
}

/// Returns the level at which most pages may have the day in words that no format reads.
pub(super) fn in_words(pages: &[PageHeadings], what: &'static str) -> Option<Inferred<u8>> {
    let said =
        |page: &PageHeadings| levels(page.headings.iter().filter(|heading| heading.may_say_day));
    most_frequent(pages, what, said).filter(|level| level.share.is_most())
}

/// Returns whether rules take the page's first heading for its date because of its level, although no
/// format reads it.
pub(super) fn is_undated(page: &PageHeadings, level: u8) -> bool {
    let is_dated = |heading: &HeadingSummary<u32>| {
        heading.is_date
            || heading.formats != 0
            || heading.level == level && matches!(heading.link, Some(LinkTarget::Day(_)))
    };
    page.headings.first().is_some_and(|first| first.level == level)
        && !page.headings.iter().any(is_dated)
}

/// Returns whether a heading has the day of its page, or links to the page of that day.
fn is_own_day(page: &PageHeadings, heading: &HeadingSummary<u32>) -> bool {
    let links = matches!(heading.link, Some(LinkTarget::Day(day)) if Some(day) == page.date);
    heading.formats != 0 || links
}

/// Returns the levels of headings, a bit for each.
pub(super) fn levels<'a>(headings: impl Iterator<Item = &'a HeadingSummary<u32>>) -> u8 {
    headings.fold(0, |levels, heading| levels | 1 << heading.level)
}

/// Returns the level at which most pages have a heading of some kind, and how many do; of equals, the
/// lowest number. `wanted` returns the [`levels`] at which a page has one.
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

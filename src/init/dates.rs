//! The headings that date pages: at which level they stand, and how they write the day.

use std::collections::BTreeMap;

use super::aggregate::Page;
use super::page_summary::{HeadingSeen, Named};
use super::{Seen, Share, formats};

/// The heading that dates pages of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateSeen {
    /// Its level, if pages are dated.
    pub level: Option<Seen<u8>>,
    /// How it writes the day, the most frequent format first; none where no known format does.
    pub formats: Option<Seen<Vec<String>>>,
}

impl DateSeen {
    /// Whether any page is dated.
    pub(super) fn is_seen(&self) -> bool {
        self.level.as_ref().is_some_and(|level| level.share.of > 0)
    }
}

/// Looks for the heading that says the day of a page's path, or links to the page of that day.
pub(super) fn infer(pages: &[Page], what: &'static str, usual: &[String]) -> DateSeen {
    let own_days = |page: &Page| levels(page.headings.iter().filter(|one| is_own_day(page, one)));
    let level = most_frequent(pages, what, own_days);
    let Some(level) = level else { return DateSeen::default() };
    let mut dates: BTreeMap<u64, u64> = BTreeMap::new();
    for page in pages {
        let at_level = page.headings.iter().filter(|heading| heading.level == level.value);
        if let Some(date) = at_level.clone().find(|heading| heading.formats != 0) {
            *dates.entry(date.formats).or_default() += 1;
        }
    }
    let (chosen, of) = formats::choose(&dates, usual);
    let share = Share { of, all: pages.len() as u64, what };
    let formats = (!chosen.is_empty()).then_some(Seen { value: chosen, share });
    DateSeen { level: Some(level), formats }
}

/// The level at which most pages may have the day in words that no format reads.
pub(super) fn in_words(pages: &[Page], what: &'static str) -> Option<Seen<u8>> {
    let said = |page: &Page| levels(page.headings.iter().filter(|heading| heading.may_say_day));
    most_frequent(pages, what, said).filter(|level| level.share.is_most())
}

/// Whether rules take the page's first heading for its date because it stands where dates do,
/// though no format reads it.
pub(super) fn is_undated(page: &Page, level: u8) -> bool {
    let is_dated = |heading: &HeadingSeen<u32>| {
        heading.is_date
            || heading.formats != 0
            || heading.level == level && matches!(heading.link, Some(Named::Day(_)))
    };
    page.headings.first().is_some_and(|first| first.level == level)
        && !page.headings.iter().any(is_dated)
}

/// Whether a heading says the day of its page, or links to the page of it.
fn is_own_day(page: &Page, heading: &HeadingSeen<u32>) -> bool {
    let links = matches!(heading.link, Some(Named::Day(day)) if Some(day) == page.date);
    heading.formats != 0 || links
}

/// The levels of headings, a bit for each.
pub(super) fn levels<'a>(headings: impl Iterator<Item = &'a HeadingSeen<u32>>) -> u8 {
    headings.fold(0, |levels, heading| levels | 1 << heading.level)
}

/// The level at which most pages have a heading of a sort, and how many do; the highest of equals.
/// `wanted` gives the [`levels`] at which a page has one.
pub(super) fn most_frequent(
    pages: &[Page],
    what: &'static str,
    wanted: impl Fn(&Page) -> u8,
) -> Option<Seen<u8>> {
    let mut counts = [0_u64; 7];
    for page in pages {
        let levels = wanted(page);
        for (level, count) in (0..).zip(&mut counts) {
            *count += u64::from(levels >> level & 1);
        }
    }
    let best = (1..7).rev().max_by_key(|level| counts[usize::from(*level)])?;
    let share = Share { of: counts[usize::from(best)], all: pages.len() as u64, what };
    (share.of > 0).then_some(Seen { value: best, share })
}

//! What an archive looks like, and the settings that fit it: for `dateline init`.
//!
//! Paths are looked at first ([`LayoutSeen`]), beside what some pages say of them ([`Witness`]); then
//! each page ([`PageSeen`]). Of a page its headings are kept ([`Gathered`]), and what most of them have
//! in common makes the settings ([`Survey`]).

mod aggregate;
mod candidates;
mod date_evidence;
mod dates;
mod day;
mod draft_folders;
mod event;
mod formats;
mod layout;
mod page_summary;
mod sections;
mod toml_writer;

use std::fmt;

pub use aggregate::Gathered;
pub use date_evidence::{Witness, Witnesses};
pub use dates::DateSeen;
pub use day::{DaySeen, PreviousSeen};
pub use draft_folders::drafts;
pub use event::EventSeen;
pub use layout::{LayoutSeen, PatternSeen};
pub use page_summary::PageSeen;
pub use sections::SectionSeen;

use crate::diagnostic::grouped;

/// How many of how many bear something out, or do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Those that do.
    pub of: u64,
    /// All that could.
    pub all: u64,
    /// What they are, in the plural.
    pub what: &'static str,
}

impl Share {
    /// Whether it is more than a half.
    fn is_most(self) -> bool {
        self.of * 2 > self.all
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, all, what } = *self;
        // Only all are 100 %, and only none are 0 %.
        let tenths = (of * 1000).checked_div(all).unwrap_or_default().max(u64::from(of > 0));
        let percent = match (of, tenths) {
            (_, 0) => "0".to_owned(),
            (of, _) if of == all => "100".to_owned(),
            _ => format!("{}.{}", tenths / 10, tenths % 10),
        };
        write!(formatter, "{} of {} {what} ({percent} %)", grouped(of), grouped(all))
    }
}

/// A value, and how many bear it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    /// The value.
    pub value: T,
    /// What bears it out.
    pub share: Share,
}

/// A rule that reports most pages of a kind: more likely a habit than a fault.
#[derive(Clone, Debug)]
pub struct Habit {
    /// The rule.
    pub rule: &'static str,
    /// What it looks for.
    pub summary: &'static str,
    /// How many pages it reports, of each kind of which it reports most.
    pub shares: Vec<Share>,
}

impl Habit {
    /// What a rule finds on so many pages, if it is a habit.
    #[must_use]
    pub fn of(rule: &'static str, summary: &'static str, shares: &[Share]) -> Option<Self> {
        let shares: Vec<Share> = shares.iter().filter(|share| share.is_most()).copied().collect();
        (!shares.is_empty()).then_some(Self { rule, summary, shares })
    }

    fn shares(&self) -> String {
        self.shares.iter().map(Share::to_string).collect::<Vec<_>>().join(" and ")
    }
}

/// The settings that an archive's pages bear out.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Pages, and of these the events' and the days'.
    pub pages: (u64, u64, u64),
    /// Where the site mounts the archive, such as `zh`.
    pub url_prefixes: Vec<Seen<String>>,
    /// Where pages lie.
    pub layout: LayoutSeen,
    /// How event pages are written.
    pub event: EventSeen,
    /// How day pages are written.
    pub day: DaySeen,
}

/// The least number of pages that make something more than a slip, of so many: a hundredth, and two;
/// of few pages, one.
fn least(pages: u64) -> u64 {
    if pages < FEW { 1 } else { pages.div_ceil(100).max(2) }
}

/// The most folders that a URL prefix is made of, at which the site mounts the archive.
const DEEPEST_PREFIX: usize = 3;

/// An archive of fewer pages is a small one: what stands on one of them may be meant.
const FEW: u64 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_to_all_or_none() {
        let share = |of, all| Share { of, all, what: "pages" }.to_string();
        assert_eq!(share(15_018, 15_019), "15,018 of 15,019 pages (99.9 %)");
        assert_eq!(share(7, 7), "7 of 7 pages (100 %)");
        assert_eq!(share(1, 15_019), "1 of 15,019 pages (0.1 %)");
        assert_eq!(share(0, 3), "0 of 3 pages (0 %)");
        assert_eq!(share(0, 0), "0 of 0 pages (0 %)");
    }
}

//! Inferred values, and the share of pages that support them.

use std::fmt;

use crate::diagnostic::grouped;

/// The share of pages, links or other things that support a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The number of things that support the value.
    pub of: u64,
    /// The number of all things, including those that do not support the value.
    pub all: u64,
    /// The name of the things in the plural, such as `pages`.
    pub what: &'static str,
}

impl Share {
    /// Returns whether the share is more than half.
    pub(super) fn is_most(self) -> bool {
        self.of * 2 > self.all
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, all, what } = *self;
        // Do not round up to 100 % or down to 0 %: these values stand for exactly all and none.
        let tenths = (of * 1000).checked_div(all).unwrap_or_default().max(u64::from(of > 0));
        let percent = match (of, tenths) {
            (_, 0) => "0".to_owned(),
            (of, _) if of == all => "100".to_owned(),
            _ => format!("{}.{}", tenths / 10, tenths % 10),
        };
        write!(formatter, "{} of {} {what} ({percent} %)", grouped(of), grouped(all))
    }
}

/// An inferred value, and the share that supports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred<T> {
    /// The value.
    pub value: T,
    /// The share that supports the value.
    pub share: Share,
}

/// Returns the minimum number of pages that a value needs, so that it is not considered a mistake. The
/// minimum is one percent of `pages`, but at least two. In a small archive, it is one page.
pub(super) fn least(pages: u64) -> u64 {
    if pages < FEW { 1 } else { pages.div_ceil(100).max(2) }
}

/// The minimum share of the texts at a place, in percent, that known formats must read as dates.
pub(super) const DATED_PERCENT: u64 = 80;

/// The maximum number of folders in a URL prefix, below which the site serves the archive.
pub(super) const DEEPEST_PREFIX: usize = 3;

/// The number of pages below which an archive is small. In a small archive, a heading on a single page
/// may be intended.
pub(super) const FEW: u64 = 25;

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

//! Values that pages support, and how many of them do.

use std::fmt;

use crate::diagnostic::grouped;

/// How many of some pages, links or other things support a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Those that support it.
    pub of: u64,
    /// All of them.
    pub all: u64,
    /// What they are, in the plural.
    pub what: &'static str,
}

impl Share {
    /// Returns whether it is more than a half.
    pub(super) fn is_most(self) -> bool {
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

/// A value, and the share that supports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred<T> {
    /// The value.
    pub value: T,
    /// What supports it.
    pub share: Share,
}

/// Returns how many of so many pages it takes to be more than a slip: a hundredth of them, and at
/// least two; one of few pages.
pub(super) fn least(pages: u64) -> u64 {
    if pages < FEW { 1 } else { pages.div_ceil(100).max(2) }
}

/// The maximum number of folders of a URL prefix, at which the site serves the archive.
pub(super) const DEEPEST_PREFIX: usize = 3;

/// An archive with fewer pages is small: what is on one page only may be intended.
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

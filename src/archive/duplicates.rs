//! Finds pages about the same event: pages of the same or adjacent days that share a source and
//! have nearly the same title.

use jiff::civil::Date;
use rayon::prelude::*;

use super::page_facts::text_hash;
use crate::span::FileId;

/// An event page and one of its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CitingPage {
    /// The hash of the source's key (see [`super::sources::key`]).
    pub source: u64,
    /// The day of the event.
    pub date: Date,
    /// The event page.
    pub file: FileId,
}

/// The maximum number of earlier pages with the same source that a page is compared with. It bounds
/// the time for archives in which every event cites the same front page.
const MOST: usize = 64;

/// Returns the pairs of pages that share a source and are at most one day apart, sorted. Each pair
/// starts with the page whose path comes first. Takes nearly linear time: it sorts the pages and
/// compares each with a limited number of earlier ones.
#[must_use]
pub fn candidates(mut cited: Vec<CitingPage>) -> Vec<(FileId, FileId)> {
    cited.par_sort_unstable();
    cited.dedup();
    let mut pairs = Vec::new();
    for (index, later) in cited.iter().enumerate() {
        let before = cited[..index].iter().rev().take(MOST);
        let near = before.take_while(|earlier| {
            earlier.source == later.source && (later.date - earlier.date).get_days() <= 1
        });
        pairs.extend(
            near.filter(|earlier| earlier.file != later.file)
                .map(|earlier| (earlier.file.min(later.file), earlier.file.max(later.file))),
        );
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The hashes of all runs of three consecutive letters or digits in a title, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shingles {
    hashes: Vec<u64>,
    /// The hash of the letters without the digits. Titles about different days of one story often
    /// have the same letters and different digits.
    letters: u64,
    /// The hash of the digits.
    digits: u64,
}

/// The minimum similarity of nearly equal titles: the Jaccard index of their shingles, in percent.
/// The value comes from a real archive: below it, some pairs are about two stages of one story.
const NEAR: usize = 80;

impl Shingles {
    /// Returns the shingles of a title. Ignores case, white space and punctuation.
    #[must_use]
    pub fn new(title: &str) -> Self {
        let letters: Vec<char> = title
            .chars()
            .filter(|char| char.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        let hash = |run: &[char]| text_hash(&run.iter().collect::<String>());
        let mut shingles: Vec<u64> = match letters.len() {
            0 => Vec::new(),
            1 | 2 => vec![hash(&letters)],
            _ => letters.windows(3).map(hash).collect(),
        };
        shingles.sort_unstable();
        shingles.dedup();
        let of = |wanted: fn(&char) -> bool| {
            text_hash(&letters.iter().filter(|char| wanted(char)).collect::<String>())
        };
        Self {
            hashes: shingles,
            letters: of(|char| !char.is_numeric()),
            digits: of(|char| char.is_numeric()),
        }
    }

    /// Returns whether two titles are nearly the same. Returns `false` if a title has no letters or
    /// digits. Also returns `false` if only the digits differ, because such titles usually belong
    /// to two days of one story.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        if self.letters == other.letters && self.digits != other.digits {
            return false;
        }
        let (own, others) = (&self.hashes, &other.hashes);
        let shared = own.iter().filter(|hash| others.binary_search(hash).is_ok()).count();
        let all = own.len() + others.len() - shared;
        shared > 0 && shared * 100 >= all * NEAR
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn cited(source: u64, day: i8, file: u32) -> CitingPage {
        CitingPage { source, date: date(2012, 3, day), file: FileId(file) }
    }

    #[test]
    fn pairs_share_a_source_and_are_a_day_apart_at_most() {
        let all =
            vec![cited(1, 1, 0), cited(1, 2, 1), cited(1, 3, 2), cited(2, 3, 3), cited(2, 3, 2)];
        let pairs = candidates(all);
        let ids: Vec<_> = pairs.iter().map(|(one, other)| (one.0, other.0)).collect();
        assert_eq!(ids, [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn a_source_of_every_page_takes_linear_time() {
        let all = (0..100_000).map(|file| cited(1, 1, file)).collect();
        assert!(candidates(all).len() <= 100_000 * MOST);
    }

    #[test]
    fn titles_may_differ_in_a_word() {
        let near = |one: &str, other: &str| Shingles::new(one).is_near(&Shingles::new(other));
        assert!(near(
            "Lock gates fail at Port Merrow, two hurt",
            "Lock gates fail at Port Merrow. Two hurt."
        ));
        assert!(near("洪水淹沒山谷, 三人失踪", "洪水淹沒山谷三人失踪"));
        assert!(!near("Lock gates fail at Port Merrow", "Lock gates are mended at Port Merrow"));
        assert!(!near("…", "…"));
        assert!(!near(
            "Day 12 of the strike at Port Merrow: the ferries stay in",
            "Day 13 of the strike at Port Merrow: the ferries stay in",
        ));
    }
}

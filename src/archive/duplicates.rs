//! Pages that tell of the same event: near in time, with a source in common and nearly one title.

use jiff::civil::Date;

use super::facts::text_hash;
use crate::span::FileId;

/// An event page and one of its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CitingPage {
    /// What tells the source from others, see [`super::sources::key`], hashed.
    pub source: u64,
    /// The day of the event.
    pub date: Date,
    /// The page.
    pub file: FileId,
}

/// How many pages of the same source and time one page is compared with: a bound for archives in
/// which every event cites one front page.
const MOST: usize = 64;

/// Pairs of pages of the same or neighbouring days that share a source, the earlier in order of
/// paths first; sorted. Takes near-linear time: a sort, and a bounded look back from each page.
#[must_use]
pub fn candidates(mut cited: Vec<CitingPage>) -> Vec<(FileId, FileId)> {
    cited.sort_unstable();
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

/// A title as the set of all runs of three letters or digits in it, hashed and sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shingles {
    hashes: Vec<u64>,
    /// A hash of the letters alone, and one of the digits: days of one story differ in these.
    letters: u64,
    digits: u64,
}

/// The share of their shingles that nearly equal titles have in common (Jaccard index), in
/// hundredths. Chosen on a real archive: below it pairs begin that tell of two steps of one story.
const NEAR: usize = 80;

impl Shingles {
    /// The shingles of a title; case, white space and punctuation aside.
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

    /// Whether two titles are nearly the same. Titles without a letter are like none, and those that
    /// differ in their numbers alone tell of two days of one story.
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

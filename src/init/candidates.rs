//! Generates candidates for a layout: all patterns that match a path as a dated page.

use std::cmp::Reverse;
use std::ops::Range;

use super::date_readings::{DateReading, WordedPath};
use super::path_words::{MARKERS, WordKind};
use crate::archive::layout::DatePart;

/// A pattern that matches a path, with months and days unpadded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The text of the pattern.
    pub(super) written: String,
    /// If two patterns match equally many paths, the one with the lower rank is more likely.
    pub(super) rank: Rank,
}

/// The criteria that rank candidates, most important first. A lower value is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// The number of text variables besides the slug.
    pub(super) free: usize,
    /// The index of the date's first word among the words of the path that may belong to a date. Later
    /// numbers may belong to a title.
    first: usize,
    /// The order of year, month and day. The lowest is the most usual.
    order: u8,
    /// The number of places that contain a part of the date. A pattern with more places is better.
    places: Reverse<usize>,
    /// The number of bytes from `{slug}` to the end of the pattern, or 0 without a slug. The slug is
    /// usually at the end of the path.
    behind_slug: usize,
    /// The length of the pattern, in bytes. A longer pattern is better.
    spelt: Reverse<usize>,
}

/// A date in a path, from which patterns are generated.
struct DatedPath<'p, 'a> {
    path: &'p WordedPath<'a>,
    reading: &'p DateReading,
    /// The indices of the words that are a year in any reading of the path.
    years: &'p [usize],
}

/// Returns all patterns that match `path`, except patterns that contain a variable part as fixed text.
/// Pages with another extension than `extension` get it too, because it stands for any of them.
pub(super) fn candidates(path: &str, extension: &str) -> Vec<Candidate> {
    // Braces have a special meaning in patterns.
    if path.contains(['{', '}']) {
        return Vec::new();
    }
    let path = WordedPath::new(path);
    let readings = path.readings();
    let years: Vec<usize> = readings.iter().flat_map(DateReading::years).collect();
    let mut found: Vec<Candidate> = Vec::new();
    for reading in &readings {
        let dated = DatedPath { path: &path, reading, years: &years };
        for candidate in dated.candidates(extension) {
            if found.iter().all(|found| found.written != candidate.written) {
                found.push(candidate);
            }
        }
    }
    found
}

impl DatedPath<'_, '_> {
    /// Returns the patterns of this reading: one without a slug, and one for each possible slug.
    fn candidates(&self, extension: &str) -> Vec<Candidate> {
        let end = self.reading.pieces.last().map_or(0, |piece| piece.range.end);
        let behind = slugs_behind(&self.path.stem[end..]);
        let slugs = behind.into_iter().map(|slug| slug.start + end..slug.end + end).map(Some);
        let slugs = std::iter::once(None).chain(slugs);
        let slugs = slugs.filter(|slug| !self.is_blind(slug.as_ref()));
        slugs.map(|slug| self.candidate(slug, extension)).collect()
    }

    /// Returns the words with digits that are neither in the date nor in the slug.
    fn outside(&self, slug: Option<&Range<usize>>) -> impl Iterator<Item = usize> {
        (0..self.path.words.len()).filter(move |word| {
            let start = self.path.words[*word].range.start;
            let has_digit = self.path.text(*word).contains(|char: char| char.is_ascii_digit());
            let in_slug = slug.is_some_and(|slug| slug.contains(&start));
            has_digit && !in_slug && !self.reading.includes(*word)
        })
    }

    /// Returns the variables for words before the date that repeat parts of it: other places of the
    /// year, each with the month if it follows. Returns none if another place contains the whole date,
    /// because a slug can contain one of the two.
    fn repeated(&self) -> Vec<(usize, &'static str)> {
        let number = |word: usize| {
            let is_number = self.path.words.get(word)?.kind == WordKind::Number;
            self.path.text(word).parse::<i16>().ok().filter(|_| is_number)
        };
        let [year, month, day] =
            [DatePart::Year, DatePart::Month, DatePart::Day].map(|part| self.reading.value(part));
        let is_year = |word: usize| {
            number(word) == year && self.path.text(word).len() == 4 && !self.reading.includes(word)
        };
        let is_whole = |word: usize| {
            let behind = [number(word + 1), number(word + 2)];
            is_year(word) && (behind == [month, day] || behind == [day, month])
        };
        if (0..self.path.words.len()).any(is_whole) {
            return Vec::new();
        }
        let first = self.reading.pieces.first().map_or(0, |piece| piece.word);
        let variable = |word: usize| match word.checked_sub(1) {
            _ if is_year(word) => Some((word, "{year}")),
            Some(before) if is_year(before) && number(word) == month => Some((word, "{month}")),
            _ => None,
        };
        (0..first).filter_map(variable).collect()
    }

    /// Returns whether a pattern with this slug contains a variable part as fixed text: the year of
    /// another reading, or the number of a page. The two last digits of the year are no slug either.
    fn is_blind(&self, slug: Option<&Range<usize>>) -> bool {
        let year = self.reading.value(DatePart::Year).unwrap_or_default().to_string();
        let repeats_year = |slug: &Range<usize>| {
            let text = &self.path.stem[slug.clone()];
            let text = text.trim_matches(|char: char| !char.is_alphanumeric());
            text == year || text == &year[year.len() / 2..]
        };
        let name = self.path.stem.rfind('/').map_or(0, |slash| slash + 1);
        let is_named = slug.is_some_and(|slug| slug.start >= name);
        let end = self.reading.pieces.last().map_or(0, |piece| piece.range.end);
        let repeated = self.repeated();
        let is_fixed = |word: &usize| repeated.iter().all(|(repeated, _)| repeated != word);
        let mut fixed = self.outside(slug).filter(is_fixed).map(|word| {
            let found = &self.path.words[word];
            let is_year = self.years.contains(&word) || self.path.text(word) == year;
            // Digits in a word before the date, such as that of a group, are not the number of a page.
            let is_numbered = found.kind == WordKind::Number || found.range.start >= end;
            is_year || (found.range.start >= name && !is_named && is_numbered)
        });
        fixed.any(|is_blind| is_blind) || slug.is_some_and(repeats_year)
    }

    /// Returns the pattern of this reading with the given slug and extension.
    fn candidate(&self, slug: Option<Range<usize>>, extension: &str) -> Candidate {
        let stem = self.path.stem;
        let pieces = &self.reading.pieces;
        let mut variables: Vec<(Range<usize>, &str)> =
            pieces.iter().map(|piece| (piece.range.clone(), piece.variable)).collect();
        let range = |word: usize| self.path.words[word].range.clone();
        variables.extend(self.repeated().into_iter().map(|(word, name)| (range(word), name)));
        let places = Reverse(variables.len());
        variables.extend(slug.map(|slug| (slug, "{slug}")));
        variables.sort_by_key(|(range, _)| range.start);
        let mut written = String::with_capacity(stem.len() + 16);
        let mut at = 0;
        for (range, name) in variables {
            written.push_str(&stem[at..range.start]);
            written.push_str(name);
            at = range.end;
        }
        written.push_str(&stem[at..]);
        written.push('.');
        written.push_str(extension);
        let behind_slug = written.find("{slug}").map_or(0, |at| written.len() - at);
        let first = pieces.first().map_or(0, |piece| piece.word);
        let before = self.path.words[..first].iter();
        let first = before.filter(|word| word.kind != WordKind::Other).count();
        let (order, spelt) = (self.reading.order, Reverse(written.len()));
        let rank = Rank { free: 0, first, order, places, behind_slug, spelt };
        Candidate { written, rank }
    }
}

/// Returns the byte ranges of the parts after the date that can be the slug. The slug can be any later
/// path segment. It can also be the rest of the segment that contains the date, with or without the
/// separator.
fn slugs_behind(behind: &str) -> Vec<Range<usize>> {
    let body = behind.len();
    let own = behind.find('/').unwrap_or(body);
    let mut found = Vec::new();
    let is_separator = |char: char| "-_. ".contains(char) || MARKERS.contains(char);
    let joint = behind[..own].find(|char| !is_separator(char)).unwrap_or(own);
    // The separator of this page may be longer than usual, so try a separator of one character too.
    let first = behind[..joint].chars().next().map_or(0, char::len_utf8);
    let joints = [joint, first];
    let joints = if joints[0] == joints[1] { &joints[..1] } else { &joints };
    found.extend(joints.iter().map(|joint| *joint..own).filter(|slug| !slug.is_empty()));
    let mut start = own + 1;
    while start < body {
        let end = behind[start..].find('/').map_or(body, |length| start + length);
        if start < end {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &str) -> Vec<String> {
        candidates(path, "md").into_iter().map(|candidate| candidate.written).collect()
    }

    #[test]
    fn a_path_is_read_in_every_way() {
        assert_eq!(
            written("news/2012/03/5/a.md"),
            ["news/{year}/{month}/{day}/a.md", "news/{year}/{month}/{day}/{slug}.md",]
        );
        assert_eq!(
            written("2012-03-05-ferry-lost.md"),
            ["{year}-{month}-{day}-ferry-lost.md", "{year}-{month}-{day}-{slug}.md"]
        );
        assert_eq!(
            written("25.3.2012/a/index.md"),
            [
                "{day}.{month}.{year}/a/index.md",
                "{day}.{month}.{year}/{slug}/index.md",
                "{day}.{month}.{year}/a/{slug}.md",
            ]
        );
        assert_eq!(written("2012/03/05.md"), ["{year}/{month}/{day}.md"]);
    }

    #[test]
    fn numbers_of_pages_are_no_part_of_a_pattern() {
        for (path, expected) in [
            ("news/2012/03/05/1.md", "news/{year}/{month}/{day}/{slug}.md"),
            ("2012/03/05/4011.md", "{year}/{month}/{day}/{slug}.md"),
            ("2012/03/05/2012-03-05-a.md", "{year}/{month}/{day}/{slug}.md"),
            ("2012/03/05/on-this-day-1901-03-05.md", "{year}/{month}/{day}/{slug}.md"),
        ] {
            assert_eq!(written(path), [expected], "{path}");
        }
        let dashed = ["{year}-{month}-{day}-{slug}.md", "{year}-{month}-{day}{slug}.md"];
        for candidate in written("2012-03-05-1.md") {
            assert!(dashed.contains(&candidate.as_str()), "{candidate}");
        }
        assert_eq!(written("l07/2012/03/05/a0.md"), ["l07/{year}/{month}/{day}/{slug}.md"],);
    }

    #[test]
    fn a_year_can_be_in_two_places_of_a_pattern() {
        for (path, expected) in [
            ("2011/01/2011-01-03-a.md", "{year}/{month}/{year}-{month}-{day}-{slug}.md"),
            ("2011/1/2011-01-03-a.md", "{year}/{month}/{year}-{month}-{day}-{slug}.md"),
            ("2011/2011-01-03-b-4.md", "{year}/{year}-{month}-{day}-{slug}.md"),
            ("2011/03/03-05-c.md", "{year}/{month}/{month}-{day}-{slug}.md"),
            ("2011/5-06-2011.md", "{year}/{month}-{day}-{year}.md"),
        ] {
            assert!(written(path).iter().any(|written| written == expected), "{path}");
        }
        for path in ["wiki-2019/2011/01/03/a.md", "2010/2011-01-03-a.md"] {
            let fixed = &path[..path.find('/').expect("a folder")];
            assert!(
                written(path).iter().all(|written| !written.contains("{year}/{year}")),
                "{path}"
            );
            assert!(written(path).iter().any(|written| written.starts_with(fixed)), "{path}");
        }
    }

    #[test]
    fn what_is_no_date_is_no_candidate() {
        for path in ["about.md", "2012/03/a.md", "2012/13/05/a.md", "{2012}/1/1.md"] {
            assert_eq!(written(path), [] as [&str; 0], "{path}");
        }
    }
}

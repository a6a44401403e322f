//! Generates candidates for a layout: all patterns that match a path as a dated page.

use std::cmp::Reverse;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// A pattern that matches a path, with months and days unpadded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The text of the pattern.
    pub(super) written: String,
    /// Whether the pattern has a slug, as the patterns of event pages do.
    pub(super) slug: bool,
    /// If two patterns match equally many paths, the one with the lower rank is more likely.
    pub(super) rank: Rank,
}

/// The criteria that rank candidates, most important first. A lower value is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// The index of the date's first number among the numbers of the path. Later numbers may belong to a
    /// title.
    first: usize,
    /// The order of year, month and day, as an index of [`ORDERS`].
    order: u8,
    /// The number of bytes from `{slug}` to the end of the pattern, or 0 without a slug. The slug is
    /// usually at the end of the path.
    behind_slug: usize,
    /// The length of the pattern, in bytes. A longer pattern is better.
    spelt: Reverse<usize>,
}

/// The maximum number of numbers that are read from a path. Any later numbers must be part of the slug.
const MOST_NUMBERS: usize = 6;

/// The orders in which dates are written, most usual first. Each entry gives the positions of year,
/// month and day.
const ORDERS: [[usize; 3]; 3] = [[0, 1, 2], [2, 1, 0], [2, 0, 1]];

/// Returns at most `most` of the paths that may contain a day, in their original order. The paths are
/// chosen by hash, because every nth path could be of the same kind if kinds of pages alternate.
pub(super) fn sample<'a>(paths: &[&'a str], most: usize) -> Vec<&'a str> {
    let dated = paths.iter().copied().filter(|path| may_name_a_day(path));
    let mut hashed: Vec<_> =
        dated.enumerate().map(|(at, path)| (xxh3_64(path.as_bytes()), at, path)).collect();
    if hashed.len() > most {
        hashed.select_nth_unstable(most);
        hashed.truncate(most);
    }
    hashed.sort_unstable_by_key(|(_, at, _)| *at);
    hashed.into_iter().map(|(_, _, path)| path).collect()
}

/// Returns whether a path may contain a day. The path must contain at least three numbers, one of them
/// with four digits.
pub(super) fn may_name_a_day(path: &str) -> bool {
    let numbers = numbers(stem(path));
    numbers.len() > 2 && numbers.iter().any(|run| run.len() == 4)
}

/// Returns the path of a page without its extension.
fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// Three numbers of a path, read as a date.
struct DateReading<'a> {
    /// The path of the page, without its extension.
    path: &'a str,
    /// The numbers of the path.
    numbers: &'a [Range<usize>],
    /// The index in `numbers` of the date's first number. The next two numbers also belong to the date.
    first: usize,
    /// The order of year, month and day, as an index of [`ORDERS`].
    order: u8,
    /// The variables that replace the three numbers.
    names: [&'static str; 3],
}

/// Returns all patterns that match `path`, except patterns that contain a variable part as fixed text.
/// Pages with another extension than `extension` get it too, because it stands for any of them.
pub(super) fn candidates(path: &str, extension: &str) -> Vec<Candidate> {
    let path = stem(path);
    let numbers = numbers(path);
    let readings = readings(path, &numbers);
    let years: Vec<usize> = readings.iter().map(DateReading::year).collect();
    let mut found = Vec::new();
    for reading in &readings {
        reading.candidates(&years, extension, &mut found);
    }
    found
}

/// Returns all ways in which a path can be read as a dated page.
fn readings<'a>(path: &'a str, numbers: &'a [Range<usize>]) -> Vec<DateReading<'a>> {
    let mut found = Vec::new();
    // Braces have a special meaning in patterns.
    if path.contains(['{', '}']) {
        return found;
    }
    for first in 0..numbers.len().saturating_sub(2) {
        let runs = [&numbers[first], &numbers[first + 1], &numbers[first + 2]];
        for (order, places) in (0..).zip(ORDERS) {
            if let Some(names) = names(path, runs, places) {
                found.push(DateReading { path, numbers, first, order, names });
            }
        }
    }
    found
}

/// Returns the byte ranges of the first runs of digits in a path, at most [`MOST_NUMBERS`].
fn numbers(path: &str) -> Vec<Range<usize>> {
    let bytes = path.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() && runs.len() < MOST_NUMBERS {
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        if at > start {
            runs.push(start..at);
        } else {
            at += 1;
        }
    }
    runs
}

/// Returns the variables that replace three numbers. `order` gives the positions of year, month and day.
/// Returns `None` if the numbers cannot be a date.
fn names(path: &str, runs: [&Range<usize>; 3], order: [usize; 3]) -> Option<[&'static str; 3]> {
    let [year, month, day] = order.map(|place| &path[runs[place].clone()]);
    let within = |digits: &str, most: u32| {
        digits.len() <= 2 && digits.parse::<u32>().is_ok_and(|number| number <= most)
    };
    // An invalid day such as 2013/02/30 is a mistake in the path, not a different layout.
    if year.len() != 4 || year.starts_with('0') || !within(month, 12) || !within(day, 31) {
        return None;
    }
    let mut names = ["{year}"; 3];
    (names[order[1]], names[order[2]]) = ("{month}", "{day}");
    Some(names)
}

impl DateReading<'_> {
    /// Returns the index of the year among the numbers of the path.
    fn year(&self) -> usize {
        self.first + self.names.iter().position(|name| *name == "{year}").unwrap_or_default()
    }

    /// Adds the patterns of this reading: one without a slug, and one for each possible slug. `years`
    /// are the indices of the years in all readings of the path.
    fn candidates(&self, years: &[usize], extension: &str, found: &mut Vec<Candidate>) {
        let (start, end) = (self.numbers[self.first].start, self.numbers[self.first + 2].end);
        let before = slugs_before(&self.path[..start]);
        let behind = slugs_behind(&self.path[end..]);
        let behind = behind.into_iter().map(|slug| slug.start + end..slug.end + end);
        let slugs = before.into_iter().chain(behind).map(Some);
        for slug in std::iter::once(None).chain(slugs) {
            if !self.is_blind(slug.as_ref(), years) {
                found.push(self.candidate(slug, extension));
            }
        }
    }

    /// Returns the numbers that are neither in the date nor in the slug, with their indices.
    fn outside(&self, slug: Option<&Range<usize>>) -> impl Iterator<Item = (usize, &Range<usize>)> {
        self.numbers.iter().enumerate().filter(move |(place, run)| {
            // A slug after the date can contain another year, but a folder above the date cannot.
            let is_behind = *place > self.first;
            let in_slug = is_behind && slug.is_some_and(|slug| slug.contains(&run.start));
            !in_slug && !(self.first..self.first + 3).contains(place)
        })
    }

    /// Returns the variables for numbers before the date that repeat parts of it, with the indices of the
    /// numbers: other places of the year, each with the month if it follows. Returns none if another
    /// place contains the whole date, because a slug can contain one of the two.
    fn repeated(&self, slug: Option<&Range<usize>>) -> Vec<(usize, &'static str)> {
        let value = |wanted: &str| {
            let index = self.names.iter().position(|name| *name == wanted).unwrap_or_default();
            self.number(self.first + index)
        };
        let [year, month, day] = ["{year}", "{month}", "{day}"].map(value);
        let is_year = |place: usize| self.number(place) == year && place != self.year();
        let is_whole = |place: usize| {
            let behind = [self.number(place + 1), self.number(place + 2)];
            is_year(place) && (behind == [month, day] || behind == [day, month])
        };
        if (0..self.numbers.len()).any(is_whole) {
            return Vec::new();
        }
        let is_before = |(place, run): &(usize, &Range<usize>)| {
            *place < self.first && slug.is_none_or(|slug| !slug.contains(&run.start))
        };
        let variable = |(place, _): (usize, _)| match place.checked_sub(1) {
            _ if is_year(place) => Some((place, "{year}")),
            Some(before) if is_year(before) && self.number(place) == month => {
                Some((place, "{month}"))
            }
            _ => None,
        };
        self.outside(slug).filter(is_before).filter_map(variable).collect()
    }

    /// Returns a number of the path, or `None` if it is too large.
    fn number(&self, place: usize) -> Option<u32> {
        self.path[self.numbers.get(place)?.clone()].parse().ok()
    }

    /// Returns whether a pattern with this slug contains a variable part as fixed text: the year of
    /// another reading, or the number of a page.
    fn is_blind(&self, slug: Option<&Range<usize>>, years: &[usize]) -> bool {
        let year = &self.path[self.numbers[self.year()].clone()];
        let name = self.path.rfind('/').map_or(0, |slash| slash + 1);
        let is_named = slug.is_some_and(|slug| slug.start >= name);
        let repeated = self.repeated(slug);
        let fixed = self
            .outside(slug)
            .filter(|(place, _)| repeated.iter().all(|(repeated, _)| repeated != place));
        let mut fixed = fixed.map(|(place, run)| {
            let is_year = years.contains(&place) || self.path[run.clone()] == *year;
            is_year || (run.start >= name && !is_named)
        });
        // `numbers` contains only the first numbers of the path, so look for later digits.
        let last = self.numbers.last().map_or(0, |run| run.end);
        let has_more = self.path[last..].contains(|char: char| char.is_ascii_digit());
        let has_letters = |places: [usize; 2]| {
            let [one, other] = places.map(|place| &self.numbers[self.first + place]);
            let between = &self.path[one.end..other.start];
            one.end >= name && between.contains(|char: char| char.is_ascii_alphabetic())
        };
        let is_day = slug.is_none();
        fixed.any(|is_blind| is_blind)
            || (has_more && !is_named)
            || (is_day && (has_letters([0, 1]) || has_letters([1, 2])))
    }

    /// Returns the pattern of this reading with the given slug and extension.
    fn candidate(&self, slug: Option<Range<usize>>, extension: &str) -> Candidate {
        let mut written = String::with_capacity(self.path.len() + 16);
        let dates = self.numbers[self.first..].iter().cloned().zip(self.names);
        let mut variables: Vec<(Range<usize>, &str)> = dates.collect();
        let repeated = self.repeated(slug.as_ref()).into_iter();
        variables.extend(repeated.map(|(place, name)| (self.numbers[place].clone(), name)));
        let is_event = slug.is_some();
        variables.extend(slug.map(|slug| (slug, "{slug}")));
        variables.sort_by_key(|(range, _)| range.start);
        let mut at = 0;
        for (range, name) in variables {
            written.push_str(&self.path[at..range.start]);
            written.push_str(name);
            at = range.end;
        }
        written.push_str(&self.path[at..]);
        written.push('.');
        written.push_str(extension);
        let behind_slug = written.find("{slug}").map_or(0, |at| written.len() - at);
        let spelt = Reverse(written.len());
        let rank = Rank { first: self.first, order: self.order, behind_slug, spelt };
        Candidate { slug: is_event, written, rank }
    }
}

/// Returns the byte ranges of the parts before the date that can be the slug: each whole folder name.
fn slugs_before(before: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (end, _) in before.match_indices('/') {
        found.push(start..end);
        start = end + 1;
    }
    found
}

/// Returns the byte ranges of the parts after the date that can be the slug. The slug can be any later
/// path segment. It can also be the rest of the segment that contains the date, with or without the
/// separator.
fn slugs_behind(behind: &str) -> Vec<Range<usize>> {
    let body = behind.len();
    let own = behind.find('/').unwrap_or(body);
    let mut found = Vec::new();
    let joint = behind[..own].find(|char: char| !"-_. ".contains(char)).unwrap_or(own);
    // The separator of this page may be longer than usual, so try a separator of one character too.
    let joints = [joint, joint.min(1)];
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
            [
                "news/{year}/{month}/{day}/a.md",
                "{slug}/{year}/{month}/{day}/a.md",
                "news/{year}/{month}/{day}/{slug}.md",
            ]
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
            ("y2011/2011/01/03/c.md", "y{year}/{year}/{month}/{day}/{slug}.md"),
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
        for path in
            ["about.md", "2012/03/a.md", "2012/13/05/a.md", "20120305-a.md", "{2012}/1/1.md"]
        {
            assert_eq!(written(path), [] as [&str; 0], "{path}");
        }
    }
}

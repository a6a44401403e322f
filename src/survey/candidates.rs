//! What a path could be: every pattern that would read it as a dated page.

use std::cmp::Reverse;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// A pattern that reads a path, months and days not padded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The pattern.
    pub(super) written: String,
    /// Whether it has a slug, as event pages do.
    pub(super) slug: bool,
    /// Of two that read as many paths, the one with the lesser rank is the likelier.
    pub(super) rank: Rank,
}

/// What speaks against a candidate, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Where its numbers stand among all of the path's: titles may name a day too.
    numbers: [usize; 3],
    /// How unusual their order is.
    order: u8,
    /// What stands behind the slug, in bytes: names of pages come last.
    behind_slug: usize,
    /// How much is spelt out, in bytes: the more, the better.
    spelt: Reverse<usize>,
}

/// Numbers of a path beyond this many are parts of its slug.
const MOST_NUMBERS: usize = 6;

/// Orders in which a date is written: the places of year, month and day.
const ORDERS: [[usize; 3]; 3] = [[0, 1, 2], [2, 1, 0], [2, 0, 1]];

/// Of the paths that may name a day, at most so many: in their order. Hashes choose, as a
/// stride would find one sort of pages alone where sorts alternate.
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

/// Whether a page's path has three numbers of which one could be a year.
fn may_name_a_day(path: &str) -> bool {
    let numbers = numbers(path);
    path.ends_with(".md") && numbers.len() > 2 && numbers.iter().any(|run| run.len() == 4)
}

/// Every pattern that reads `path`.
pub(super) fn candidates(path: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    // What stands in braces means something else in a pattern.
    if path.contains(['{', '}']) || !path.ends_with(".md") {
        return found;
    }
    let numbers = numbers(path);
    for first in 0..numbers.len() {
        for second in first + 1..numbers.len() {
            for third in second + 1..numbers.len() {
                let places = [first, second, third];
                let runs = places.map(|place| &numbers[place]);
                for (unusual, order) in (0..).zip(ORDERS) {
                    if let Some(names) = names(path, runs, order) {
                        dated(path, runs, names, (unusual, places), &mut found);
                    }
                }
            }
        }
    }
    found
}

/// The first runs of digits in a path.
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

/// The names of three numbers as year, month and day in this order; none if they cannot be that.
fn names(path: &str, runs: [&Range<usize>; 3], order: [usize; 3]) -> Option<[&'static str; 3]> {
    let [year, month, day] = order.map(|place| &path[runs[place].clone()]);
    let within = |digits: &str, most: u32| {
        digits.len() <= 2 && digits.parse::<u32>().is_ok_and(|number| number <= most)
    };
    // A folder such as 2013/02/30 is a day gone wrong, not another layout.
    if year.len() != 4 || year.starts_with('0') || !within(month, 12) || !within(day, 31) {
        return None;
    }
    let mut names = ["{year}"; 3];
    (names[order[1]], names[order[2]]) = ("{month}", "{day}");
    Some(names)
}

/// The patterns in which these three numbers are the date.
fn dated(
    path: &str,
    runs: [&Range<usize>; 3],
    names: [&str; 3],
    (order, numbers): (u8, [usize; 3]),
    found: &mut Vec<Candidate>,
) {
    let before = &path[..runs[0].start];
    let (first, second) = (&path[runs[0].end..runs[1].start], &path[runs[1].end..runs[2].start]);
    let date = format!("{}{first}{}{second}{}", names[0], names[1], names[2]);
    let behind = &path[runs[2].end..];
    let mut push = |before: &str, behind: &str| {
        let written = format!("{before}{date}{behind}");
        let slug = written.find("{slug}");
        let behind_slug = slug.map_or(0, |at| written.len() - at);
        let rank = Rank { numbers, order, behind_slug, spelt: Reverse(written.len()) };
        found.push(Candidate { slug: slug.is_some(), written, rank });
    };
    let with_slug = |text: &str, slug: Range<usize>| {
        format!("{}{{slug}}{}", &text[..slug.start], &text[slug.end..])
    };
    push(before, behind);
    for slug in slugs_before(before) {
        push(&with_slug(before, slug), behind);
    }
    for slug in slugs_behind(behind) {
        push(before, &with_slug(behind, slug));
    }
}

/// What could be the slug before a date: any whole folder.
fn slugs_before(before: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (end, _) in before.match_indices('/') {
        found.push(start..end);
        start = end + 1;
    }
    found
}

/// What could be the slug behind a date: the rest of its own part, with or without what joins it to
/// the date, or any whole part behind.
fn slugs_behind(behind: &str) -> Vec<Range<usize>> {
    let body = behind.len() - ".md".len();
    let own = behind.find('/').unwrap_or(body);
    let mut found = Vec::new();
    let joint = behind[..own].find(|char: char| !"-_. ".contains(char)).unwrap_or(own);
    // The joint of one page may be longer than that of others.
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
        candidates(path).into_iter().map(|candidate| candidate.written).collect()
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
    fn what_is_no_date_is_no_candidate() {
        for path in
            ["about.md", "2012/03/a.md", "2012/13/05/a.md", "20120305-a.md", "{2012}/1/1.md"]
        {
            assert_eq!(written(path), [] as [&str; 0], "{path}");
        }
    }
}

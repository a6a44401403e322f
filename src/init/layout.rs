//! The layout of an archive, from its paths alone.
//!
//! Each path of a sample that may name a day is read in every way in which it could be a dated page; what many paths
//! have in common is then tried on all of them, by the same [`Pattern`] that a check uses.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Seen;
use super::candidates::{Rank, candidates, names_its_year_twice, sample};
use super::date_evidence::Witnesses;
use crate::archive::layout::{FolderDate, Layout, PageKind, Pattern};

/// A pattern, and how many pages have its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternSeen {
    /// The pattern, padded as most of the pages are.
    pub pattern: Pattern,
    /// Pages that it reads, and none before it.
    pub pages: u64,
}

/// The layout that an archive's paths bear out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutSeen {
    /// The folder that links from the root begin at, if it is one below.
    pub root: Option<Seen<String>>,
    /// Patterns of paths that are none of the archive's pages.
    pub exclude: Vec<Seen<String>>,
    /// Patterns of event pages, the most frequent first.
    pub event: Vec<PatternSeen>,
    /// Patterns of day pages, the most frequent first.
    pub day: Vec<PatternSeen>,
}

/// The most paths that are looked at for what they could be.
const SAMPLE: usize = 2000;
/// The most candidates of a kind that are looked at, and that are tried on all paths.
const LOOKED_AT: usize = 100;
const TRIED: usize = 24;
/// Of dated pages, the share from which on a further pattern is one: less may be pages gone astray.
const FURTHER_PERCENT: usize = 5;
/// The most patterns that differ in nothing but a folder.
const MOST_ALIKE: usize = 8;
/// Of paths that a pattern reads, the share that must name days.
const SOUND_PERCENT: usize = 80;
/// Of days, the share that must have a page for its name to be that of day pages...
const INDEX_PERCENT: usize = 5;
/// ...and if the name is none that folders are shown by, with the fewest days that show it.
const NAME_PERCENT: usize = 80;
const FEWEST_NAMED: usize = 3;

impl LayoutSeen {
    /// Looks at the paths of an archive's pages. Patterns of which nothing tells the padding are
    /// padded as those of `usual`, if they are the same otherwise.
    #[must_use]
    pub fn of(pages: &[&str], usual: &Layout, witnesses: &Witnesses) -> Self {
        Self::of_sample(pages, usual, witnesses, SAMPLE)
    }

    /// The same from a sample of so many paths.
    fn of_sample(pages: &[&str], usual: &Layout, witnesses: &Witnesses, most: usize) -> Self {
        let mut counted: [BTreeMap<String, (u64, Rank)>; 2] = Default::default();
        for path in sample(pages, most) {
            for candidate in candidates(path) {
                let counts = &mut counted[usize::from(candidate.slug)];
                let (count, rank) = counts.entry(candidate.written).or_insert((0, candidate.rank));
                *count += 1;
                *rank = candidate.rank.min(*rank);
            }
        }
        let [days, events] = counted.map(|counted| tried(counted, witnesses));
        let days = day_patterns(pages, &days, &events);
        let is_day = |path: &str| days.iter().any(|pattern| pattern.read(path).is_some());
        let others: Vec<&str> = pages.iter().copied().filter(|path| !is_day(path)).collect();
        let events = event_patterns(&others, &events);
        let padded = |patterns: &[Pattern]| padded(patterns, &events, &days, pages, usual);
        let (event, day) = (padded(&events), padded(&days));
        let seen = |patterns: Vec<Pattern>| -> Vec<PatternSeen> {
            patterns.into_iter().map(|pattern| PatternSeen { pattern, pages: 0 }).collect()
        };
        Self { event: seen(event), day: seen(day), ..Self::default() }.counted(pages)
    }

    /// The same, each pattern with the pages that it reads: of patterns that read a page, the first
    /// has it, as in a check.
    pub(super) fn counted(mut self, pages: &[&str]) -> Self {
        let mut patterns: Vec<_> = self.day.iter_mut().chain(&mut self.event).collect();
        for seen in &mut patterns {
            seen.pages = 0;
        }
        for path in pages {
            let first = patterns.iter_mut().find(|seen| seen.pattern.read(path).is_some());
            if let Some(seen) = first {
                seen.pages += 1;
            }
        }
        self
    }

    /// The layout.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let patterns =
            |seen: &[PatternSeen]| seen.iter().map(|seen| seen.pattern.clone()).collect();
        Layout { event: patterns(&self.event), day: patterns(&self.day) }
    }

    /// Of the pages that it does not read, those that name their day in a way that no pattern can
    /// say: with their year twice.
    #[must_use]
    pub fn beyond<'a>(&self, pages: &[&'a str]) -> Vec<&'a str> {
        let layout = self.layout();
        let others = pages.iter().filter(|path| layout.place(path).kind == PageKind::Other);
        others.copied().filter(|path| names_its_year_twice(path)).collect()
    }

    /// The folders in which event pages lie alike, but for the folder, if they are more than a layout
    /// lists.
    #[must_use]
    pub fn alike(&self) -> Vec<String> {
        let split = |seen: &PatternSeen| {
            let written = seen.pattern.to_string();
            let (folder, rest) = written.split_at(written.find('{')?);
            Some((folder.strip_suffix('/')?.to_owned(), rest.to_owned()))
        };
        let split: Vec<(String, String)> = self.event.iter().filter_map(split).collect();
        let like = |rest: &str| split.iter().filter(|(_, other)| other == rest).count();
        let mut alike = split.clone();
        alike.retain(|(_, rest)| like(rest) > MOST_ALIKE);
        alike.into_iter().map(|(folder, _)| folder).collect()
    }

    /// Whether any page has a day in its path.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.event.is_empty() && self.day.is_empty()
    }
}

/// The candidates that most paths have in common and no pages contradict, the best first.
fn tried(counted: BTreeMap<String, (u64, Rank)>, witnesses: &Witnesses) -> Vec<Pattern> {
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by_key(|(_, (count, rank))| (Reverse(*count), *rank));
    let patterns = counted.iter().take(LOOKED_AT);
    patterns
        .filter_map(|(written, _)| Pattern::parse(written, written.contains("{slug}")).ok())
        .filter(|pattern| !witnesses.contradict(pattern))
        .take(TRIED)
        .collect()
}

/// The days that paths name by a pattern, a day for each path; none if many are no days, so that
/// its numbers are others.
fn days_of(pattern: &Pattern, pages: &[&str]) -> Vec<Date> {
    let read = pages.iter().filter_map(|path| pattern.read(path));
    let dates: Vec<Option<Date>> = read.map(|read| read.date.day()).collect();
    let days: Vec<Date> = dates.iter().flatten().copied().collect();
    if days.len() * 100 >= dates.len() * SOUND_PERCENT { days } else { Vec::new() }
}

/// Patterns without a slug that recur from day to day.
fn day_patterns(pages: &[&str], tried: &[Pattern], events: &[Pattern]) -> Vec<Pattern> {
    let best = events.iter().map(|pattern| days_of(pattern, pages)).max_by_key(Vec::len);
    let all: BTreeSet<Date> = best.unwrap_or_default().into_iter().collect();
    let mut found: Vec<(usize, Pattern)> = Vec::new();
    for pattern in tried {
        let days: BTreeSet<Date> = days_of(pattern, pages).into_iter().collect();
        let among = all.union(&days).count();
        let (percent, fewest) =
            if is_index(pattern) { (INDEX_PERCENT, 1) } else { (NAME_PERCENT, FEWEST_NAMED) };
        if days.len() >= fewest && days.len() * 100 >= among * percent {
            found.push((days.len(), pattern.clone()));
        }
    }
    found.sort_by_key(|(days, _)| Reverse(*days));
    let mut kept: Vec<Pattern> = Vec::new();
    for (_, pattern) in found {
        // Another reading of the same pages adds none.
        let is_new = |path: &str| {
            pattern.read(path).is_some() && kept.iter().all(|kept| kept.read(path).is_none())
        };
        if pages.iter().any(|path| is_new(path)) {
            kept.push(pattern);
        }
    }
    kept
}

/// Whether pages of this pattern have no name but their day, or are what its folder is shown by.
fn is_index(pattern: &Pattern) -> bool {
    let written = pattern.to_string();
    let (before, behind) = written.rsplit_once('}').unwrap_or_default();
    let name = behind.trim_end_matches(".md").trim_matches(|char: char| !char.is_alphanumeric());
    let is_bare = behind.contains('/') || {
        let file = before.rsplit('/').next().unwrap_or_default();
        file.split('{').next().is_some_and(|text| !text.contains(char::is_alphanumeric))
    };
    is_bare && ["", "index", "readme"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The pattern that reads most pages, and further ones that read a good share of the rest.
fn event_patterns(pages: &[&str], tried: &[Pattern]) -> Vec<Pattern> {
    let mut found = Vec::new();
    let mut rest = pages.to_vec();
    let mut dated = 0;
    loop {
        let reads = |pattern: &Pattern| days_of(pattern, &rest).len();
        // Of equals the first: they are sorted.
        let best = tried.iter().map(|pattern| (reads(pattern), pattern)).rev();
        let Some((count, best)) = best.max_by_key(|(count, _)| *count) else { break };
        let least =
            if found.is_empty() { 1 } else { (dated * FURTHER_PERCENT).div_ceil(100).max(3) };
        if count < least {
            break;
        }
        dated += count;
        rest.retain(|path| best.read(path).is_none());
        found.push(best.clone());
    }
    found
}

/// Ways to pad months and days, the most usual first.
const PADDINGS: [(&str, &str); 4] = [
    ("{month:02}", "{day:02}"),
    ("{month:02}", "{day}"),
    ("{month}", "{day}"),
    ("{month}", "{day:02}"),
];

/// Pads `patterns` as most pages are whose dates stand in the same folders.
fn padded(
    patterns: &[Pattern],
    events: &[Pattern],
    days: &[Pattern],
    pages: &[&str],
    usual: &Layout,
) -> Vec<Pattern> {
    let usual: Vec<String> =
        usual.event.iter().chain(&usual.day).map(ToString::to_string).collect();
    let pad = |pattern: &Pattern| {
        let written = pattern.to_string();
        let alike: Vec<&Pattern> = events
            .iter()
            .chain(days)
            .filter(|other| date_part(&other.to_string()) == date_part(&written))
            .collect();
        let fits = |(month, day): (&str, &str)| {
            let pad = |text: &str| text.replace("{month}", month).replace("{day}", day);
            let fitting = alike.iter().filter_map(|pattern| {
                let pattern = pattern.to_string();
                Pattern::parse(&pad(&pattern), pattern.contains("{slug}")).ok()
            });
            let exact = |pattern: Pattern| {
                let reads = pages.iter().filter_map(|path| pattern.read(path));
                reads.filter(|read| matches!(read.date, FolderDate::Day(_))).count()
            };
            (fitting.map(exact).sum::<usize>(), usual.contains(&pad(&written)), pad(&written))
        };
        let fits = PADDINGS.map(fits);
        let best = fits.iter().rev().max_by_key(|(exact, is_usual, _)| (*exact, *is_usual));
        let best = best.and_then(|(_, _, text)| Pattern::parse(text, text.contains("{slug}")).ok());
        best.unwrap_or_else(|| pattern.clone())
    };
    patterns.iter().map(pad).collect()
}

/// A pattern up to the end of its date.
fn date_part(written: &str) -> &str {
    let ends = ["{year}", "{month}", "{day}"];
    let end = ends.iter().filter_map(|name| written.find(name).map(|at| at + name.len())).max();
    &written[..end.unwrap_or_default()]
}

/// How many pages a layout takes for events, for days, and for neither.
#[must_use]
pub fn count(layout: &Layout, pages: &[&str]) -> (u64, u64, u64) {
    let mut counts = (0, 0, 0);
    for path in pages {
        match layout.place(path).kind {
            PageKind::Event => counts.0 += 1,
            PageKind::Day => counts.1 += 1,
            PageKind::Other => counts.2 += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What paths bear out, as written; beside each pattern, how many of them it reads.
    fn seen(paths: &[String]) -> [Vec<(String, u64)>; 2] {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let usual = Layout {
            event: vec![Pattern::parse("{year}/{month:02}/{day}/{slug}.md", true).expect("sound")],
            day: Vec::new(),
        };
        let seen = LayoutSeen::of(&paths, &usual, &Witnesses::default());
        [seen.event, seen.day]
            .map(|seen| seen.iter().map(|seen| (seen.pattern.to_string(), seen.pages)).collect())
    }

    fn pair(pattern: &str, pages: u64) -> Vec<(String, u64)> {
        vec![(pattern.to_owned(), pages)]
    }

    /// A path for each of so many days, all different.
    fn days(count: i32, path: impl Fn(Date) -> String) -> Vec<String> {
        let first = jiff::civil::date(2012, 1, 1);
        (0..count).map(|day| path(first + jiff::Span::new().days(day))).collect()
    }

    #[test]
    fn pages_gone_astray_make_no_pattern() {
        let mut paths = days(200, |date| {
            format!("{}/{:02}/{}/a-{date}.md", date.year(), date.month(), date.day())
        });
        paths
            .extend(days(8, |date| format!("new/{}/{}/a.md", date.year(), date.strftime("%m/%d"))));
        paths.extend(days(8, |date| format!("2012/{}/b.md", date.strftime("%m/%d"))));
        let [event, day] = seen(&paths);
        assert_eq!(event, pair("{year}/{month:02}/{day}/{slug}.md", 208));
        assert_eq!(day, []);
    }

    #[test]
    fn a_sample_has_pages_of_every_sort() {
        let folder = |date: Date| format!("news/{}", date.strftime("%Y/%m/%-d"));
        let event = "news/{year}/{month:02}/{day}/{slug}.md";
        let seen = |paths: &[String], most: usize| {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let usual = Layout { event: Vec::new(), day: Vec::new() };
            let seen = LayoutSeen::of_sample(&paths, &usual, &Witnesses::default(), most);
            [seen.event, seen.day].map(|seen| {
                seen.iter().map(|seen| (seen.pattern.to_string(), seen.pages)).collect::<Vec<_>>()
            })
        };
        for events in [1, 2, 19] {
            let mut paths = days(300, |date| format!("{}/index.md", folder(date)));
            for number in 0..events {
                paths.extend(days(300, |date| {
                    format!("{}/a-story-{date}-{number}.md", folder(date))
                }));
            }
            paths.sort();
            for most in [100, 150, 200, 300] {
                let expected =
                    [pair(event, 300 * events), pair("news/{year}/{month:02}/{day}/index.md", 300)];
                assert_eq!(seen(&paths, most), expected, "{events} events a day, {most}");
            }
        }
        // What stands beside an archive does not crowd it out.
        let mut paths = days(40, |date| format!("{}/story-{date}.md", folder(date)));
        paths.extend((0..9000).map(|number| format!("node_modules/p{}/r{number}.md", number / 9)));
        paths.sort();
        assert_eq!(seen(&paths, 50), [pair(event, 40), vec![]]);
    }

    #[test]
    fn a_page_counts_for_the_first_pattern_that_reads_it() {
        let mut paths = days(30, |date| format!("old-{}.md", date.strftime("%Y-%m-%d-a")));
        paths.extend(days(90, |date| format!("{}-b{date}.md", date.strftime("%Y-%m-%d"))));
        let patterns = ["{year}-{month}-{day}-b{slug}.md", "{year}-{month}-{day}-{slug}.md"];
        let seen = |pattern| PatternSeen {
            pattern: Pattern::parse(pattern, true).expect("sound"),
            pages: 7,
        };
        let seen = LayoutSeen { event: patterns.map(seen).to_vec(), ..LayoutSeen::default() };
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let counts = seen.counted(&paths).event;
        assert_eq!(counts.iter().map(|seen| seen.pages).collect::<Vec<_>>(), [90, 0]);
    }

    #[test]
    fn an_archive_may_have_two_layouts() {
        let slug = |date: Date| format!("{}-lost", date.strftime("%A-%B-%d"));
        let old = |date: Date| format!("old/{}/{}.md", date.strftime("%Y/%m/%d"), slug(date));
        let mut paths = days(90, |date| format!("{date}-{}.md", slug(date)));
        paths.extend(days(3, old));
        let mut expected = pair("{year}-{month:02}-{day:02}-{slug}.md", 90);
        assert_eq!(seen(&paths)[0], expected);
        paths.extend(days(60, old).split_off(3));
        expected.extend(pair("old/{year}/{month:02}/{day:02}/{slug}.md", 60));
        assert_eq!(seen(&paths), [expected, vec![]]);
    }

    #[test]
    fn months_are_told_from_days() {
        let american = days(60, |date| format!("{}-a{date}.md", date.strftime("%m-%d-%Y")));
        assert_eq!(seen(&american)[0], pair("{month:02}-{day:02}-{year}-{slug}.md", 60));
        let german = days(60, |date| format!("{}/a{date}.md", date.strftime("%d.%m.%Y")));
        assert_eq!(seen(&german)[0], pair("{day:02}.{month:02}.{year}/{slug}.md", 60));
    }

    #[test]
    fn what_no_path_shows_is_padded_as_usual() {
        let usual = ["2012/11/25/a.md", "2012/12/24/b.md"].map(str::to_owned);
        assert_eq!(seen(&usual)[0], pair("{year}/{month:02}/{day}/{slug}.md", 2));
        let other = ["2012-11-25-a.md", "2012-12-24-b.md"].map(str::to_owned);
        assert_eq!(seen(&other)[0], pair("{year}-{month:02}-{day:02}-{slug}.md", 2));
        let short = ["2012/1/2/a.md", "2012/11/12/b.md"].map(str::to_owned);
        assert_eq!(seen(&short)[0], pair("{year}/{month}/{day}/{slug}.md", 2));
    }

    #[test]
    fn a_name_that_most_days_have_is_that_of_day_pages() {
        let page =
            |name: &'static str| move |date: Date| format!("{}/{name}", date.strftime("%Y/%m/%d"));
        let mut paths = days(50, |date| format!("{}/a-{date}.md", date.strftime("%Y/%m/%d")));
        paths.extend(days(40, page("tag.md")));
        paths.extend(days(30, page("weather.md")));
        paths.extend(days(5, page("README.md")));
        let [event, day] = seen(&paths);
        assert_eq!(event, pair("{year}/{month:02}/{day:02}/{slug}.md", 80));
        let names = [("tag", 40), ("README", 5)];
        let name = |(name, pages)| (format!("{{year}}/{{month:02}}/{{day:02}}/{name}.md"), pages);
        assert_eq!(day, names.map(name));
    }

    #[test]
    fn paths_without_a_day_have_no_layout() {
        let paths = ["about.md", "2012/index.md", "notes/2012-03.md", "1/2/3.md"];
        assert_eq!(seen(&paths.map(str::to_owned)), [vec![], vec![]]);
    }
}

//! Infers the layout of an archive from its paths.
//!
//! The module first generates all patterns that match a path in a sample as a dated page. It then tries
//! the most frequent patterns on all paths. It matches paths with the same [`Pattern`] type as a check.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use super::candidates::candidates;
use super::coverage::DatedPages;
use super::date_evidence::DateEvidence;
use super::date_readings::sample;
use super::error::InferenceError;
use super::free_variables::{Counted, combined};
use super::inferred::Inferred;
use super::padding::padded;
use super::patterns::{TriedPattern, day_patterns, event_patterns, tried, without_poor_folders};
use super::refusal::{Rejected, refusal};
use crate::archive::layout::{Layout, PageKind, Pattern};

/// A pattern, and the number of pages that it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferredPattern {
    /// The pattern, with the padding that most pages have.
    pub pattern: Pattern,
    /// The number of pages that it matches and that no earlier pattern matches.
    pub pages: u64,
}

/// The layout that an archive's paths support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferredLayout {
    /// The subfolder that root-absolute links start from, if there is one.
    pub root: Option<Inferred<String>>,
    /// Path patterns of pages that do not belong to the archive.
    pub exclude: Vec<Inferred<String>>,
    /// Patterns of event pages, most frequent first.
    pub event: Vec<InferredPattern>,
    /// Patterns of day pages, most frequent first.
    pub day: Vec<InferredPattern>,
}

/// The maximum number of paths from which candidates are generated.
const SAMPLE: usize = 2000;

impl InferredLayout {
    /// Infers the layout of the archive at `root`.
    ///
    /// # Errors
    /// Returns the [`InferenceError`] of [`refusal`] if no layout fits most dated pages.
    pub fn infer(
        root: &Path,
        pages: &[&str],
        defaults: &Layout,
        evidence: &DateEvidence,
    ) -> Result<Self, InferenceError> {
        let dated = DatedPages::of(pages);
        let search = Search::new(pages, &dated, SAMPLE, evidence);
        let layout = search.layout(defaults);
        if dated.are_enough(pages) && layout.fits(&dated) {
            return Ok(layout);
        }
        let unchecked = Search::new(pages, &dated, SAMPLE, &DateEvidence::default());
        let layout = unchecked.layout(defaults);
        let mut patterns = layout.event.iter().chain(&layout.day).map(|inferred| &inferred.pattern);
        let fitting = patterns.next().filter(|_| layout.fits(&dated));
        let best = unchecked.best(Rejected::NAMED, defaults);
        Err(refusal(root, pages, &dated, &Rejected { fitting, best: &best }))
    }

    /// Counts the pages of each pattern. As in a check, a page belongs to the first pattern that matches it.
    pub(super) fn counted(mut self, pages: &[&str]) -> Self {
        let mut patterns: Vec<_> = self.day.iter_mut().chain(&mut self.event).collect();
        for inferred in &mut patterns {
            inferred.pages = 0;
        }
        for path in pages {
            let first = patterns.iter_mut().find(|inferred| inferred.pattern.read(path).is_some());
            if let Some(inferred) = first {
                inferred.pages += 1;
            }
        }
        self
    }

    /// Returns the layout with its day pages as event pages.
    #[must_use]
    pub fn with_days_as_events(mut self) -> Self {
        let parse = |inferred: &InferredPattern| {
            let pattern = Pattern::parse(&inferred.pattern.to_string(), true).ok()?;
            Some(InferredPattern { pattern, pages: inferred.pages })
        };
        self.event.extend(self.day.iter().filter_map(parse));
        self.day.clear();
        self
    }

    /// Returns whether the paths of event pages contain dates.
    pub(super) fn has_dates(&self) -> bool {
        self.event.iter().any(|inferred| inferred.pattern.has_date())
    }

    /// Returns the patterns as a [`Layout`].
    #[must_use]
    pub fn layout(&self) -> Layout {
        let patterns = |inferred: &[InferredPattern]| {
            inferred.iter().map(|inferred| inferred.pattern.clone()).collect()
        };
        Layout { event: patterns(&self.event), day: patterns(&self.day) }
    }

    /// Returns whether the layout matches most dated pages.
    pub(super) fn fits(&self, dated: &DatedPages<'_>) -> bool {
        let patterns = self.event.iter().chain(&self.day).map(|inferred| &inferred.pattern);
        dated.are_most_matched("", &patterns.collect::<Vec<_>>())
    }
}

/// The search for the layout of an archive.
struct Search<'a> {
    pages: &'a [&'a str],
    dated: &'a DatedPages<'a>,
    /// The candidates without a slug.
    plain: Vec<TriedPattern>,
    /// The candidates with a slug.
    slugged: Vec<TriedPattern>,
}

impl<'a> Search<'a> {
    /// Tries the candidates from at most `most` paths on all paths.
    fn new(
        pages: &'a [&'a str],
        dated: &'a DatedPages<'a>,
        most: usize,
        evidence: &DateEvidence,
    ) -> Self {
        let mut counted = Counted::new();
        let extension = usual_extension(pages);
        for path in sample(&dated.0, most) {
            for candidate in candidates(path, extension) {
                let (count, rank) = counted.entry(candidate.written).or_insert((0, candidate.rank));
                *count += 1;
                *rank = candidate.rank.min(*rank);
            }
        }
        let [plain, slugged] = tried(combined(counted), evidence, pages);
        Self { pages, dated, plain, slugged }
    }

    /// Returns the layout. If the paths do not show the padding of a pattern, its padding is that of the
    /// same pattern in `defaults`.
    fn layout(&self, defaults: &Layout) -> InferredLayout {
        let Self { pages, dated, plain, slugged } = self;
        let days = day_patterns(pages, plain, slugged);
        let events = event_patterns(pages, plain, slugged, &days);
        let all: Vec<&Pattern> = events.iter().chain(&days).collect();
        let days = without_poor_folders(&days, &all, dated);
        let events = without_poor_folders(&events, &all, dated);
        let padded = |patterns: &[Pattern]| padded(patterns, &events, &days, pages, defaults);
        let (event, day) = (padded(&events), padded(&days));
        let inferred = |patterns: Vec<Pattern>| -> Vec<InferredPattern> {
            patterns.into_iter().map(|pattern| InferredPattern { pattern, pages: 0 }).collect()
        };
        let layout = InferredLayout {
            event: inferred(event),
            day: inferred(day),
            ..InferredLayout::default()
        };
        layout.counted(pages)
    }

    /// Returns the candidates that match the most dated pages, at most `most`, each with the number of these
    /// pages. Of candidates that match the same pages, returns the first.
    fn best(&self, most: usize, defaults: &Layout) -> Vec<(Pattern, usize)> {
        let all = self.slugged.iter().chain(&self.plain);
        let mut all: Vec<&TriedPattern> = all.filter(|tried| !tried.days.is_empty()).collect();
        all.sort_by_key(|tried| Reverse(tried.days.len()));
        let mut best: Vec<&TriedPattern> = Vec::new();
        for tried in all {
            if best.len() < most && best.iter().all(|best| best.days != tried.days) {
                best.push(tried);
            }
        }
        let patterns: Vec<Pattern> = best.iter().map(|tried| tried.pattern.clone()).collect();
        let padded = padded(&patterns, &patterns, &[], self.pages, defaults);
        padded.into_iter().zip(best.iter().map(|tried| tried.days.len())).collect()
    }
}

/// Returns the extension of most pages. Of equally frequent ones, returns the first in the alphabet.
fn usual_extension<'a>(pages: &[&'a str]) -> &'a str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, extension) in pages.iter().filter_map(|path| path.rsplit_once('.')) {
        *counts.entry(extension).or_default() += 1;
    }
    let best = counts.into_iter().max_by_key(|(extension, count)| (*count, Reverse(*extension)));
    best.map_or("md", |(extension, _)| extension)
}

/// The number of pages of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageCounts {
    /// The number of event pages.
    pub events: u64,
    /// The number of day pages.
    pub days: u64,
    /// The number of other pages.
    pub others: u64,
}

impl PageCounts {
    /// Counts the pages of each kind in a layout.
    #[must_use]
    pub fn of(layout: &Layout, pages: &[&str]) -> Self {
        let mut counts = Self::default();
        for path in pages {
            match layout.place(path).kind {
                PageKind::Event => counts.events += 1,
                PageKind::Day => counts.days += 1,
                PageKind::Other => counts.others += 1,
            }
        }
        counts
    }

    /// Returns the number of pages of any kind.
    #[must_use]
    pub fn all(self) -> u64 {
        self.events + self.days + self.others
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    /// Returns the event patterns and the day patterns that are inferred from `paths`, each with its
    /// number of pages.
    fn inferred(paths: &[String]) -> [Vec<(String, u64)>; 2] {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let defaults = Layout {
            event: vec![Pattern::parse("{year}/{month:02}/{day}/{slug}.md", true).expect("sound")],
            day: Vec::new(),
        };
        let dated = DatedPages::of(&paths);
        let search = Search::new(&paths, &dated, SAMPLE, &DateEvidence::default());
        let inferred = search.layout(&defaults);
        [inferred.event, inferred.day].map(|inferred| {
            inferred.iter().map(|inferred| (inferred.pattern.to_string(), inferred.pages)).collect()
        })
    }

    fn pair(pattern: &str, pages: u64) -> Vec<(String, u64)> {
        vec![(pattern.to_owned(), pages)]
    }

    /// Returns a path for each of `count` consecutive days from 2012-01-01.
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
        let [event, day] = inferred(&paths);
        assert_eq!(event, pair("{year}/{month:02}/{day}/{slug}.md", 208));
        assert_eq!(day, []);
    }

    #[test]
    fn a_sample_has_pages_of_every_sort() {
        let folder = |date: Date| format!("news/{}", date.strftime("%Y/%m/%-d"));
        let event = "news/{year}/{month:02}/{day}/{slug}.md";
        let inferred = |paths: &[String], most: usize| {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let defaults = Layout { event: Vec::new(), day: Vec::new() };
            let dated = DatedPages::of(&paths);
            let search = Search::new(&paths, &dated, most, &DateEvidence::default());
            let inferred = search.layout(&defaults);
            [inferred.event, inferred.day].map(|inferred| {
                inferred
                    .iter()
                    .map(|inferred| (inferred.pattern.to_string(), inferred.pages))
                    .collect::<Vec<_>>()
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
                assert_eq!(inferred(&paths, most), expected, "{events} events a day, {most}");
            }
        }
        // Undated files next to an archive must not displace its pages from the sample.
        let mut paths = days(40, |date| format!("{}/story-{date}.md", folder(date)));
        paths.extend((0..9000).map(|number| format!("node_modules/p{}/r{number}.md", number / 9)));
        paths.sort();
        assert_eq!(inferred(&paths, 50), [pair(event, 40), vec![]]);
    }

    #[test]
    fn a_page_counts_for_the_first_pattern_that_reads_it() {
        let mut paths = days(30, |date| format!("old-{}.md", date.strftime("%Y-%m-%d-a")));
        paths.extend(days(90, |date| format!("{}-b{date}.md", date.strftime("%Y-%m-%d"))));
        let patterns = ["{year}-{month}-{day}-b{slug}.md", "{year}-{month}-{day}-{slug}.md"];
        let inferred = |pattern| InferredPattern {
            pattern: Pattern::parse(pattern, true).expect("sound"),
            pages: 7,
        };
        let inferred =
            InferredLayout { event: patterns.map(inferred).to_vec(), ..InferredLayout::default() };
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let counts = inferred.counted(&paths).event;
        assert_eq!(counts.iter().map(|inferred| inferred.pages).collect::<Vec<_>>(), [90, 0]);
    }

    #[test]
    fn an_archive_may_have_two_layouts() {
        let slug = |date: Date| format!("{}-lost", date.strftime("%A-%B-%d"));
        let old = |date: Date| format!("old/{}/{}.md", date.strftime("%Y/%m/%d"), slug(date));
        let mut paths = days(90, |date| format!("{date}-{}.md", slug(date)));
        paths.extend(days(3, old));
        let mut expected = pair("{year}-{month:02}-{day:02}-{slug}.md", 90);
        assert_eq!(inferred(&paths)[0], expected);
        paths.extend(days(60, old).split_off(3));
        expected.extend(pair("old/{year}/{month:02}/{day:02}/{slug}.md", 60));
        assert_eq!(inferred(&paths), [expected, vec![]]);
    }

    #[test]
    fn months_are_told_from_days() {
        let american = days(60, |date| format!("{}-a{date}.md", date.strftime("%m-%d-%Y")));
        assert_eq!(inferred(&american)[0], pair("{month:02}-{day:02}-{year}-{slug}.md", 60));
        let german = days(60, |date| format!("{}/a{date}.md", date.strftime("%d.%m.%Y")));
        assert_eq!(inferred(&german)[0], pair("{day:02}.{month:02}.{year}/{slug}.md", 60));
    }

    #[test]
    fn what_no_path_shows_is_padded_as_usual() {
        let defaults = ["2012/11/25/a.md", "2012/12/24/b.md"].map(str::to_owned);
        assert_eq!(inferred(&defaults)[0], pair("{year}/{month:02}/{day}/{slug}.md", 2));
        let other = ["2012-11-25-a.md", "2012-12-24-b.md"].map(str::to_owned);
        assert_eq!(inferred(&other)[0], pair("{year}-{month:02}-{day:02}-{slug}.md", 2));
        let short = ["2012/1/2/a.md", "2012/11/12/b.md"].map(str::to_owned);
        assert_eq!(inferred(&short)[0], pair("{year}/{month}/{day}/{slug}.md", 2));
    }

    #[test]
    fn a_name_that_most_days_have_is_that_of_day_pages() {
        let page =
            |name: &'static str| move |date: Date| format!("{}/{name}", date.strftime("%Y/%m/%d"));
        let mut paths = days(50, |date| format!("{}/a-{date}.md", date.strftime("%Y/%m/%d")));
        paths.extend(days(40, page("tag.md")));
        paths.extend(days(30, page("weather.md")));
        paths.extend(days(5, page("README.md")));
        let [event, day] = inferred(&paths);
        assert_eq!(event, pair("{year}/{month:02}/{day:02}/{slug}.md", 80));
        let names = [("tag", 40), ("README", 5)];
        let name = |(name, pages)| (format!("{{year}}/{{month:02}}/{{day:02}}/{name}.md"), pages);
        assert_eq!(day, names.map(name));
    }

    #[test]
    fn paths_without_a_day_have_no_layout() {
        let paths = ["about.md", "2012/index.md", "notes/2012-03.md", "1/2/3.md"];
        assert_eq!(inferred(&paths.map(str::to_owned)), [vec![], vec![]]);
    }
}

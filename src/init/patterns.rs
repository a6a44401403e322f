//! Chooses the patterns of event pages and day pages from the candidates.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::coverage::{DatedPages, folder};
use super::date_evidence::DateEvidence;
use super::free_variables::{Counted, CutDate, are_plausible, hide_date};
use super::path_words::MARKERS;
use crate::archive::layout::Pattern;

/// The maximum number of candidates of each kind that are compared with the evidence.
const LOOKED_AT: usize = 300;
/// The maximum number of candidates of each kind that are tried on all paths.
const TRIED: usize = 80;
/// The maximum number of event patterns. More would be hard to read.
const MOST_EVENT_PATTERNS: usize = 50;
/// The minimum number of pages for a further event pattern, in percent of the dated pages that earlier
/// patterns match in its folder. Fewer pages may simply be misplaced.
const FURTHER_PERCENT: usize = 5;
/// The minimum number of pages for a further event pattern.
const FEWEST_FURTHER: usize = 3;
/// The number of pages that is enough for an event pattern if its folder is beside those of the other
/// patterns, however large these are.
const ENOUGH_BESIDE: usize = 5;
/// The share of an archive's dated pages, in percent, that is enough for a pattern in a small archive.
const ENOUGH_PERCENT: usize = 25;
/// The minimum share, in percent, of valid days among the paths that a pattern matches.
const SOUND_PERCENT: usize = 80;
/// The maximum number of pages, in percent of a pattern's pages, in which the pattern may hide a part of
/// the date.
const MISREAD_PERCENT: usize = 5;
/// The minimum share of days, in percent, that a day pattern must match if its file name is an index or
/// consists only of the day.
const INDEX_PERCENT: usize = 5;
/// The minimum share of days, in percent, that a day pattern must match if it has another file name,
/// such as `weather.md`.
const NAME_PERCENT: usize = 80;
/// The minimum number of days that a day pattern must match if it has another file name.
const FEWEST_NAMED: usize = 3;

/// A candidate, with the pages whose paths it reads as days.
#[derive(Clone, Debug)]
pub(super) struct TriedPattern {
    /// The pattern.
    pub(super) pattern: Pattern,
    /// The indices of the pages, each with its day. They are empty if too many days are invalid, because
    /// the numbers are then probably not dates.
    pub(super) days: Vec<(usize, Date)>,
}

impl TriedPattern {
    fn new(pattern: Pattern, pages: &[&str]) -> Self {
        let cut = CutDate::of(&pattern);
        let read = pages.iter().enumerate().filter_map(|(page, path)| {
            let read = pattern.read(path).filter(are_plausible)?;
            let is_cut = cut.is_some_and(|cut| cut.is_in_slug(&read));
            (!is_cut).then(|| (page, read.calendar_day()))
        });
        let read: Vec<(usize, Option<Date>)> = read.collect();
        let day = |(page, day): &(usize, Option<Date>)| Some((*page, (*day)?));
        let mut days: Vec<_> = read.iter().filter_map(day).collect();
        if days.len() * 100 < read.len() * SOUND_PERCENT {
            days.clear();
        }
        Self { pattern, days }
    }

    fn days(&self) -> BTreeSet<Date> {
        self.days.iter().map(|(_, day)| *day).collect()
    }
}

/// Returns the most frequent candidates that the evidence does not contradict, best first: first those
/// without a slug, then those with one.
pub(super) fn tried(
    counted: Counted,
    evidence: &DateEvidence,
    pages: &[&str],
) -> [Vec<TriedPattern>; 2] {
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by_key(|(_, (count, rank))| (Reverse(*count), *rank));
    [false, true].map(|has_slug| {
        let written = counted.iter().map(|(written, _)| written);
        let written = written.filter(|written| written.contains("{slug}") == has_slug);
        written
            .take(LOOKED_AT)
            .filter_map(|written| Pattern::parse(written, has_slug).ok())
            .filter(|pattern| !evidence.contradict(pattern))
            .take(TRIED)
            .map(|pattern| TriedPattern::new(pattern, pages))
            .collect()
    })
}

/// Returns the patterns of `plain`, which have no slug, that match pages on enough days. A pattern beside
/// event pages is one of day pages only if most of its days have events in its folder tree.
pub(super) fn day_patterns(
    pages: &[&str],
    plain: &[TriedPattern],
    events: &[TriedPattern],
) -> Vec<Pattern> {
    let named = plain.iter().filter(|tried| !is_index(&tried.pattern));
    let best = named.chain(events).max_by_key(|tried| tried.days.len());
    let all = best.map(TriedPattern::days).unwrap_or_default();
    let mut found: Vec<(usize, &Pattern)> = Vec::new();
    for tried in plain {
        let days = tried.days();
        if is_index(&tried.pattern) && is_collection(tried, plain, events) {
            continue;
        }
        let among = all.union(&days).count();
        let (percent, fewest) = if is_index(&tried.pattern) {
            (INDEX_PERCENT, 1)
        } else if has_events_besides(tried, &days, events) {
            (NAME_PERCENT, FEWEST_NAMED)
        } else {
            continue;
        };
        if days.len() >= fewest && days.len() * 100 >= among * percent {
            found.push((days.len(), &tried.pattern));
        }
    }
    found.sort_by_key(|(days, _)| Reverse(*days));
    let mut kept: Vec<Pattern> = Vec::new();
    for (_, pattern) in found {
        // Skip a pattern that only matches pages of patterns that are already kept.
        let is_new = |path: &str| {
            pattern.read(path).is_some() && kept.iter().all(|kept| kept.read(path).is_none())
        };
        if pages.iter().any(|path| is_new(path)) {
            kept.push(pattern.clone());
        }
    }
    kept
}

/// Returns whether the pages of a pattern without a slug are event pages of their own, because the archive
/// has event pages, but few in the same folder tree on the same days.
fn is_collection(tried: &TriedPattern, plain: &[TriedPattern], events: &[TriedPattern]) -> bool {
    let named = plain.iter().filter(|tried| is_index(&tried.pattern));
    let named: BTreeSet<usize> =
        named.flat_map(|tried| tried.days.iter().map(|(page, _)| *page)).collect();
    let written = tried.pattern.to_string();
    let tree = folder(&written);
    let (mut all, mut within) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        let written = event.pattern.to_string();
        let is_within = folder(&written).starts_with(tree) || tree.starts_with(folder(&written));
        for (page, day) in event.days.iter().filter(|(page, _)| !named.contains(page)) {
            all.insert(*page);
            if is_within {
                within.insert(*day);
            }
        }
    }
    let days = tried.days();
    let is_beside = all.len() >= FEWEST_FURTHER && all.len() * 100 >= days.len() * FURTHER_PERCENT;
    is_beside && within.intersection(&days).count() * 2 <= days.len()
}

/// Returns whether most of the days that a pattern matches also have event pages in the same folder,
/// other than its own pages.
fn has_events_besides(
    tried: &TriedPattern,
    days: &BTreeSet<Date>,
    events: &[TriedPattern],
) -> bool {
    let own: BTreeSet<usize> = tried.days.iter().map(|(page, _)| *page).collect();
    let written = tried.pattern.to_string();
    events.iter().any(|event| {
        let others = event.days.iter().filter(|(page, _)| !own.contains(page));
        let others: BTreeSet<Date> = others.map(|(_, day)| *day).collect();
        folder(&event.pattern.to_string()) == folder(&written)
            && others.intersection(days).count() * 100 >= days.len() * NAME_PERCENT
    })
}

/// Returns whether pages of this pattern are named only after their day, or are the index of a folder.
fn is_index(pattern: &Pattern) -> bool {
    let written = pattern.to_string();
    let (before, behind) = written.rsplit_once('}').unwrap_or_default();
    let name = behind.rsplit_once('.').map_or(behind, |(name, _)| name);
    let name = name.trim_matches(|char: char| !char.is_alphanumeric() || MARKERS.contains(char));
    let is_bare = behind.contains('/') || {
        let file = before.rsplit('/').next().unwrap_or_default();
        let is_date = |text: &str| {
            let variable = text.split(['}', ':']).next().unwrap_or_default();
            ["year", "month", "day"].contains(&variable)
        };
        let mut parts = file.split('{');
        let is_named = parts.next().is_some_and(|text| text.contains(char::is_alphanumeric));
        !is_named && parts.all(is_date)
    };
    is_bare && ["", "index", "readme"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns the pattern that matches the most pages, followed by patterns that match enough of the
/// remaining pages. Ignores pages of `days`. `plain_patterns` and `slugged` are the candidates without and with a
/// slug.
pub(super) fn event_patterns(
    pages: &[&str],
    plain_patterns: &[TriedPattern],
    slugged: &[TriedPattern],
    days: &[Pattern],
) -> Vec<Pattern> {
    // A page whose name is a date belongs to a day, even if too few days have such a page.
    let may_be_event = |tried: &&TriedPattern| {
        !is_index(&tried.pattern) || is_collection(tried, plain_patterns, slugged)
    };
    let plain = plain_patterns.iter().filter(may_be_event);
    let mut tried: Vec<&TriedPattern> = slugged.iter().chain(plain).collect();
    let is_free: Vec<bool> =
        pages.iter().map(|path| days.iter().all(|day| day.read(path).is_none())).collect();
    loop {
        let found = EventPatterns::choose(pages, &tried, is_free.clone()).without_shadows(pages);
        let Some(misread) = found.misread(pages) else { return found.patterns() };
        // Without this pattern, others may read the dates of its pages.
        tried.retain(|tried| tried.pattern != misread);
    }
}

/// The chosen patterns of event pages, each with the indices of its pages.
#[derive(Default)]
struct EventPatterns(Vec<(Pattern, Vec<usize>)>);

impl EventPatterns {
    /// Chooses patterns from `tried`. `is_free` says of each page whether it can be an event page.
    fn choose(pages: &[&str], tried: &[&TriedPattern], mut is_free: Vec<bool>) -> Self {
        let mut found = Self::default();
        let own = |tried: &TriedPattern, is_free: &[bool]| -> Vec<usize> {
            tried.days.iter().map(|(page, _)| *page).filter(|page| is_free[*page]).collect()
        };
        while found.0.len() < MOST_EVENT_PATTERNS {
            let counts = tried.iter().map(|tried| (own(tried, &is_free).len(), *tried));
            let mut counts: Vec<_> = counts.filter(|(count, _)| *count > 0).collect();
            // The sort is stable, so of equal patterns the one that was better before comes first.
            counts.sort_by_key(|(count, _)| Reverse(*count));
            let best = counts.iter().find(|(count, tried)| found.is_enough(*count, &tried.pattern));
            let Some((_, best)) = best else { break };
            found.0.push((best.pattern.clone(), own(best, &is_free)));
            for (is_free, path) in is_free.iter_mut().zip(pages) {
                let read = best.pattern.read(path);
                *is_free = *is_free && read.is_none_or(|read| !are_plausible(&read));
            }
        }
        found
    }

    /// Returns the first pattern that probably reads another date than that of the path from too many
    /// pages.
    fn misread(&self, pages: &[&str]) -> Option<Pattern> {
        let mut hidden = vec![0_usize; self.0.len()];
        let cuts: Vec<_> = self.0.iter().map(|(pattern, _)| CutDate::of(pattern)).collect();
        for path in pages {
            let mut read = self.0.iter().map(|(pattern, _)| pattern.read(path)).enumerate();
            if let Some((at, captures)) = read.find_map(|(at, read)| Some((at, read?))) {
                let is_cut = cuts[at].is_some_and(|cut| cut.is_in_slug(&captures));
                hidden[at] += usize::from(is_cut || hide_date(&captures));
            }
        }
        let found = self.0.iter().zip(hidden).find(|((_, own), hidden)| {
            *hidden >= FEWEST_FURTHER && hidden * 100 > own.len() * MISREAD_PERCENT
        });
        found.map(|((pattern, _), _)| pattern.clone())
    }

    fn patterns(self) -> Vec<Pattern> {
        self.0.into_iter().map(|(pattern, _)| pattern).collect()
    }

    /// Returns whether `count` pages that no chosen pattern matches are enough for a further pattern.
    fn is_enough(&self, count: usize, pattern: &Pattern) -> bool {
        let written = pattern.to_string();
        let pages = |is_wanted: &dyn Fn(&str) -> bool| {
            let wanted = self.0.iter().filter(|(pattern, _)| is_wanted(&pattern.to_string()));
            wanted.map(|(_, pages)| pages.len()).sum::<usize>()
        };
        let all = pages(&|_| true);
        let within = pages(&|chosen| folder(&written).starts_with(folder(chosen)));
        if all == 0 || (count > 1 && count * 100 >= (all + count) * ENOUGH_PERCENT) {
            return true;
        }
        let percent = |pages: usize| (pages * FURTHER_PERCENT).div_ceil(100).max(FEWEST_FURTHER);
        let least = if within == 0 { percent(all).min(ENOUGH_BESIDE) } else { percent(within) };
        count >= least
    }

    /// Puts the patterns in such an order that no pattern matches pages of a later one: a check uses
    /// the first pattern that matches a page.
    fn without_shadows(mut self, pages: &[&str]) -> Self {
        for at in 1..self.0.len() {
            let (pattern, own) = &self.0[at];
            let is_shadow = |(other, theirs): &(Pattern, Vec<usize>)| {
                own.iter().any(|page| other.read(pages[*page]).is_some())
                    && theirs.iter().all(|page| pattern.read(pages[*page]).is_none())
            };
            if let Some(first) = self.0[..at].iter().position(is_shadow) {
                let moved = self.0.remove(at);
                self.0.insert(first, moved);
            }
        }
        self
    }
}

/// Returns `patterns` without those in folders where patterns match half of the dated pages or fewer.
/// `all` are the patterns of event pages and day pages.
pub(super) fn without_poor_folders(
    patterns: &[Pattern],
    all: &[&Pattern],
    dated: &DatedPages<'_>,
) -> Vec<Pattern> {
    let is_good = |pattern: &&Pattern| dated.are_most_matched(folder(&pattern.to_string()), all);
    patterns.iter().filter(is_good).cloned().collect()
}

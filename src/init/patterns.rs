//! Chooses the patterns of event pages and day pages from the candidates, and the padding of their
//! dates.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::candidates::Rank;
use super::date_evidence::DateEvidence;
use crate::archive::layout::{FolderDate, Layout, Pattern};

/// The maximum number of candidates of each kind that are compared with the evidence.
const LOOKED_AT: usize = 100;
/// The maximum number of candidates of each kind that are tried on all paths.
const TRIED: usize = 24;
/// The minimum number of pages for a further event pattern, in percent of the dated pages that earlier
/// patterns match. Fewer pages may simply be misplaced.
const FURTHER_PERCENT: usize = 5;
/// The minimum share, in percent, of valid days among the paths that a pattern matches.
const SOUND_PERCENT: usize = 80;
/// The minimum share of days, in percent, that a day pattern must match if its file name is an index or
/// consists only of the day.
const INDEX_PERCENT: usize = 5;
/// The minimum share of days, in percent, that a day pattern must match if it has another file name,
/// such as `weather.md`.
const NAME_PERCENT: usize = 80;
/// The minimum number of days that a day pattern must match if it has another file name.
const FEWEST_NAMED: usize = 3;

/// Returns the most frequent candidates that the evidence does not contradict, best first.
pub(super) fn tried(
    counted: BTreeMap<String, (u64, Rank)>,
    evidence: &DateEvidence,
) -> Vec<Pattern> {
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by_key(|(_, (count, rank))| (Reverse(*count), *rank));
    let patterns = counted.iter().take(LOOKED_AT);
    patterns
        .filter_map(|(written, _)| Pattern::parse(written, written.contains("{slug}")).ok())
        .filter(|pattern| !evidence.contradict(pattern))
        .take(TRIED)
        .collect()
}

/// Returns the day of each path that a pattern matches. Returns no days if too many of them are invalid,
/// because the numbers are then probably not dates.
fn days_of(pattern: &Pattern, pages: &[&str]) -> Vec<Date> {
    let read = pages.iter().filter_map(|path| pattern.read(path));
    let dates: Vec<Option<Date>> = read.map(|read| read.calendar_day()).collect();
    let days: Vec<Date> = dates.iter().flatten().copied().collect();
    if days.len() * 100 >= dates.len() * SOUND_PERCENT { days } else { Vec::new() }
}

/// Returns the patterns of `tried` that match pages on enough days. These patterns have no slug.
pub(super) fn day_patterns(pages: &[&str], tried: &[Pattern], events: &[Pattern]) -> Vec<Pattern> {
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
        // Skip a pattern that only matches pages of patterns that are already kept.
        let is_new = |path: &str| {
            pattern.read(path).is_some() && kept.iter().all(|kept| kept.read(path).is_none())
        };
        if pages.iter().any(|path| is_new(path)) {
            kept.push(pattern);
        }
    }
    kept
}

/// Returns whether pages of this pattern are named only after their day, or are the index of a folder.
fn is_index(pattern: &Pattern) -> bool {
    let written = pattern.to_string();
    let (before, behind) = written.rsplit_once('}').unwrap_or_default();
    let name = behind.rsplit_once('.').map_or(behind, |(name, _)| name);
    let name = name.trim_matches(|char: char| !char.is_alphanumeric());
    let is_bare = behind.contains('/') || {
        let file = before.rsplit('/').next().unwrap_or_default();
        file.split('{').next().is_some_and(|text| !text.contains(char::is_alphanumeric))
    };
    is_bare && ["", "index", "readme"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Returns the pattern that matches the most pages, followed by patterns that match enough of the
/// remaining pages.
pub(super) fn event_patterns(pages: &[&str], tried: &[Pattern]) -> Vec<Pattern> {
    let mut found = Vec::new();
    let mut rest = pages.to_vec();
    let mut dated = 0;
    loop {
        let reads = |pattern: &Pattern| days_of(pattern, &rest).len();
        // `max_by_key` returns the last maximum. Reverse the patterns, which are sorted best first, so
        // that the best of equal patterns is chosen.
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

/// The ways to pad months and days, most common first.
const PADDINGS: [(&str, &str); 4] = [
    ("{month:02}", "{day:02}"),
    ("{month:02}", "{day}"),
    ("{month}", "{day}"),
    ("{month}", "{day:02}"),
];

/// Returns `patterns` with the padding that fits most pages. Patterns that are identical up to the end
/// of their dates get the same padding. If several paddings fit equally many pages, a pattern in
/// `defaults` decides.
pub(super) fn padded(
    patterns: &[Pattern],
    events: &[Pattern],
    days: &[Pattern],
    pages: &[&str],
    defaults: &Layout,
) -> Vec<Pattern> {
    let defaults: Vec<String> =
        defaults.event.iter().chain(&defaults.day).map(ToString::to_string).collect();
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
                reads.filter(|read| matches!(read.date, Some(FolderDate::Day(_)))).count()
            };
            (fitting.map(exact).sum::<usize>(), defaults.contains(&pad(&written)), pad(&written))
        };
        let fits = PADDINGS.map(fits);
        let best = fits.iter().rev().max_by_key(|(exact, is_usual, _)| (*exact, *is_usual));
        let best = best.and_then(|(_, _, text)| Pattern::parse(text, text.contains("{slug}")).ok());
        best.unwrap_or_else(|| pattern.clone())
    };
    patterns.iter().map(pad).collect()
}

/// Returns the part of a pattern up to the end of its date.
fn date_part(written: &str) -> &str {
    let ends = ["{year}", "{month}", "{day}"];
    let end = ends.iter().filter_map(|name| written.find(name).map(|at| at + name.len())).max();
    &written[..end.unwrap_or_default()]
}

//! Chooses the padding of months and days in patterns.

use super::free_variables::are_plausible;
use crate::archive::layout::{FolderDate, Layout, Pattern};

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
                let reads = reads.filter(are_plausible);
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
    let last = ["{year", "{month", "{day"].iter().filter_map(|name| written.rfind(name)).max();
    let end = last.and_then(|last| Some(last + written[last..].find('}')? + 1));
    &written[..end.unwrap_or_default()]
}

//! Combines candidates that differ only in a fixed text, such as the name of a folder, into one
//! candidate with a variable in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::candidates::Rank;
use super::path_words::{WordKind, is_month, words};
use crate::archive::layout::{Captures, Pattern};

/// The candidates, each with the number of sampled pages that it matches.
pub(super) type Counted = BTreeMap<String, (u64, Rank)>;

/// The maximum number of patterns that differ only in a folder. With more, a variable stands for the
/// folder.
pub(super) const MOST_ALIKE: usize = 8;
/// The minimum number of pages with the same text for the text to count as one of a series.
const FEWEST_OF_SERIES: u64 = 2;
/// The minimum number of texts that can be the slugs of pages.
const FEWEST_SLUGS: usize = 3;

/// The variable for the language of a page.
pub(super) const LANGUAGE: &str = "lang";
/// The variable for the text before the date in the name of a page, such as that of a group.
const SERIES: &str = "series";
/// The variables for other folders.
pub(super) const FOLDERS: [&str; 2] = ["folder", "subfolder"];

/// The codes of languages that folders are usually named after.
const LANGUAGES: [&str; 56] = [
    "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu",
    "fa", "fi", "fr", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk",
    "ko", "lt", "lv", "mk", "mn", "ms", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sq", "sr", "sv", "th", "tr", "uk", "vi", "zh",
];

/// Returns whether the name of a folder is the code of a language, possibly of a country, as in `pt-br`.
pub(super) fn is_language(name: &str) -> bool {
    let (language, country) = name.split_once(['-', '_']).unwrap_or((name, "xx"));
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_alphabetic());
    LANGUAGES.iter().any(|known| known.eq_ignore_ascii_case(language))
        && (2..=4).contains(&country.len())
        && is_code(country)
}

/// Replaces fixed texts by variables where enough candidates differ only in this text.
pub(super) fn combined(mut counted: Counted) -> Counted {
    let languages = |written: &str| {
        let mut found = folders(written, |_| true);
        found.retain(|range| is_language(&written[range.clone()]));
        found
    };
    combine(&mut counted, languages, |group| (group.texts.len() > 1).then_some(LANGUAGE));
    combine(&mut counted, heads, Group::series);
    for name in FOLDERS {
        let all = |written: &str| folders(written, |is_dated| !is_dated);
        combine(&mut counted, all, |group| group.folder(name));
    }
    counted
}

/// Returns whether the values of the variables are plausible: a language is a known one, and neither a
/// folder nor another variable hides a part of the date.
pub(super) fn are_plausible(captures: &Captures<'_>) -> bool {
    let is_plausible = |(name, value): (&str, &str)| match name {
        LANGUAGE => is_language(value),
        _ => !FOLDERS.contains(&name) || !is_month(value),
    };
    captures.free().all(is_plausible) && !hide_date(captures)
}

/// Returns whether the name of a series contains a number, or the slug is the year. The pattern then
/// probably reads another date than the path has.
pub(super) fn hide_date(captures: &Captures<'_>) -> bool {
    let slug = captures.slug.unwrap_or_default();
    let year = captures.year.map(|year| year.to_string()).unwrap_or_default();
    let is_year = !slug.is_empty() && (slug == year || slug == &year[year.len() / 2..]);
    let has_number = |value| words(value).iter().any(|word| word.kind == WordKind::Number);
    is_year || captures.free().any(|(name, value)| name == SERIES && has_number(value))
}

/// A part of the date before the slug in the same path segment, in a pattern that reads another part in
/// a folder above. The slug of such a pattern can hide a part of the date: of `2021/01/2021-01-05-a.md`,
/// the pattern `{year}/{month}/{year}-{day}-{slug}.md` reads the month as the day.
#[derive(Clone, Copy, Debug)]
pub(super) struct CutDate {
    has_year: bool,
}

impl CutDate {
    /// Returns the part of the date that `pattern` may have cut off from the slug.
    pub(super) fn of(pattern: &Pattern) -> Option<Self> {
        let written = pattern.to_string();
        let (before, _) = written.split_once("{slug}")?;
        let segment = before.rsplit('/').next()?;
        let (_, joint) = segment.rsplit_once('}')?;
        let [has_year, has_month, has_day] =
            ["{year", "{month", "{day"].map(|name| segment.contains(name));
        let is_cut = (has_year || has_month || has_day) && !(has_year && has_month && has_day);
        (is_cut && !joint.contains(char::is_alphanumeric)).then_some(Self { has_year })
    }

    /// Returns whether the slug begins with the rest of a date.
    pub(super) fn is_in_slug(self, captures: &Captures<'_>) -> bool {
        let slug = captures.slug.unwrap_or_default();
        let words = words(slug);
        let number = |word: usize| {
            let word = words.get(word).filter(|word| word.kind == WordKind::Number)?;
            Some(&slug[word.range.clone()])
        };
        let is_part =
            number(0).is_some_and(|number| number.len() <= 2) && slug.starts_with(is_digit);
        let is_year = |number: &str| number.parse().ok() == captures.year;
        is_part && (self.has_year || number(1).is_some_and(is_year))
    }
}

fn is_digit(char: char) -> bool {
    char.is_ascii_digit()
}

/// Candidates that differ only in one text.
struct Group {
    /// The text before and the text after the difference.
    around: (String, String),
    /// The texts that differ, each with its number of pages.
    texts: BTreeMap<String, u64>,
    rank: Rank,
}

impl Group {
    fn pages(&self) -> u64 {
        self.texts.values().sum()
    }

    fn contains(&self, name: &str) -> bool {
        let variable = format!("{{{name}}}");
        self.around.0.contains(&variable) || self.around.1.contains(&variable)
    }

    /// Returns whether most texts belong to one page only, as slugs do.
    fn are_slugs(&self) -> bool {
        let texts = self.texts.len();
        texts >= FEWEST_SLUGS && (texts as u64) * 2 > self.pages() && !self.contains("slug")
    }

    /// Returns the variable for a text before the date in the name of a page or folder.
    fn series(&self) -> Option<&'static str> {
        let strong = self.texts.values().filter(|pages| **pages >= FEWEST_OF_SERIES).count();
        let is_series = strong > 1 && self.texts.len() as u64 * 2 <= self.pages();
        match self {
            _ if self.contains(SERIES) => None,
            _ if self.are_slugs() => Some("slug"),
            _ => is_series.then_some(SERIES),
        }
    }

    /// Returns the variable for a folder that has no other meaning.
    fn folder(&self, name: &'static str) -> Option<&'static str> {
        let texts = self.texts.len();
        let is_before = !self.around.0.contains('{');
        match self {
            _ if self.contains(name) => None,
            _ if is_before && self.are_slugs() => Some("slug"),
            _ => (texts > MOST_ALIKE && texts as u64 * 2 <= self.pages()).then_some(name),
        }
    }
}

/// Combines the candidates that differ only in one of the ranges that `ranges` returns, if `choose`
/// returns a variable for it.
fn combine(
    counted: &mut Counted,
    ranges: impl Fn(&str) -> Vec<Range<usize>>,
    choose: impl Fn(&Group) -> Option<&'static str>,
) {
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    for (written, (count, rank)) in counted.iter() {
        for range in ranges(written) {
            let around = (written[..range.start].to_owned(), written[range.end..].to_owned());
            let group = groups.entry(around).or_insert_with_key(|around| Group {
                around: around.clone(),
                texts: BTreeMap::new(),
                rank: *rank,
            });
            *group.texts.entry(written[range].to_owned()).or_default() += count;
            group.rank = group.rank.min(*rank);
        }
    }
    let mut replaced = BTreeSet::new();
    for group in groups.values() {
        let Some(name) = choose(group) else { continue };
        let (before, after) = &group.around;
        if name != SERIES {
            // The name of a series may hide a part of the date, so keep the patterns without it.
            replaced.extend(group.texts.keys().map(|text| format!("{before}{text}{after}")));
        }
        let free = group.rank.free + usize::from(name != "slug");
        let mut rank = group.rank;
        rank.free = free;
        counted.insert(format!("{before}{{{name}}}{after}"), (group.pages(), rank));
    }
    counted.retain(|written, _| !replaced.contains(written));
}

/// Returns the ranges of the folders that contain no variable, and after which `is_wanted` accepts the
/// text. Its argument says whether the date ends before the folder.
pub(super) fn folders(written: &str, is_wanted: impl Fn(bool) -> bool) -> Vec<Range<usize>> {
    let last = ["{year", "{month", "{day"].iter().filter_map(|name| written.rfind(name)).max();
    let mut found = Vec::new();
    let mut start = 0;
    for (end, _) in written.match_indices('/') {
        let is_dated = last.is_none_or(|last| last < start);
        if start < end && !written[start..end].contains(['{', '}']) && is_wanted(is_dated) {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

/// Returns the range of each text that precedes a part of the date in the same path segment, without the
/// separator between the two.
fn heads(written: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for segment in written.split('/') {
        let variable = segment.find('{').filter(|at| !segment[*at..].starts_with("{slug}"));
        let head = variable.map_or("", |variable| &segment[..variable]);
        let text = head.trim_end_matches(|char: char| !char.is_alphanumeric());
        let has_separator = text.len() < head.len();
        if has_separator && !text.is_empty() {
            found.push(start..start + text.len());
        }
        start += segment.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::candidates::candidates;

    /// Returns the combined candidates of paths, without those that match fewer than `least` pages.
    fn of(paths: &[String], least: u64) -> Vec<(String, u64)> {
        let mut counted = Counted::new();
        for path in paths {
            for candidate in candidates(path, "md") {
                counted.entry(candidate.written).or_insert((0, candidate.rank)).0 += 1;
            }
        }
        let found = combined(counted).into_iter().map(|(written, (count, _))| (written, count));
        found.filter(|(_, count)| *count >= least).collect()
    }

    fn paths(folders: &[&str], days: i32, name: &str) -> Vec<String> {
        let path = |day: i32| {
            move |folder: &&str| format!("{folder}{}{name}", format_args!("2012-03-{day:02}"))
        };
        (1..=days).flat_map(|day| folders.iter().map(path(day))).collect()
    }

    #[test]
    fn a_variable_stands_for_languages_and_series() {
        let languages = paths(&["content/en/", "content/pt-br/"], 4, "-a.md");
        let expected = "content/{lang}/{year}-{month}-{day}-{slug}.md";
        assert!(of(&languages, 8).contains(&(expected.to_owned(), 8)));
        let series = paths(&["main/CG-", "main/WG-"], 4, ".md");
        let expected = "main/{series}-{year}-{month}-{day}.md";
        assert_eq!(of(&series, 5), [(expected.to_owned(), 8)]);
        let single = paths(&["main/CG-"], 4, ".md");
        assert_eq!(of(&single, 2), [("main/CG-{year}-{month}-{day}.md".to_owned(), 4)]);
    }

    #[test]
    fn few_alike_folders_stay_apart() {
        let names: Vec<String> = (0..9).map(|number| format!("group{number}/")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let pattern = "{year}-{month}-{day}-{slug}.md";
        let few = of(&paths(&names[..8], 4, "-a.md"), 4);
        assert!(few.contains(&(format!("group7/{pattern}"), 4)), "{few:?}");
        let many = of(&paths(&names, 4, "-a.md"), 36);
        assert!(many.contains(&(format!("{{folder}}/{pattern}"), 36)), "{many:?}");
    }
}

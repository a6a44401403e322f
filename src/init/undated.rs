//! Infers the layout of an archive whose pages have their dates in front matter, not in their paths.

use crate::archive::path_text::folder_and_name;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::date_readings::months;
use super::free_variables::{FOLDERS, LANGUAGE, MOST_ALIKE, folders as fixed_folders, is_language};
use super::layout::{InferredLayout, InferredPattern};
use super::places::is_date_key;
use super::sightings::{DateShape, PathDate, Sightings};
use crate::archive::Archive;
use crate::archive::layout::Pattern;
use crate::archive::places::Place;
use crate::document::Document;
use crate::span::{FileId, SourceText};

/// The minimum number of dated pages in a folder whose pages are events.
const FEWEST: usize = 3;
/// The minimum share of a folder's pages, in percent, that must have a date.
const DATED_PERCENT: usize = 80;
/// The maximum number of folders in the layout, unless they have too little in common for a variable.
const MOST_FOLDERS: usize = 16;
/// The maximum number of patterns in a layout, including those with dates. Pages of further folders stay
/// outside the layout.
const MOST_PATTERNS: usize = 64;

/// A page whose path contains no date, and whether its front matter or a line has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndatedPath {
    path: Box<str>,
    has_date: bool,
}

impl UndatedPath {
    /// Reads a page whose path contains no date.
    #[must_use]
    pub fn read(archive: &Archive, file: FileId, source: &SourceText) -> Self {
        let document = Document::parse_with(source.text(), &archive.syntax);
        let sightings = Sightings::read(&document, &archive.syntax, PathDate::default());
        let is_date = |place: &Place, shape: &DateShape| match shape {
            DateShape::Path | DateShape::LowerPath => true,
            _ => place.label().is_some() || place.front_key().is_some_and(is_date_key),
        };
        let has_date = sightings.dates.iter().any(|date| is_date(&date.place, &date.shape));
        Self { path: archive.path(file).into(), has_date }
    }

    /// Returns the path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns whether the front matter or a line of the page has a date.
    #[must_use]
    pub fn has_date(&self) -> bool {
        self.has_date
    }
}

impl InferredLayout {
    /// Adds patterns for folders in which most pages have a date in front matter or in a line. `pages` are
    /// those that the layout does not match.
    #[must_use]
    pub fn with_undated(self, pages: &[UndatedPath]) -> Self {
        self.with_folders(folders(pages))
    }

    fn with_folders(mut self, folders: Vec<(String, Counts)>) -> Self {
        let room = MOST_PATTERNS.saturating_sub(self.event.len());
        self.event.extend(folders.into_iter().take(room).filter_map(|(folder, counts)| {
            let pattern = Pattern::parse(&folder, true).ok()?;
            Some(InferredPattern { pattern, pages: counts.all as u64 })
        }));
        self
    }

    /// Infers a layout without dates from the folders in which most pages have a date in front matter.
    /// Returns `None` if fewer than half of the archive's pages with such a date are in such folders, or
    /// fewer than a quarter of all pages.
    #[must_use]
    pub fn undated(pages: &[UndatedPath]) -> Option<Self> {
        let folders = folders(pages);
        let dated = pages.iter().filter(|page| page.has_date).count();
        let found: usize = folders.iter().map(|(_, counts)| counts.dated).sum();
        if found == 0 || found * 2 < dated || found * 4 < pages.len() {
            return None;
        }
        let layout = Self::default().with_folders(folders);
        (!layout.event.is_empty()).then_some(layout)
    }
}

/// The number of pages with a date, and of all pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    dated: usize,
    all: usize,
}

impl Counts {
    fn are_events(self) -> bool {
        self.dated >= FEWEST && self.dated * 100 >= self.all * DATED_PERCENT
    }

    fn add(&mut self, other: Self) {
        self.dated += other.dated;
        self.all += other.all;
    }
}

/// The pages of each pattern.
type Folders = BTreeMap<String, Counts>;

/// Returns the patterns of the folders in which most pages have a date, most frequent first. A variable
/// stands for languages and, if there are too many folders, for other folders.
fn folders(pages: &[UndatedPath]) -> Vec<(String, Counts)> {
    let mut folders = Folders::new();
    for page in pages {
        let Some(pattern) = pattern(&page.path) else { continue };
        let page = Counts { dated: usize::from(page.has_date), all: 1 };
        folders.entry(pattern).or_default().add(page);
    }
    unpad_months(&mut folders);
    combine(&mut folders, LANGUAGE, |texts| {
        texts.iter().filter(|text| is_language(text)).count() > 1
    });
    for name in FOLDERS {
        if folders.values().filter(|counts| counts.are_events()).count() > MOST_FOLDERS {
            combine(&mut folders, name, |texts| texts.len() > MOST_ALIKE);
        }
    }
    folders.retain(|_, counts| counts.are_events());
    let mut folders: Vec<_> = folders.into_iter().collect();
    folders.sort_by_key(|(pattern, counts)| (Reverse(counts.dated), pattern.clone()));
    folders
}

/// Replaces padded months by months without padding where both occur.
fn unpad_months(folders: &mut Folders) {
    let bare = folders.keys().filter(|pattern| pattern.contains("{month}"));
    for pattern in bare.cloned().collect::<Vec<_>>() {
        let padded = pattern.replace("{month}", "{month:02}");
        if let Some(counts) = folders.remove(&padded) {
            folders.entry(pattern).or_default().add(counts);
        }
    }
}

/// Combines the patterns that differ only in a folder into one with the variable `name`, if `are_enough`
/// accepts the names of the folders and if the pages of the pattern are events.
fn combine(folders: &mut Folders, name: &str, are_enough: impl Fn(&[&str]) -> bool) {
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for pattern in folders.keys() {
        for range in fixed_folders(pattern, |_| true) {
            let (before, behind) = (&pattern[..range.start], &pattern[range.end..]);
            let group = groups.entry((before.to_owned(), behind.to_owned())).or_default();
            group.push(pattern[range].to_owned());
        }
    }
    let variable = format!("{{{name}}}");
    for ((before, behind), texts) in groups {
        let member = |text: &str| format!("{before}{text}{behind}");
        // Patterns with two such folders are in two groups.
        let counts = |text: &&String| folders.get(&member(text)).copied();
        let is_event = |text: &&String| counts(text).is_some_and(Counts::are_events);
        let with_dates: Vec<&str> = texts.iter().filter(is_event).map(String::as_str).collect();
        let mut sum = Counts::default();
        texts.iter().filter_map(|text| counts(&text)).for_each(|counts| sum.add(counts));
        let is_new = !before.contains(&variable) && !behind.contains(&variable);
        if is_new && are_enough(&with_dates) && sum.are_events() {
            for text in &texts {
                folders.remove(&member(text));
            }
            folders.insert(member(&variable), sum);
        }
    }
}

/// Returns the pattern of the pages in the folder of a page: `blog/{year}/{slug}.md`, or
/// `blog/{slug}/index.md` if each page has a folder of its own.
fn pattern(path: &str) -> Option<String> {
    let (folder, name) = folder_and_name(path);
    let (stem, extension) = name.rsplit_once('.')?;
    let (folder, file) = match (stem, folder.rsplit_once('/')) {
        ("index", Some((above, _))) => (above, format!("{{slug}}/index.{extension}")),
        _ => (folder, format!("{{slug}}.{extension}")),
    };
    // A brace would be a variable.
    if folder.contains(['{', '}']) {
        return None;
    }
    let mut written = String::new();
    let (mut has_year, mut has_month) = (false, false);
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        let dated = match (has_year, has_month) {
            (false, false) => year(part),
            (true, false) => month(part).map(str::to_owned),
            _ => None,
        };
        has_month |= dated.as_ref().is_some_and(|dated| dated.contains("{month"));
        has_year |= dated.is_some();
        written += dated.as_deref().unwrap_or(part);
        written.push('/');
    }
    Some(written + &file)
}

/// Returns the pattern of a folder that is named after a year or, as in `2021-03`, after a month.
fn year(name: &str) -> Option<String> {
    let (year, rest) = name.split_at_checked(4)?;
    let is_year = (year.starts_with("19") || year.starts_with("20"))
        && year.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year || rest.is_empty() {
        return is_year.then(|| "{year}".to_owned());
    }
    let (separator, rest) = rest.split_at_checked(1)?;
    let month = month(rest).filter(|_| ["-", "_", "."].contains(&separator))?;
    Some(format!("{{year}}{separator}{month}"))
}

/// Returns the variable for a month, as a number or as a name.
fn month(name: &str) -> Option<&'static str> {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    match (name.len(), name.parse::<u8>()) {
        (1 | 2, Ok(1..=12)) if is_number => {
            Some(if name.len() == 2 { "{month:02}" } else { "{month}" })
        }
        _ => months(name).first().map(|(variable, _)| *variable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(paths: &[String]) -> Vec<String> {
        let page = |path: &String| UndatedPath { path: path.as_str().into(), has_date: true };
        let pages: Vec<UndatedPath> = paths.iter().map(page).collect();
        folders(&pages).into_iter().map(|(pattern, _)| pattern).collect()
    }

    fn paths(folders: &[String]) -> Vec<String> {
        let pages = |folder: &String| (0..4).map(|page| format!("{folder}/p{page}.md")).collect();
        folders.iter().flat_map(pages as fn(&String) -> Vec<String>).collect()
    }

    #[test]
    fn folders_of_years_and_months_get_variables() {
        for (folders, expected) in [
            (["posts/2021/03", "posts/2021/11"], "posts/{year}/{month:02}/{slug}.md"),
            (["posts/2021/3", "posts/2021/11"], "posts/{year}/{month}/{slug}.md"),
            (["posts/2021-03", "posts/2021-11"], "posts/{year}-{month:02}/{slug}.md"),
            (["posts/2021/March", "posts/2021/July"], "posts/{year}/{month:%B}/{slug}.md"),
            (["posts/2021", "posts/2022"], "posts/{year}/{slug}.md"),
        ] {
            assert_eq!(written(&paths(&folders.map(str::to_owned))), [expected]);
        }
    }

    #[test]
    fn variables_stand_for_languages_and_for_many_folders() {
        let languages = ["de", "pt-br"].map(|language| format!("content/{language}/blog"));
        assert_eq!(written(&paths(&languages)), ["content/{lang}/blog/{slug}.md"]);
        let folders = |count: usize| -> Vec<String> {
            (0..count).map(|folder| format!("notes/topic{folder}")).collect()
        };
        assert_eq!(written(&paths(&folders(16))).len(), 16);
        assert_eq!(written(&paths(&folders(17))), ["notes/{folder}/{slug}.md"]);
        let alike: Vec<String> = folders(20)
            .iter()
            .zip(0..20)
            .map(|(folder, at)| format!("{folder}{at}/x{at}"))
            .collect();
        assert_eq!(written(&paths(&alike)).len(), 20, "none is left out");
    }

    #[test]
    fn a_variable_does_not_stand_for_folders_without_dates() {
        let folders = ["content/de", "content/en", "content/docs"].map(str::to_owned);
        let page = |path: String| {
            let has_date = !path.contains("docs");
            UndatedPath { path: path.into(), has_date }
        };
        let pages: Vec<UndatedPath> = paths(&folders).into_iter().map(page).collect();
        let found: Vec<String> =
            super::folders(&pages).into_iter().map(|(found, _)| found).collect();
        assert_eq!(found, ["content/de/{slug}.md", "content/en/{slug}.md"]);
    }
}

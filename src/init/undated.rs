//! Infers the layout of an archive whose pages have their dates in front matter, not in their paths.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::layout::{InferredLayout, InferredPattern};
use super::places::is_date_key;
use super::sightings::{DateShape, Sightings};
use crate::archive::Archive;
use crate::archive::layout::Pattern;
use crate::archive::places::Place;
use crate::document::Document;
use crate::span::{FileId, SourceText};

/// The minimum number of dated pages in a folder whose pages are events.
const FEWEST: usize = 3;
/// The minimum share of a folder's pages, in percent, that must have a date.
const DATED_PERCENT: usize = 80;
/// The maximum number of folders in the layout.
const MOST_FOLDERS: usize = 16;

/// A page and whether its front matter has a date.
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
        let sightings = Sightings::read(&document, &archive.syntax.labels, None);
        let is_date = |place: &Place, shape: &DateShape| match shape {
            DateShape::Path | DateShape::LowerPath => true,
            _ => place.front_key().is_some_and(is_date_key),
        };
        let has_date = sightings.dates.iter().any(|date| is_date(&date.place, &date.shape));
        Self { path: archive.path(file).into(), has_date }
    }
}

impl InferredLayout {
    /// Adds patterns for folders in which most pages have a date in front matter. `pages` are those that the
    /// layout does not match.
    #[must_use]
    pub fn with_undated(mut self, pages: &[UndatedPath]) -> Self {
        self.event.extend(folders(pages).into_iter().filter_map(|(folder, (_, all))| {
            let pattern = Pattern::parse(&folder, true).ok()?;
            Some(InferredPattern { pattern, pages: all as u64 })
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
        let found: usize = folders.iter().map(|(_, (dated, _))| dated).sum();
        if found == 0 || found * 2 < dated || found * 4 < pages.len() {
            return None;
        }
        let layout = Self::default().with_undated(pages);
        (!layout.event.is_empty()).then_some(layout)
    }
}

/// Returns the patterns of the folders in which most pages have a date, with the number of these pages and of
/// all pages in the folder, most frequent first.
fn folders(pages: &[UndatedPath]) -> Vec<(String, (usize, usize))> {
    let mut folders: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for page in pages {
        let Some(pattern) = pattern(&page.path) else { continue };
        let (dated, all) = folders.entry(pattern).or_default();
        *dated += usize::from(page.has_date);
        *all += 1;
    }
    folders.retain(|_, (dated, all)| *dated >= FEWEST && *dated * 100 >= *all * DATED_PERCENT);
    let mut folders: Vec<_> = folders.into_iter().collect();
    folders.sort_by_key(|(pattern, (dated, _))| (Reverse(*dated), pattern.clone()));
    folders.truncate(MOST_FOLDERS);
    folders
}

/// Returns the pattern of the pages in the folder of a page: `blog/{year}/{slug}.md`, or
/// `blog/{slug}/index.md` if each page has a folder of its own.
fn pattern(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
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
    let mut has_year = false;
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        let is_year = !has_year
            && part.len() == 4
            && (part.starts_with("19") || part.starts_with("20"))
            && part.bytes().all(|byte| byte.is_ascii_digit());
        written += if is_year { "{year}" } else { part };
        written.push('/');
        has_year |= is_year;
    }
    Some(written + &file)
}

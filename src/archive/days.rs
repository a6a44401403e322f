//! The day pages and event pages of an archive, by day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::layout::{Captures, FolderDate, Layout, PageKind, ParsedPath};
use super::paths::PathTable;
use crate::span::FileId;

/// The pages of one day. Does not include pages whose folder is not a calendar day or is written
/// differently from the layout, because a rule reports the folder.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// The day.
    pub date: Date,
    /// The day pages, in the order of the layout's patterns.
    pub pages: &'a [FileId],
    /// The event pages, in order of their paths.
    pub events: &'a [FileId],
}

/// An edition of an archive, such as the pages in one language.
///
/// The pages of an edition have the same values of the variables that day pages have besides their
/// date: with `{lang}/{year}/{month}/{day}/index.md`, each language is an edition. Most archives
/// have only one edition. An event belongs on the day page of its own edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition(u32);

/// All days of an archive, in order.
#[derive(Debug, Default)]
pub struct Days {
    /// The files of all days. Within a day, the day pages come before the event pages.
    files: Vec<FileId>,
    /// For each day of each edition, the index in `files` of its first file and of its first event
    /// page.
    starts: Vec<((Edition, Date), u32, u32)>,
    /// The days with a day page, as indices in `starts`.
    paged: Vec<u32>,
    editions: Editions,
}

/// The editions of an archive.
#[derive(Debug, Default)]
struct Editions {
    /// The names of the variables that tell editions apart.
    names: Vec<String>,
    /// The editions by the values of these variables.
    known: BTreeMap<Vec<Option<String>>, Edition>,
    /// The edition of each file. Empty if there is only one edition.
    of: Vec<Edition>,
}

impl Editions {
    /// Finds the editions of an archive. A file that the layout does not match belongs to the
    /// edition without values.
    fn new(paths: &PathTable, layout: &Layout) -> Self {
        let mut names: Vec<String> = layout.edition_names().map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Self::default();
        }
        let known = BTreeMap::from([(vec![None; names.len()], Edition::default())]);
        let mut found = Self { names, known, of: Vec::new() };
        for file in paths.ids() {
            let read = layout.read(paths.path(file));
            let values = read.map(|read| found.values(&read.captures));
            let next = Edition(found.known.len() as u32);
            let edition = values.map(|values| *found.known.entry(values).or_insert(next));
            found.of.push(edition.unwrap_or_default());
        }
        found
    }

    fn values(&self, captures: &Captures<'_>) -> Vec<Option<String>> {
        self.names.iter().map(|name| captures.text(name).map(str::to_owned)).collect()
    }
}

impl Days {
    /// Sorts the pages of an archive by edition and day.
    #[must_use]
    pub fn new(paths: &PathTable, places: &[ParsedPath], layout: &Layout) -> Self {
        let mut made = Self { editions: Editions::new(paths, layout), ..Self::default() };
        let mut dated: Vec<((Edition, Date), usize, FileId)> = Vec::new();
        for (file, place) in paths.ids().zip(places) {
            let Some(FolderDate::Day(date)) = place.date else { continue };
            let rank = match place.kind {
                PageKind::Day => {
                    let path = paths.path(file);
                    layout.day.iter().position(|pattern| pattern.read(path).is_some())
                }
                PageKind::Event => None,
                PageKind::Other => continue,
            };
            dated.push(((made.edition(file), date), rank.unwrap_or(usize::MAX), file));
        }
        dated.sort_unstable();
        for (day, rank, file) in dated {
            let here = made.files.len() as u32;
            if made.starts.last().is_none_or(|(last, ..)| *last != day) {
                made.starts.push((day, here, here));
                // Day pages come before event pages, so only the first file of a day has to be
                // checked.
                if rank != usize::MAX {
                    made.paged.push(made.starts.len() as u32 - 1);
                }
            }
            made.files.push(file);
            if rank != usize::MAX
                && let Some((_, _, events)) = made.starts.last_mut()
            {
                *events = here + 1;
            }
        }
        made
    }

    /// Returns the edition of a file.
    #[must_use]
    pub fn edition(&self, file: FileId) -> Edition {
        self.editions.of.get(file.index()).copied().unwrap_or_default()
    }

    /// Returns the edition of the page with these captures, which does not have to exist. Returns
    /// `None` if no file belongs to the edition.
    #[must_use]
    pub fn edition_of(&self, captures: &Captures<'_>) -> Option<Edition> {
        if self.editions.names.is_empty() {
            return Some(Edition::default());
        }
        self.editions.known.get(&self.editions.values(captures)).copied()
    }

    /// Returns the pages of a day, or `None` if the edition has none.
    #[must_use]
    pub fn day(&self, edition: Edition, date: Date) -> Option<Day<'_>> {
        let index = self.starts.binary_search_by_key(&(edition, date), |(day, ..)| *day).ok()?;
        Some(self.at(index))
    }

    /// Returns the last day before `date` that has a day page in the edition.
    #[must_use]
    pub fn last_before(&self, edition: Edition, date: Date) -> Option<Day<'_>> {
        let day_of = |index: u32| self.starts[index as usize].0;
        let end = self.paged.partition_point(|&index| day_of(index) < (edition, date));
        let last = self.paged[end.checked_sub(1)?];
        (day_of(last).0 == edition).then(|| self.at(last as usize))
    }

    /// Returns a day and the two adjacent days, in order.
    pub fn around(date: Date) -> impl Iterator<Item = Date> {
        [date.yesterday().ok(), Some(date), date.tomorrow().ok()].into_iter().flatten()
    }

    fn at(&self, index: usize) -> Day<'_> {
        let ((_, date), start, events) = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.files.len(), |(_, end, _)| *end as usize);
        Day {
            date,
            pages: &self.files[start as usize..events as usize],
            events: &self.files[events as usize..end],
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::archive::layout::Pattern;

    #[test]
    fn each_language_has_its_own_days() {
        let pattern = |text: &str, is_event| Pattern::parse(text, is_event).expect("a pattern");
        let layout = Layout {
            event: vec![
                pattern("{lang}/{year}/{month:02}/{day:02}/{slug}.md", true),
                pattern("{year}/{month:02}/{day:02}/{slug}.md", true),
            ],
            day: vec![
                pattern("{year}/{month:02}/{day:02}/index.md", false),
                pattern("{lang}/{year}/{month:02}/{day:02}/index.md", false),
            ],
        };
        let paths = [
            "2012/03/25/a.md",
            "2012/03/25/index.md",
            "de/2012/03/25/a.md",
            "de/2012/03/24/index.md",
            "fr/2012/03/25/a.md",
            "fr/2012/03/25/index.md",
        ];
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        let places: Vec<_> = table.ids().map(|file| layout.place(table.path(file))).collect();
        let days = Days::new(&table, &places, &layout);
        let pages = |path: &str, day: i8| {
            let file = table.file(path).expect("in the table");
            let day = days.day(days.edition(file), date(2012, 3, day))?;
            Some(day.pages.iter().map(|page| table.path(*page)).collect::<Vec<_>>())
        };
        assert_eq!(pages("2012/03/25/a.md", 25), Some(vec!["2012/03/25/index.md"]));
        assert_eq!(pages("de/2012/03/25/a.md", 25), Some(vec![]));
        assert_eq!(pages("de/2012/03/25/a.md", 24), Some(vec!["de/2012/03/24/index.md"]));
        assert_eq!(pages("fr/2012/03/25/a.md", 25), Some(vec!["fr/2012/03/25/index.md"]));
        assert_eq!(pages("fr/2012/03/25/a.md", 24), None);
        let edition = |path: &str| days.edition(table.file(path).expect("in the table"));
        let last = |path: &str| days.last_before(edition(path), date(2012, 3, 26));
        assert_eq!(last("de/2012/03/25/a.md").map(|day| day.date), Some(date(2012, 3, 24)));
        let page = |path: &str| layout.day_page(path, date(2013, 1, 2));
        assert_eq!(page("2012/03/25/a.md").as_deref(), Some("2013/01/02/index.md"));
        assert_eq!(page("de/2012/03/25/a.md").as_deref(), Some("de/2013/01/02/index.md"));
        assert_eq!(page("about.md").as_deref(), Some("2013/01/02/index.md"));
    }
}

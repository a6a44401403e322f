//! The day pages and event pages of an archive, by day.

use jiff::civil::Date;

use super::layout::{FolderDate, Layout, PageKind, ParsedPath};
use super::paths::PathTable;
use crate::span::FileId;

/// The pages of one day. Does not include pages whose folder is not a calendar day or has the wrong
/// padding, because a rule reports the folder.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    /// The day.
    pub date: Date,
    /// The day pages, in the order of the layout's patterns.
    pub pages: &'a [FileId],
    /// The event pages, in order of their paths.
    pub events: &'a [FileId],
}

/// All days of an archive, in order.
#[derive(Debug, Default)]
pub struct Days {
    /// The files of all days. Within a day, the day pages come before the event pages.
    files: Vec<FileId>,
    /// For each day, the index in `files` of its first file and of its first event page.
    starts: Vec<(Date, u32, u32)>,
    /// The days with a day page, as indices in `starts`.
    paged: Vec<u32>,
}

impl Days {
    /// Sorts the pages of an archive by day.
    #[must_use]
    pub fn new(paths: &PathTable, places: &[ParsedPath], layout: &Layout) -> Self {
        let mut dated: Vec<(Date, usize, FileId)> = Vec::new();
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
            dated.push((date, rank.unwrap_or(usize::MAX), file));
        }
        dated.sort_unstable();
        let mut made = Self::default();
        for (date, rank, file) in dated {
            let here = made.files.len() as u32;
            if made.starts.last().is_none_or(|(last, ..)| *last != date) {
                made.starts.push((date, here, here));
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

    /// Returns the pages of a day, or `None` if the archive has none.
    #[must_use]
    pub fn day(&self, date: Date) -> Option<Day<'_>> {
        let index = self.starts.binary_search_by_key(&date, |(date, ..)| *date).ok()?;
        Some(self.at(index))
    }

    /// Returns the last day before `date` that has a day page.
    #[must_use]
    pub fn last_before(&self, date: Date) -> Option<Day<'_>> {
        let end = self.paged.partition_point(|&index| self.starts[index as usize].0 < date);
        let last = end.checked_sub(1)?;
        Some(self.at(self.paged[last] as usize))
    }

    /// Returns the event pages of a day and of the two adjacent days.
    pub fn events_around(&self, date: Date) -> impl Iterator<Item = FileId> {
        let days = Self::around(date).filter_map(|date| self.day(date));
        days.flat_map(|day| day.events.iter().copied())
    }

    /// Returns a day and the two adjacent days, in order.
    pub fn around(date: Date) -> impl Iterator<Item = Date> {
        [date.yesterday().ok(), Some(date), date.tomorrow().ok()].into_iter().flatten()
    }

    fn at(&self, index: usize) -> Day<'_> {
        let (date, start, events) = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.files.len(), |(_, end, _)| *end as usize);
        Day {
            date,
            pages: &self.files[start as usize..events as usize],
            events: &self.files[events as usize..end],
        }
    }
}

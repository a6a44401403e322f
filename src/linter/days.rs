//! Collects the pages that day pages refer to. Each day page is read once, not once for each event.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use super::day_pages::DayPages;
use super::linted_archive::Linted;
use crate::archive::days::Edition;
use crate::archive::layout::PageKind;
use crate::archive::page_facts::{Facts, LinkRole};
use crate::archive::resolve::Target;
use crate::rule::{Need, Pages};
use crate::span::{FileId, Span};

/// The maximum number of entries per page for which a probable target is searched.
const MOST_MEANT: usize = 64;

impl Linted<'_> {
    /// Collects the pages that day pages refer to. Covers only day pages that have been read.
    pub(super) fn read_day_pages(&self) -> DayPages {
        if !self.linter.needs(Need::DayEntries) {
            return DayPages::default();
        }
        let archive = self.linter.archive;
        let pages: Vec<(FileId, &Facts)> = self
            .all_facts()
            .filter(|(file, _)| archive.place(*file).kind == PageKind::Day)
            .collect();
        let read: Vec<_> = pages
            .par_iter()
            .with_min_len(64)
            .map(|&(page, facts)| (page, self.read_day_page(page, facts)))
            .collect();
        let mut days = DayPages::default();
        for (page, (named, meant)) in read {
            days.named.insert(page, named);
            days.meant.extend(meant.into_iter().map(|(place, file)| ((page, place), file)));
        }
        days
    }

    /// Returns the event pages of each day to which an event page without a date in its path belongs, in
    /// order of their paths. Covers only event pages that have been read.
    pub(super) fn events_of_fields(&self) -> BTreeMap<(Edition, Date), Vec<FileId>> {
        let archive = self.linter.archive;
        let mut found: BTreeMap<_, Vec<FileId>> = BTreeMap::new();
        if archive.layout.day.is_empty() {
            return found;
        }
        for (file, facts) in self.all_facts() {
            if let Some(date) = facts.date.filter(|_| archive.place(file).is_undated_event()) {
                found.entry((archive.edition(file), date)).or_default().push(file);
            }
        }
        for ((edition, date), events) in &mut found {
            events.extend(archive.day_in(*edition, *date).map_or(&[][..], |day| day.events));
            events.sort_unstable();
        }
        found
    }

    /// Returns the pages that a day page refers to, and the probable targets of entries with a
    /// wrong destination.
    fn read_day_page(&self, page: FileId, facts: &Facts) -> (Box<[FileId]>, Vec<(Span, FileId)>) {
        let archive = self.linter.archive;
        let linked = facts.links.iter().filter_map(|link| link.target().file());
        let mut named: Vec<FileId> = linked.chain(facts.damaged().iter().copied()).collect();
        named.sort_unstable();
        let lost =
            facts.links_with(LinkRole::Entry).filter(|link| link.target() == Target::Missing);
        let meant: Vec<(Span, FileId)> = lost
            .take(MOST_MEANT)
            .filter_map(|link| {
                let read = self.reread(page)?;
                let (document, link_found) = (read.document(), link.find(read.document())?);
                let target = link_found.target(read.text());
                let paths = archive.paths_meant(page, document, link_found, target);
                let near = archive.nearest_by_name(&paths)?.file;
                let is_new = named.binary_search(&near).is_err();
                let is_event = archive.place(near).kind == PageKind::Event;
                (is_new && is_event).then_some((link.destination, near))
            })
            .collect();
        named.extend(meant.iter().map(|(_, file)| *file));
        named.sort_unstable();
        (named.into(), meant)
    }
}

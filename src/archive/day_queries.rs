//! What an archive has on a day.

use jiff::civil::Date;

use super::Archive;
use super::days::{Day, Days, Edition};
use super::layout::{PageKind, ParsedPath};
use super::partial_list::PartialList;
use super::resolve::Target;
use crate::span::FileId;

/// The maximum number of days for which a partial list is asked one by one.
const MOST_DAYS_BACK: usize = 31;

impl Archive {
    /// Returns the pages of the archive, sorted by day.
    #[must_use]
    pub fn days(&self) -> &Days {
        self.days.get_or_init(|| Days::new(&self.paths, &self.places, &self.layout))
    }

    /// Returns the edition of a file.
    #[must_use]
    pub fn edition(&self, file: FileId) -> Edition {
        self.days().edition(file)
    }

    /// Returns the pages of a day in the edition of `file`, or `None` if it has none.
    #[must_use]
    pub fn day(&self, file: FileId, date: Date) -> Option<Day<'_>> {
        self.day_in(self.edition(file), date)
    }

    /// Returns the pages of a day in an edition, or `None` if it has none.
    #[must_use]
    pub fn day_in(&self, edition: Edition, date: Date) -> Option<Day<'_>> {
        if let Some(partial) = self.paths.partial() {
            partial.ask_for_day(&self.layout, date);
        }
        self.days().day(edition, date)
    }

    /// Returns the event pages of a day and of the two adjacent days in an edition.
    pub fn events_around(&self, edition: Edition, date: Date) -> impl Iterator<Item = FileId> {
        let days = Days::around(date).filter_map(move |date| self.day_in(edition, date));
        days.flat_map(|day| day.events.iter().copied())
    }

    /// Returns the last day before `date` that has a day page in the edition of `file`.
    #[must_use]
    pub fn last_day_before(&self, file: FileId, date: Date) -> Option<Day<'_>> {
        let edition = self.edition(file);
        if let Some(partial) = self.paths.partial() {
            self.ask_for_day_before(partial, edition, date);
        }
        self.days().last_before(edition, date)
    }

    /// Asks a partial list for the last day before `date` that has a day page in an edition.
    fn ask_for_day_before(&self, partial: &PartialList, edition: Edition, date: Date) {
        let days = std::iter::successors(date.yesterday().ok(), |day| day.yesterday().ok());
        for day in days.take(MOST_DAYS_BACK) {
            if self.day_in(edition, day).is_some_and(|day| !day.pages.is_empty()) {
                return;
            }
        }
        if !partial.has_asked() {
            partial.ask_for_all();
        }
    }

    /// Returns the path that the day page of `date` should have in the edition of `file`.
    #[must_use]
    pub fn day_page(&self, file: FileId, date: Date) -> Option<String> {
        self.layout.day_page(self.path(file), date)
    }

    /// Returns the day of the day page that an internal path in a link of the page `from` leads to. If nothing is
    /// there, returns the day of the day page that the layout has at such a path or address.
    #[must_use]
    pub fn day_of(&self, from: FileId, path: &str) -> Option<Date> {
        if path.is_empty() {
            return None;
        }
        let day = |place: ParsedPath| match place {
            ParsedPath { kind: PageKind::Day, date } => date?.day(),
            ParsedPath { kind: PageKind::Event | PageKind::Other, .. } => None,
        };
        if let Target::File(file) | Target::Rendered(file) = self.resolve(from, path) {
            return day(self.place(file));
        }
        let paths = self.paths_of(from, path);
        let by_path = paths.iter().find_map(|path| day(self.layout.place(path)));
        let has_addresses = self.addresses().is_some();
        let mut by_address = paths
            .iter()
            .filter(|_| has_addresses)
            .flat_map(|path| self.pages_at(path.trim_end_matches('/')))
            .filter_map(|path| day(self.layout.place(&path)));
        by_path.or_else(|| by_address.next())
    }
}

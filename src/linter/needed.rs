//! Reads the pages that are not checked themselves, but that rules need in order to check other
//! pages.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::linted_archive::Linted;
use super::pages::PageState;
use super::panics::guarded;
use crate::archive::Archive;
use crate::archive::days::{Days, Edition};
use crate::archive::duplicates::{CitingPage, Shingles, candidates};
use crate::archive::layout::{FolderDate, PageKind};
use crate::archive::page::Page;
use crate::archive::page_facts::{Facts, LinkFact, LinkRole};
use crate::document::anchors;
use crate::rule::{AnchorHashes, Need, Pages};
use crate::span::FileId;

/// The files whose facts are needed in order to check the selected pages. Each day is added only
/// once, because a single day may contain all pages of an archive.
struct Needed<'a> {
    archive: &'a Archive,
    /// For each file, whether it is needed.
    files: Vec<bool>,
    /// The days whose day pages have been added.
    pages: HashSet<(Edition, Date)>,
    /// The days whose event pages have been added.
    events: HashSet<(Edition, Date)>,
    /// Whether the event pages without a date in their paths have been added.
    undated: bool,
    /// The number of times that a file was added, including repetitions.
    #[cfg(test)]
    taken: usize,
}

impl<'a> Needed<'a> {
    fn new(archive: &'a Archive) -> Self {
        Self {
            archive,
            files: vec![false; archive.paths.ids().len()],
            pages: HashSet::new(),
            events: HashSet::new(),
            undated: false,
            #[cfg(test)]
            taken: 0,
        }
    }

    /// Adds the files whose facts the rules need in order to check `file`. `compares` says whether
    /// a rule looks for pages about the same event. `day_of` returns the day of a page if it is known.
    fn take(
        &mut self,
        file: FileId,
        facts: &Facts,
        compares: bool,
        day_of: impl Fn(FileId) -> Option<Date>,
    ) {
        let archive = self.archive;
        let is_named = |link: &&LinkFact| matches!(link.role, LinkRole::Related | LinkRole::Entry);
        let named = facts.links.iter().filter(is_named).filter_map(|link| link.target().file());
        named.for_each(|file| self.add(file));
        let place = archive.place(file);
        let Some(date) = place.day_or(facts.date) else { return };
        // For an event that belongs to a different day, a rule needs to know whether that day lists
        // it.
        let entries = facts.links_with(LinkRole::Entry).filter_map(|link| link.target().file());
        let home = |event| Some((archive.edition(event), day_of(event)?));
        let homes = entries.filter_map(home).filter(|(_, home)| *home != date);
        homes.for_each(|(edition, home)| self.add_pages(edition, home));
        let edition = archive.edition(file);
        if archive.day_in(edition, date).is_none_or(|day| day.pages.is_empty()) {
            // The rule `day/missing-page` reports a day once, together with all of its events.
            self.add_events(edition, date);
            self.add_undated();
        } else {
            self.add_pages(edition, date);
        }
        // The rule `day/copies-differ` needs the days of the entries of another copy.
        if archive.day_in(edition, date).is_some_and(|day| day.pages.len() > 1) {
            self.add_undated();
        }
        if place.kind == PageKind::Event && compares && !facts.source_keys.is_empty() {
            Days::around(date).for_each(|date| self.add_events(edition, date));
        }
    }

    fn add_pages(&mut self, edition: Edition, date: Date) {
        if self.pages.insert((edition, date)) {
            let pages = self.archive.day_in(edition, date).map_or(&[][..], |day| day.pages);
            for &file in pages {
                self.add(file);
            }
        }
    }

    fn add_events(&mut self, edition: Edition, date: Date) {
        if self.events.insert((edition, date)) {
            let events = self.archive.day_in(edition, date).map_or(&[][..], |day| day.events);
            for &file in events {
                self.add(file);
            }
        }
    }

    /// Adds the event pages whose days only their fields give.
    fn add_undated(&mut self) {
        if self.undated || self.archive.layout.day.is_empty() || !self.archive.has_undated_events()
        {
            return;
        }
        self.undated = true;
        let is_undated = |file: &FileId| self.archive.place(*file).is_undated_event();
        let undated: Vec<FileId> = self.archive.paths.all_ids().filter(is_undated).collect();
        for file in undated {
            self.add(file);
        }
    }

    fn add(&mut self, file: FileId) {
        self.files[file.index()] = true;
        #[cfg(test)]
        {
            self.taken += 1;
        }
    }

    /// Returns the needed files, in order.
    fn files(&self) -> impl Iterator<Item = FileId> {
        self.archive.paths.ids().filter(|file| self.files[file.index()])
    }
}

impl Linted<'_> {
    /// Reads pages that are not checked themselves, but whose facts the rules need:
    ///
    /// - pages that a checked page lists or names as related
    /// - the day pages of the days of checked pages and of the events that these pages list
    /// - all events of a checked page's day, if that day has no day page, and all events that may
    ///   belong to that day because of their fields
    /// - events that may be duplicates
    pub(super) fn read_needed(&mut self) {
        let linter = self.linter;
        if !linter.archive.paths.ids().any(|file| self.is_unread(file)) {
            return;
        }
        while self.read_some_needed() && linter.archive.has_undated_events() {}
    }

    /// Returns whether a file is a page that has not been read.
    fn is_unread(&self, file: FileId) -> bool {
        matches!(self.states[file.index()], PageState::Unseen) && self.linter.archive.is_page(file)
    }

    /// Reads the pages that are needed as far as is known. Returns whether there were any. The day of an event page
    /// without a date in its path, and thus the day page to which it belongs, is known only when it has been read.
    fn read_some_needed(&mut self) -> bool {
        let linter = self.linter;
        let compares = linter.needs(Need::SharedSources);
        let mut needed = Needed::new(linter.archive);
        for &file in &self.checked {
            if let PageState::Read(facts) = &self.states[file.index()] {
                needed.take(file, facts, compares, |event| self.day_of(event));
            }
        }
        let unread = needed.files().filter(|file| self.is_unread(*file));
        let (day_pages, others): (Vec<_>, Vec<_>) =
            unread.partition(|file| linter.archive.place(*file).kind == PageKind::Day);
        let mut read = self.read_facts(&day_pages);
        // Rules compare what the entries of day pages lead to, but hardly one what the links of other pages do that
        // are not checked.
        read.extend(match linter.archive.paths.partial() {
            Some(partial) if !linter.needs(Need::RelatedLinks) => {
                partial.without_asking(|| self.read_facts(&others))
            }
            _ => self.read_facts(&others),
        });
        let has_read = !read.is_empty();
        for (file, facts) in read {
            self.states[file.index()] = PageState::Read(facts);
        }
        has_read
    }

    /// Reads the facts of pages. Leaves out those that cannot be read.
    fn read_facts(&self, pages: &[FileId]) -> Vec<(FileId, Facts)> {
        let linter = self.linter;
        let read = |&file: &FileId| {
            let source = linter.read(file).ok()?;
            let page = || Page::read(linter.archive, &linter.reader(), file, &source).facts(false);
            Some((file, guarded(page).ok()?))
        };
        pages.par_iter().filter_map(read).collect()
    }

    /// Collects the anchors of the pages that links with fragments refer to. There are few such
    /// pages, so reading them again is faster than collecting the anchors of all pages.
    pub(super) fn read_anchors(&self) -> HashMap<FileId, AnchorHashes> {
        if !self.linter.needs(Need::Anchors) {
            return HashMap::new();
        }
        let mut needed: Vec<FileId> = Vec::new();
        for facts in self.all_facts().map(|(_, facts)| facts) {
            needed.extend(facts.fragments().iter().map(|fragment| fragment.page));
        }
        needed.sort_unstable();
        needed.dedup();
        let linter = self.linter;
        needed
            .par_iter()
            .filter(|file| linter.archive.is_page(**file))
            .filter_map(|&file| {
                let source = linter.read(file).ok()?;
                let hashes = || AnchorHashes::new(&anchors(source.text(), &linter.archive.syntax));
                Some((file, guarded(hashes).ok()?))
            })
            .collect()
    }

    /// Returns pairs of a page and the earlier page about the same event, sorted. Each page is the
    /// first of at most one pair.
    pub(super) fn find_duplicates(&self) -> Vec<(FileId, FileId)> {
        if !self.linter.needs(Need::SharedSources) {
            return Vec::new();
        }
        let mut cited = Vec::new();
        for (file, facts) in self.all_facts() {
            if let Some(FolderDate::Day(date)) = self.linter.archive.place(file).date {
                cited.extend(facts.source_keys.iter().map(|&source| CitingPage {
                    source,
                    date,
                    file,
                }));
            }
        }
        let archive = self.linter.archive;
        // Pages in several languages may have the same title.
        let mut pairs = candidates(cited);
        pairs.retain(|(one, other)| archive.edition(*one) == archive.edition(*other));
        let mut files: Vec<FileId> = pairs.iter().flat_map(|&(one, other)| [one, other]).collect();
        files.sort_unstable();
        files.dedup();
        let titles: HashMap<FileId, Shingles> =
            files.par_iter().filter_map(|&file| Some((file, self.shingles(file)?))).collect();
        let is_near = |(one, other): &(FileId, FileId)| match (titles.get(one), titles.get(other)) {
            (Some(one), Some(other)) => one.is_near(other),
            _ => false,
        };
        let mut duplicates: Vec<(FileId, FileId)> =
            pairs.into_iter().filter(is_near).map(|(earlier, later)| (later, earlier)).collect();
        duplicates.sort_unstable();
        duplicates.dedup_by_key(|(later, _)| *later);
        duplicates
    }

    fn shingles(&self, file: FileId) -> Option<Shingles> {
        let PageState::Read(Facts { title: Some(title), .. }) = &self.states[file.index()] else {
            return None;
        };
        let page = self.reread(file)?;
        let shingles = || {
            let document = page.document();
            let heading = document.headings.iter().find(|heading| heading.content == title.content);
            // A comment in a heading is not visible.
            let words = heading.map(|heading| document.words(heading.text));
            Shingles::new(words.unwrap_or_else(|| title.content.of(page.text())))
        };
        guarded(shingles).ok()
    }

    /// Returns the facts of all pages that have been read.
    pub(super) fn all_facts(&self) -> impl Iterator<Item = (FileId, &Facts)> {
        self.states.iter().zip(0..).filter_map(|(state, id)| match state {
            PageState::Read(facts) => Some((FileId(id), facts)),
            PageState::Failed(_) | PageState::Unseen => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::layout::{Layout, Pattern};
    use crate::archive::paths::PathTable;
    use crate::archive::resolve::{Resolver, Target};
    use crate::span::Span;

    const EVENTS: usize = 500;

    /// Creates an archive of two days without day pages. The first day has all events but one.
    fn archive(others: &[&str]) -> Archive {
        let pattern = |text: &str, slug| Pattern::parse(text, slug).expect("a pattern");
        let layout = Layout {
            event: vec![pattern("{year}/{month:02}/{day}/{slug}.md", true)],
            day: vec![pattern("{year}/{month:02}/{day}/index.md", false)],
        };
        let events = (0..EVENTS).map(|index| format!("2012/03/25/event-{index}.md"));
        let paths = events.chain(["2012/03/26/other.md".to_owned()]);
        let paths = paths.chain(others.iter().map(ToString::to_string)).collect();
        Archive::new(PathTable::new(paths, Vec::new()), layout, Resolver::default())
    }

    /// Returns the number of files that are needed to check every event, and the number of times
    /// that a file was added.
    fn needed(archive: &Archive, facts: &Facts) -> (usize, usize) {
        let mut needed = Needed::new(archive);
        for file in archive.paths.ids() {
            needed.take(file, facts, true, |event| archive.place(event).day_or(None));
        }
        (needed.files().count(), needed.taken)
    }

    #[test]
    fn the_events_of_a_day_without_a_page_are_not_gathered_anew_for_each_of_them() {
        let archive = archive(&[]);
        assert_eq!(needed(&archive, &Facts::default()), (EVENTS + 1, EVENTS + 1));
    }

    #[test]
    fn the_events_of_the_days_around_are_not_gathered_anew_for_each_that_has_a_source() {
        let archive = archive(&["2012/03/25/index.md"]);
        let facts = Facts { source_keys: vec![1].into(), ..Facts::default() };
        assert_eq!(needed(&archive, &facts), (EVENTS + 2, EVENTS + 2));
    }

    #[test]
    fn the_page_of_another_day_is_not_gathered_anew_for_each_entry_that_it_could_list() {
        let archive = archive(&["2012/03/26/index.md", "2012/03/25/index.md"]);
        let file = |path: &str| archive.paths.file(path).expect("a file");
        let entry = LinkFact {
            destination: Span::default(),
            content: Span::default(),
            text: 0,
            target: Target::File(file("2012/03/25/event-1.md")).into(),
            role: LinkRole::Entry,
            damaged: false,
        };
        let facts = Facts { links: vec![entry; 100].into(), ..Facts::default() };
        let mut needed = Needed::new(&archive);
        needed.take(file("2012/03/26/index.md"), &facts, true, |event| {
            archive.place(event).day_or(None)
        });
        let found: Vec<_> = needed.files().map(|file| archive.path(file)).collect();
        assert_eq!(found, ["2012/03/25/event-1.md", "2012/03/25/index.md", "2012/03/26/index.md"]);
        assert_eq!(needed.taken, 100 + 2);
    }
}

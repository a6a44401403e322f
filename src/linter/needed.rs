//! What is read beside the checked pages: titles, anchors and neighbours that their rules ask for.

use std::collections::HashMap;

use rayon::prelude::*;

use super::linted::Linted;
use super::{PageState, guarded, is_page};
use crate::archive::facts::{Facts, LinkRole, text_hash};
use crate::archive::layout::{FolderDate, PageKind, Place};
use crate::archive::page::Page;
use crate::archive::twins::{Cited, Shingles, candidates};
use crate::document::Document;
use crate::span::FileId;

impl Linted<'_> {
    /// Reads the pages whose facts the checked ones need and that are not checked themselves: those
    /// that they are related to or list, the pages of their days, and events that may be the same.
    pub(super) fn read_needed(&mut self) {
        let archive = self.linter.archive;
        let compares = self.linter.settings.rules.may_run("archive/duplicate-event");
        let mut needed: Vec<FileId> = Vec::new();
        for &file in &self.checked {
            let PageState::Read(facts) = &self.states[file.index()] else { continue };
            let named = facts
                .links
                .iter()
                .filter(|link| matches!(link.role, LinkRole::Related | LinkRole::Entry));
            needed.extend(named.filter_map(|link| link.target.file()));
            let Place { kind, date: Some(FolderDate::Day(date)) } = archive.place(file) else {
                continue;
            };
            let days = archive.days();
            // Of an event that another day lists, it matters whether its own day does.
            let entries = facts.links_with(LinkRole::Entry).filter_map(|link| link.target.file());
            let homes = entries.filter_map(|event| archive.place(event).date?.day());
            let homes = homes.filter(|home| *home != date).filter_map(|home| days.day(home));
            needed.extend(homes.flat_map(|home| home.pages));
            if let Some(day) = days.day(date) {
                // A day without a page is reported once, with all of its events.
                needed.extend(if day.pages.is_empty() { day.events } else { day.pages });
            }
            if kind == PageKind::Event && compares && !facts.source_keys.is_empty() {
                needed.extend(days.events_around(date));
            }
            needed.retain(|file| matches!(self.states[file.index()], PageState::Unseen));
        }
        needed.sort_unstable();
        needed.dedup();
        let linter = self.linter;
        needed.retain(|&file| is_page(linter.archive.path(file)));
        let read: Vec<_> = needed
            .par_iter()
            .map(|&file| {
                let source = linter.read(file).ok()?;
                let page =
                    || Page::read(linter.archive, &linter.reader(), file, &source).facts(false);
                Some((file, guarded(page).ok()?))
            })
            .collect();
        for (file, facts) in read.into_iter().flatten() {
            self.states[file.index()] = PageState::Read(facts);
        }
    }

    /// Gathers the anchors of the pages that a fragment names: few are, so they are read anew
    /// rather than to gather the anchors of all.
    pub(super) fn read_anchors(&self) -> HashMap<FileId, Vec<u64>> {
        let mut needed: Vec<FileId> = Vec::new();
        for facts in self.all_facts().map(|(_, facts)| facts) {
            let links = facts.fragments.iter().map(|found| &facts.links[found.link as usize]);
            needed.extend(links.filter_map(|link| link.target.file()));
        }
        needed.sort_unstable();
        needed.dedup();
        let linter = self.linter;
        let anchors = needed.par_iter().filter(|file| is_page(linter.archive.path(**file)));
        anchors
            .filter_map(|&file| {
                let source = linter.read(file).ok()?;
                let anchors = || {
                    let document = Document::parse(source.text());
                    let mut anchors: Vec<_> =
                        document.anchors().map(|anchor| text_hash(&anchor)).collect();
                    anchors.sort_unstable();
                    anchors
                };
                Some((file, guarded(anchors).ok()?))
            })
            .collect()
    }

    /// Finds the pages that tell of the same event as an earlier one; sorted, one pair a page.
    pub(super) fn find_twins(&self) -> Vec<(FileId, FileId)> {
        if !self.linter.settings.rules.may_run("archive/duplicate-event") {
            return Vec::new();
        }
        let mut cited = Vec::new();
        for (file, facts) in self.all_facts() {
            if let Some(FolderDate::Day(date)) = self.linter.archive.place(file).date {
                cited.extend(facts.source_keys.iter().map(|&source| Cited { source, date, file }));
            }
        }
        let pairs = candidates(cited);
        let mut files: Vec<FileId> = pairs.iter().flat_map(|&(one, other)| [one, other]).collect();
        files.sort_unstable();
        files.dedup();
        let titles: HashMap<FileId, Shingles> =
            files.par_iter().filter_map(|&file| Some((file, self.shingles(file)?))).collect();
        let is_near = |(one, other): &(FileId, FileId)| match (titles.get(one), titles.get(other)) {
            (Some(one), Some(other)) => one.is_near(other),
            _ => false,
        };
        let mut twins: Vec<(FileId, FileId)> =
            pairs.into_iter().filter(is_near).map(|(earlier, later)| (later, earlier)).collect();
        twins.sort_unstable();
        twins.dedup_by_key(|(later, _)| *later);
        twins
    }

    fn shingles(&self, file: FileId) -> Option<Shingles> {
        let PageState::Read(Facts { title: Some(title), .. }) = &self.states[file.index()] else {
            return None;
        };
        let source = self.linter.read(file).ok()?;
        guarded(|| Shingles::new(title.content.of(source.text()))).ok()
    }

    pub(super) fn all_facts(&self) -> impl Iterator<Item = (FileId, &Facts)> {
        self.states.iter().zip(0..).filter_map(|(state, id)| match state {
            PageState::Read(facts) => Some((FileId(id), facts)),
            PageState::Failed(_) | PageState::Unseen => None,
        })
    }
}

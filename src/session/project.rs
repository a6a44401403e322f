//! An archive ready to be checked: its paths under its settings, and the pages to check.

use jiff::civil::Date;

use super::selection::Selection;
use crate::archive::Archive;
use crate::archive::page_texts::PageTexts;
use crate::archive::walked::{Obstacle, Walked};
use crate::config::Settings;
use crate::linter::{Linter, PageSource};
use crate::rule::{MAX_FINDINGS, MAX_FINDINGS_TO_FIX};
use crate::span::FileId;

/// An archive ready to be checked.
pub(super) struct Project<'a> {
    pub(super) settings: &'a Settings,
    pub(super) archive: Archive,
    pub(super) obstacles: Vec<(FileId, Obstacle)>,
    pub(super) selected: Selection,
    /// The maximum number of findings of one rule on one page that its linters keep.
    most_findings: usize,
}

impl<'a> Project<'a> {
    /// The archive of what was walked, of which the files and folders `names` are named.
    pub(super) fn new(settings: &'a Settings, names: &[String], walked: Walked) -> Self {
        let Walked { table, obstacles } = walked;
        let archive = Archive::new(table, settings.layout.clone(), settings.resolver.clone());
        let selected = Selection::new(names, settings, &archive, &obstacles);
        let most_findings = MAX_FINDINGS;
        Self { settings, archive, obstacles, selected, most_findings }
    }

    /// The same, with what is known to have had another path.
    pub(super) fn with_renamed(self, renamed: &[(String, String)]) -> Self {
        Self { archive: self.archive.with_renamed(renamed), ..self }
    }

    /// The same, for a run whose findings are fixed rather than reported.
    pub(super) fn for_fixes(self) -> Self {
        Self { most_findings: MAX_FINDINGS_TO_FIX, ..self }
    }

    /// A linter of its pages, offline.
    pub(super) fn linter<'s>(&'s self, source: &'s dyn PageSource, today: Date) -> Linter<'s> {
        Linter {
            settings: self.settings,
            archive: &self.archive,
            obstacles: &self.obstacles,
            texts: PageTexts::new(&self.archive, source),
            today,
            online: false,
            conclusive: false,
            most_findings: self.most_findings,
        }
    }

    /// What was walked, for the next run, and what was selected of it.
    pub(super) fn into_parts(self) -> (Walked, Selection) {
        (Walked { table: self.archive.paths, obstacles: self.obstacles }, self.selected)
    }
}

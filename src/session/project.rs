//! An archive that is ready to be checked: its paths, its settings and the files to check.

use jiff::civil::Date;

use super::selection::Selection;
use crate::archive::Archive;
use crate::archive::page_texts::PageTexts;
use crate::archive::walked::{Obstacle, Walked};
use crate::config::Settings;
use crate::linter::{Linter, PageSource};
use crate::rule::{MAX_FINDINGS, MAX_FINDINGS_TO_FIX};
use crate::span::FileId;

/// An archive that is ready to be checked.
pub(super) struct Project<'a> {
    pub(super) settings: &'a Settings,
    pub(super) archive: Archive,
    /// The files that the walk found to be unreadable.
    pub(super) obstacles: Vec<(FileId, Obstacle)>,
    /// The files to check.
    pub(super) selected: Selection,
    /// The maximum number of findings that a linter keeps for one rule on one page.
    most_findings: usize,
}

impl<'a> Project<'a> {
    /// Creates a project from the result of a walk. `names` contains the files and folders to
    /// check.
    pub(super) fn new(settings: &'a Settings, names: &[String], walked: Walked) -> Self {
        let Walked { table, obstacles } = walked;
        let archive = Archive::new(table, settings.layout.clone(), settings.resolver.clone())
            .with_site(settings.site.clone())
            .with_syntax(settings.syntax());
        let selected = Selection::new(names, settings, &archive, &obstacles);
        let most_findings = MAX_FINDINGS;
        Self { settings, archive, obstacles, selected, most_findings }
    }

    /// Checks only those of the selected files whose paths `is_checked` accepts, and counts only those of the excluded
    /// pages.
    pub(super) fn restrict_to(&mut self, is_checked: impl Fn(&str) -> bool) {
        self.selected.restrict_to(self.settings, &self.archive, is_checked);
    }

    /// Adds the old and the new paths of renamed files.
    pub(super) fn with_renamed(self, renamed: &[(String, String)]) -> Self {
        Self { archive: self.archive.with_renamed(renamed), ..self }
    }

    /// Raises the maximum number of findings, for a run that fixes findings instead of reporting
    /// them.
    pub(super) fn for_fixes(self) -> Self {
        Self { most_findings: MAX_FINDINGS_TO_FIX, ..self }
    }

    /// Creates an offline linter for the archive. `source` provides the bytes of the pages.
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

    /// Returns the result of the walk, for the next run, and the files that were checked.
    pub(super) fn into_parts(self) -> (Walked, Selection) {
        (Walked { table: self.archive.paths, obstacles: self.obstacles }, self.selected)
    }
}

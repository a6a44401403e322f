//! Applies fixes in passes until nothing is left to fix, and writes the changed files.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::civil::Date;

use super::baseline::SessionBaseline;
use super::error::SessionError;
use super::fs::{self, UNSURE, WriteOutcome};
use super::input::InputFiles;
use super::selection::{Selection, Skipped};
use super::threads::Threads;
use crate::archive::page_texts::PageTexts;
use crate::archive::walked::Walked;
use crate::config::Settings;
use crate::diagnostic::{
    Applicability, Diagnostic, EditTarget, counted, escape_workflow_commands, printable,
};
use crate::fix::{Ending, FileChanges, FixedFile, Fixes, Passes};
use crate::linter::Linter;
use crate::report::{self, Style};
use crate::source_status::Outcome;

/// Fixes that are applied in memory, but not yet written.
pub struct PlannedFixes {
    fixes: Fixes,
    root: PathBuf,
    /// The number of findings that the baseline hides.
    hidden: u64,
    /// The number of findings that are not fixed because a file outside the selection would change.
    outside: u64,
    skipped: Skipped,
    /// Folders in which a killed run may have left temporary files.
    unswept: BTreeSet<PathBuf>,
}

/// The inputs of a fix loop.
pub(super) struct FixLoop<'a> {
    /// The minimum safety of the fixes to apply.
    pub(super) allowed: Applicability,
    /// The status of each source, or nothing if no source was looked up.
    pub(super) outcomes: &'a [Outcome],
    /// The current date in UTC.
    pub(super) today: Date,
    /// The baseline, whose findings are not fixed.
    pub(super) baseline: &'a SessionBaseline,
    pub(super) settings: &'a Settings,
    pub(super) threads: &'a Threads,
}

impl FixLoop<'_> {
    /// Checks and fixes the archive in memory, pass after pass. Takes the list of files out of
    /// `files`.
    pub(super) fn run(&self, files: &mut InputFiles) -> Result<PlannedFixes, SessionError> {
        let settings = self.settings;
        let mut walked = files.take();
        let mut passes = Passes::new(&*files.source, self.allowed);
        let mut hidden;
        let mut outside = 0;
        loop {
            let project = self.threads.run(|| files.project(settings, walked)).for_fixes();
            let online = !self.outcomes.is_empty();
            let linter = Linter { online, ..project.linter(passes.workspace(), self.today) };
            let (found, summary) = self.threads.run(|| {
                let mut linted = linter.run(&project.selected.files);
                linted.online(self.outcomes);
                linted.finish()
            });
            hidden = 0;
            let mut progress = passes.withdraw(&found, &project.archive);
            if progress.is_none() {
                let mut diagnostics;
                let texts = PageTexts::new(&project.archive, passes.workspace());
                (diagnostics, hidden) = self.baseline.hide(found, &texts);
                if let Some(changes) = &files.changes {
                    let (context, source) = ((self.today, self.threads), passes.workspace());
                    changes.sift(&project, source, context, &mut diagnostics)?;
                }
                let may_change = |target: &_| project.selected.may_change(target, settings);
                let is_outside = |found: &&Diagnostic| self.is_outside(found, &may_change);
                outside = diagnostics.iter().filter(is_outside).count() as u64;
                let dropped = summary.dropped;
                progress = passes.advance(&diagnostics, &project.archive, &may_change, dropped);
            }
            let (left, selected) = project.into_parts();
            walked = left;
            let Some(FileChanges { added, removed }) = progress else {
                let planned = self.planned(passes.finish(), &selected, &walked);
                return Ok(PlannedFixes { hidden, outside, ..planned });
            };
            if !(added.is_empty() && removed.is_empty()) {
                walked = walked.with_other_files(added, &removed);
            }
        }
    }

    /// Returns whether the fix of a finding is allowed, but would change a file that the session does
    /// not check.
    fn is_outside(&self, found: &Diagnostic, may_change: &dyn Fn(&EditTarget) -> bool) -> bool {
        found.finding.fix.as_ref().is_some_and(|fix| {
            fix.applicability <= self.allowed
                && fix.edits.iter().any(|edit| !may_change(&edit.target))
        })
    }

    fn planned(&self, fixes: Fixes, selected: &Selection, walked: &Walked) -> PlannedFixes {
        let path = |file| walked.table.path(file);
        let pages = selected.files.iter().copied().map(path);
        let root = self.settings.root.clone();
        let unswept = fs::folders_to_sweep(&root, pages, walked.table.ids().map(path));
        let skipped = selected.skipped();
        PlannedFixes { fixes, root, hidden: 0, outside: 0, skipped, unswept }
    }
}

impl fmt::Debug for PlannedFixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.fixes.files.len();
        f.debug_struct("PlannedFixes").field("files", &files).finish_non_exhaustive()
    }
}

impl PlannedFixes {
    /// Creates planned fixes for a test.
    #[cfg(test)]
    pub(super) fn of(root: &std::path::Path, files: Vec<FixedFile>) -> Self {
        let made = Fixes {
            files,
            changed: BTreeSet::new(),
            made: Vec::new(),
            ineffective: BTreeSet::new(),
            ending: Ending::Settled,
        };
        let (root, skipped) = (root.to_path_buf(), Skipped::default());
        Self { fixes: made, root, hidden: 0, outside: 0, skipped, unswept: BTreeSet::new() }
    }

    /// Returns the files that the fixes change, sorted by path, with their old and new contents.
    #[must_use]
    pub fn files(&self) -> &[FixedFile] {
        &self.fixes.files
    }

    /// Writes the changes as a unified diff. `on_terminal` says whether the output is a terminal.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_diff(
        &self,
        style: Style,
        on_terminal: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        report::write_diff(&self.fixes.files, style, on_terminal, out)
    }

    /// Writes the changed files to the disk. Each file is written atomically, and only if it has
    /// not changed since it was read. The returned report lists the files that could not be
    /// written.
    #[must_use]
    pub fn write(mut self) -> FixReport {
        let folder = |file: &FixedFile| Some(self.root.join(&file.path).parent()?.to_owned());
        self.unswept.extend(self.fixes.files.iter().filter_map(folder));
        let swept = fs::sweep(&self.unswept);
        let (mut failures, mut unsure) = (Vec::new(), Vec::new());
        let mut left = BTreeSet::new();
        for file in &self.fixes.files {
            match fs::write_page(&self.root, file) {
                Ok(WriteOutcome::Done) => {}
                Ok(WriteOutcome::Unsure(reason)) => {
                    unsure.push(format!("{}: {reason}", file.path));
                }
                Ok(WriteOutcome::Changed) => {
                    left.insert(file.path.clone());
                    self.fixes.changed.insert(file.path.clone());
                }
                Err(error) => {
                    left.insert(file.path.clone());
                    failures.push(format!("{}: {error}", file.path));
                }
            }
        }
        FixReport { planned: self, left, failures, unsure, swept }
    }

    /// Writes a summary of the fixes that are available.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        self.summary("would be fixed", &BTreeSet::new(), out)?;
        if self.hidden > 0 {
            let hidden = counted(self.hidden, "finding");
            writeln!(out, "{hidden} hidden by the baseline: not fixed")?;
        }
        self.skipped.write(out)
    }

    /// Writes a summary of the fixes that the caller wrote itself.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_fixed_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        self.summary("fixed", &BTreeSet::new(), out)
    }

    fn summary(&self, verb: &str, left: &BTreeSet<String>, out: &mut dyn Write) -> io::Result<()> {
        self.counts(verb, left, out)?;
        let mut line = |text: &str| writeln!(out, "{}", escape_workflow_commands(&printable(text)));
        for path in &self.fixes.changed {
            line(&format!("skipped {path}: it changed during the run"))?;
        }
        for (path, rule) in &self.fixes.ineffective {
            line(&format!("skipped {path}: the fix of {rule} has no effect"))?;
        }
        if self.outside > 0 {
            let findings = counted(self.outside, "finding");
            line(&format!("{findings} not fixed: a file that is not checked would change"))?;
        }
        match &self.fixes.ending {
            Ending::Settled => {}
            Ending::Unfinished => line("more fixes are available: run the command again")?,
            Ending::Unsettled(pages) => {
                line(
                    "the fixes of these pages would never come to an end, so none was applied; this \
                     is a bug in Dateline, please report it with the pages:",
                )?;
                for path in pages {
                    line(&format!("- {path}"))?;
                }
            }
        }
        Ok(())
    }

    /// Writes the number of fixed findings, without the fixes that change a file in `left`.
    fn counts(&self, verb: &str, left: &BTreeSet<String>, out: &mut dyn Write) -> io::Result<()> {
        let counts = self.fixes.counts(left);
        let total = counted(counts.values().sum(), "finding");
        let files = counted((self.fixes.files.len() - left.len()) as u64, "file");
        let rules: Vec<_> = counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let colon = if rules.is_empty() { "" } else { ": " };
        writeln!(out, "{total} in {files} {verb}{colon}{}", rules.join(", "))
    }
}

/// The result of writing fixes.
pub struct FixReport {
    planned: PlannedFixes,
    /// The paths of the files that were not written.
    left: BTreeSet<String>,
    /// The files that could not be written, with the errors.
    failures: Vec<String>,
    /// The files that were written but that a power failure may lose, with the errors.
    unsure: Vec<String>,
    /// The number of removed temporary files that killed runs had left behind.
    swept: u64,
}

impl fmt::Debug for FixReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixReport").field("unwritten", &self.left).finish_non_exhaustive()
    }
}

impl FixReport {
    /// Returns the paths of the fixed files that were not written. Either they changed in the
    /// meantime, or writing them failed with an error that [`FixReport::check_written`] returns.
    pub fn unwritten(&self) -> impl Iterator<Item = &str> {
        self.left.iter().map(String::as_str)
    }

    /// Returns the paths of the files that were written, in order.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        let files = self.planned.fixes.files.iter().map(|file| file.path.as_str());
        files.filter(|path| !self.left.contains(*path))
    }

    /// Writes a summary of the applied fixes.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        self.planned.summary("fixed", &self.left, out)?;
        if self.swept > 0 {
            let files = counted(self.swept, "temporary file");
            writeln!(out, "removed {files} left behind by a killed run")?;
        }
        Ok(())
    }

    /// Returns an error if a file could not be written, or if a power failure may lose it.
    ///
    /// # Errors
    /// Returns [`SessionError::Write`], which lists all of these files.
    pub fn check_written(&self) -> Result<(), SessionError> {
        let unsure = format!("{UNSURE}: ");
        let lists = [("cannot write ", &self.failures), (&*unsure, &self.unsure)];
        let told = lists.into_iter().filter(|(_, files)| !files.is_empty());
        let told: Vec<_> = told.map(|(what, files)| what.to_owned() + &files.join("; ")).collect();
        if told.is_empty() { Ok(()) } else { Err(SessionError::Write(told.join("; "))) }
    }
}

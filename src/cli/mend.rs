//! `dateline check --fix` and `--diff`: passes of fixes until nothing is left to do.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::Failure;
use super::agreed::Agreed;
use super::disk;
use super::scene::Scene;
use super::selection::Selection;
use crate::archive::page_texts::PageTexts;
use crate::config::Settings;
use crate::diagnostic::{Applicability, counted, escape_workflow_commands, printable};
use crate::fix::{Ending, FileChanges, FixedFile, Fixes, Passes};
use crate::linter::Linter;
use crate::source_status::Outcome;

/// What the fixes would make of an archive.
pub(super) struct Mending {
    pub(super) fixes: Fixes,
    /// How many findings the baseline holds.
    hidden: u64,
    /// What was to be looked at.
    selected: Selection,
    /// Folders in which a killed run may have left something.
    unswept: BTreeSet<PathBuf>,
}

/// Which fixes are made.
pub(super) struct Terms<'a> {
    /// How sure a fix must be.
    pub(super) allowed: Applicability,
    /// What is known of their sources; nothing if nobody asked.
    pub(super) outcomes: &'a [Outcome],
    /// Today, in UTC.
    pub(super) today: Date,
    /// What is left as it is.
    pub(super) agreed: &'a Agreed<'a>,
}

/// Checks and mends in memory, pass after pass. The scene's files are gone from it afterwards.
pub(super) fn mend(
    terms: &Terms<'_>,
    settings: &Settings,
    scene: &mut Scene,
) -> Result<Mending, Failure> {
    let mut walked = std::mem::take(&mut scene.walked);
    let mut passes = Passes::new(&*scene.source, terms.allowed);
    let mut hidden;
    loop {
        let stage = scene.stage(settings, walked).for_fixes();
        let online = !terms.outcomes.is_empty();
        let linter = Linter { online, ..stage.linter(passes.workspace(), terms.today) };
        let mut linted = linter.run(&stage.selected.files);
        linted.online(terms.outcomes);
        let (found, summary) = linted.finish();
        hidden = 0;
        let mut progress = passes.withdraw(&found, &stage.archive);
        if progress.is_none() {
            let mut diagnostics;
            let texts = PageTexts::new(&stage.archive, passes.workspace());
            (diagnostics, hidden) = terms.agreed.hide(found, &texts);
            if let Some(changes) = &scene.changes {
                changes.sift(&stage, passes.workspace(), terms.today, &mut diagnostics)?;
            }
            let may_change = |target: &_| stage.selected.may_change(target, settings);
            let dropped = summary.dropped;
            progress = passes.advance(&diagnostics, &stage.archive, &may_change, dropped);
        }
        let (left, selected) = stage.into_parts();
        walked = left;
        let Some(FileChanges { added, removed }) = progress else {
            let path = |file| walked.table.path(file);
            let pages = selected.files.iter().copied().map(path);
            let unswept =
                disk::folders_to_sweep(&settings.root, pages, walked.table.ids().map(path));
            return Ok(Mending { fixes: passes.finish(), hidden, selected, unswept });
        };
        if !(added.is_empty() && removed.is_empty()) {
            walked = walked.with_other_files(added, &removed);
        }
    }
}

impl Mending {
    /// One of files that a test makes.
    #[cfg(test)]
    pub(super) fn of(files: Vec<FixedFile>) -> Self {
        let made = Fixes {
            files,
            changed: BTreeSet::new(),
            made: Vec::new(),
            ineffective: BTreeSet::new(),
            ending: Ending::Settled,
        };
        let selected = Selection::default();
        Self { fixes: made, hidden: 0, selected, unswept: BTreeSet::new() }
    }

    /// Writes the files, each whole or not at all.
    pub(super) fn write(mut self, root: &Path) -> Written {
        let folder = |file: &FixedFile| Some(root.join(&file.path).parent()?.to_owned());
        self.unswept.extend(self.fixes.files.iter().filter_map(folder));
        let swept = disk::sweep(&self.unswept);
        let (mut failures, mut unsure) = (Vec::new(), Vec::new());
        let mut left = BTreeSet::new();
        for file in &self.fixes.files {
            match disk::write_page(root, file) {
                Ok(disk::Written::Done) => {}
                Ok(disk::Written::Unsure(reason)) => {
                    unsure.push(format!("{}: {reason}", file.path));
                }
                Ok(disk::Written::Changed) => {
                    left.insert(file.path.clone());
                    self.fixes.changed.insert(file.path.clone());
                }
                Err(reason) => {
                    left.insert(file.path.clone());
                    failures.push(format!("{}: {reason}", file.path));
                }
            }
        }
        Written { mending: self, left, failures, unsure, swept }
    }

    /// Says what would be mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.account("would be mended", &BTreeSet::new(), out)?;
        if self.hidden > 0 {
            let hidden = counted(self.hidden, "finding");
            writeln!(out, "{hidden} hidden by the baseline: left as they are")?;
        }
        self.selected.write_account(out)
    }

    fn account(&self, verb: &str, left: &BTreeSet<String>, out: &mut dyn Write) -> io::Result<()> {
        self.account_of_files(verb, left, out)?;
        let mut line = |what: &str, path: &str| {
            writeln!(out, "{}", escape_workflow_commands(&format!("{what}: {}", printable(path))))
        };
        for path in &self.fixes.changed {
            line("left alone, changed while it was being mended", path)?;
        }
        for (path, rule) in &self.fixes.ineffective {
            line(&format!("left alone, since the fix of {rule} shows no effect"), path)?;
        }
        match &self.fixes.ending {
            Ending::Settled => {}
            Ending::Unfinished => {
                writeln!(out, "there is more to fix: run the same command again")?;
            }
            Ending::Unsettled(pages) => {
                let how = "the fixes of these pages do not come to an end, so none is made there";
                writeln!(
                    out,
                    "{how}; this is a bug in Dateline, please report it with the pages:"
                )?;
                for path in pages {
                    writeln!(
                        out,
                        "{}",
                        escape_workflow_commands(&format!("- {}", printable(path)))
                    )?;
                }
            }
        }
        Ok(())
    }
}

impl Mending {
    /// Says how much was mended, but for fixes that change one of the files `left` as they were.
    fn account_of_files(
        &self,
        verb: &str,
        left: &BTreeSet<String>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let counts = self.fixes.counts(left);
        let total = counted(counts.values().sum(), "finding");
        let files = counted((self.fixes.files.len() - left.len()) as u64, "file");
        let rules: Vec<_> = counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let colon = if rules.is_empty() { "" } else { ": " };
        writeln!(out, "{total} in {files} {verb}{colon}{}", rules.join(", "))
    }
}

/// What was written.
pub(super) struct Written {
    mending: Mending,
    /// The files that are as they were.
    left: BTreeSet<String>,
    /// The files that could not be written, and why.
    failures: Vec<String>,
    /// Those that are written and may yet be lost, and why.
    unsure: Vec<String>,
    /// How many files of killed runs were removed.
    swept: u64,
}

impl Written {
    /// Says what was mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.mending.account("mended", &self.left, out)?;
        if self.swept > 0 {
            let files = counted(self.swept, "temporary file");
            writeln!(out, "removed {files} of a run that was killed")?;
        }
        Ok(())
    }

    /// What could not be written, or not for sure, if anything.
    pub(super) fn failure(self) -> Option<Failure> {
        let unsure = format!("{}: ", disk::UNSURE);
        let lists = [("cannot write ", self.failures), (&*unsure, self.unsure)];
        let told = lists.into_iter().filter(|(_, files)| !files.is_empty());
        let told: Vec<_> = told.map(|(what, files)| what.to_owned() + &files.join("; ")).collect();
        (!told.is_empty()).then(|| Failure::Message(told.join("; ")))
    }
}

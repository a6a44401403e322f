//! `dateline check --fix` and `--diff`: passes of fixes until nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::Failure;
use super::agreed::Agreed;
use super::disk;
use super::scene::Scene;
use super::selection::Selection;
use crate::config::Settings;
use crate::diagnostic::{Applicability, counted, disarmed, printable};
use crate::fix::{MAX_PASSES, Mended, Plan, Workspace};
use crate::linter::Linter;
use crate::verdict::Outcome;

/// What the fixes would make of an archive.
pub(super) struct Mending {
    /// The files that they change.
    pub(super) files: Vec<Mended>,
    counts: BTreeMap<&'static str, u64>,
    /// Files that changed while they were being mended.
    changed: BTreeSet<String>,
    /// Whether the last pass still found something to do.
    gave_up: bool,
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
    let paths = walked.table.ids().map(|file| walked.table.path(file));
    let unswept = disk::folders_to_sweep(&settings.root, paths);
    let mut workspace = Workspace::new(&*scene.source);
    let mut gave_up = true;
    let mut hidden = 0;
    let mut selected = Selection::default();
    for _ in 0..MAX_PASSES {
        let stage = scene.stage(settings, walked);
        let online = !terms.outcomes.is_empty();
        let linter = Linter { online, ..stage.linter(&workspace, terms.today) };
        let mut linted = linter.run(&stage.selected.files);
        linted.online(terms.outcomes);
        let (found, _) = linted.finish();
        let mut diagnostics;
        (diagnostics, hidden) = terms.agreed.hide(found, &stage.archive, &workspace);
        if let Some(changes) = &scene.changes {
            changes.sift(&stage, &workspace, terms.today, &mut diagnostics)?;
        }
        let may_change = |target: &_| stage.selected.may_change(target, settings);
        let plan = Plan::new(&diagnostics, terms.allowed, &may_change);
        let added = workspace.carry_out(plan, &stage.archive);
        (walked, selected) = stage.into_parts();
        let Some(added) = added else {
            gave_up = false;
            break;
        };
        walked = walked.with_files(added);
    }
    let (files, changed, counts) = workspace.finish();
    Ok(Mending { files, counts, changed, gave_up, hidden, selected, unswept })
}

impl Mending {
    /// Writes the files, each whole or not at all.
    pub(super) fn write(mut self, root: &Path) -> Written {
        let folder = |file: &Mended| Some(root.join(&file.path).parent()?.to_owned());
        self.unswept.extend(self.files.iter().filter_map(folder));
        let swept = disk::sweep(&self.unswept);
        let mut failures = Vec::new();
        let mut written = 0;
        for file in &self.files {
            match disk::write_page(root, file) {
                Ok(disk::Written::Done) => written += 1,
                Ok(disk::Written::Changed) => {
                    self.changed.insert(file.path.clone());
                }
                Err(reason) => failures.push(format!("{}: {reason}", file.path)),
            }
        }
        Written { mending: self, files: written, failures, swept }
    }

    /// Says what would be mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.account("would be mended", self.files.len(), out)?;
        if self.hidden > 0 {
            let hidden = counted(self.hidden, "finding");
            writeln!(out, "{hidden} hidden by the baseline: left as they are")?;
        }
        self.selected.write_account(out)
    }

    fn account(&self, verb: &str, files: usize, out: &mut dyn Write) -> io::Result<()> {
        let total = counted(self.counts.values().sum(), "finding");
        let files = counted(files as u64, "file");
        let rules: Vec<_> =
            self.counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let colon = if rules.is_empty() { "" } else { ": " };
        writeln!(out, "{total} in {files} {verb}{colon}{}", rules.join(", "))?;
        for path in &self.changed {
            let line =
                format!("left alone, changed while it was being mended: {}", printable(path));
            writeln!(out, "{}", disarmed(&line))?;
        }
        if self.gave_up {
            writeln!(out, "stopped after {MAX_PASSES} passes: a fix may undo another")?;
        }
        Ok(())
    }
}

/// What was written.
pub(super) struct Written {
    mending: Mending,
    files: usize,
    failures: Vec<String>,
    /// How many files of killed runs were removed.
    swept: u64,
}

impl Written {
    /// Says what was mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.mending.account("mended", self.files, out)?;
        if self.swept > 0 {
            let files = counted(self.swept, "temporary file");
            writeln!(out, "removed {files} of a run that was killed")?;
        }
        Ok(())
    }

    /// What could not be written, if anything.
    pub(super) fn failure(self) -> Option<Failure> {
        if self.failures.is_empty() {
            return None;
        }
        Some(Failure::Message(format!("cannot write {}", self.failures.join("; "))))
    }
}

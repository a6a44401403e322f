//! `dateline check --fix` and `--diff`: passes of fixes until nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::civil::Date;

use super::Failure;
use super::args::CheckArgs;
use super::disk::{self, Disk};
use super::selection::Selection;
use crate::archive::Archive;
use crate::archive::walk::Walked;
use crate::config::Settings;
use crate::diagnostic::{Applicability, printable};
use crate::fix::{MAX_PASSES, Mended, Plan, Workspace};
use crate::linter::Linter;
use crate::report::account;

/// What the fixes would make of an archive.
pub(super) struct Mending {
    /// The files that they change.
    pub(super) files: Vec<Mended>,
    counts: BTreeMap<&'static str, u64>,
    /// Files that changed while they were being mended.
    changed: BTreeSet<String>,
    /// Whether the last pass still found something to do.
    gave_up: bool,
    /// What was to be looked at.
    selected: Selection,
    disk: Disk,
}

/// Checks and mends in memory, pass after pass.
pub(super) fn mend(
    args: &CheckArgs,
    settings: &Settings,
    mut walked: Walked,
    today: Date,
) -> Result<Mending, Failure> {
    let allowed = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let disk = Disk::new(&settings.root, &walked.table, &walked.obstacles);
    let mut workspace = Workspace::new(&disk);
    let mut gave_up = true;
    let mut last = None;
    for _ in 0..MAX_PASSES {
        let Walked { table, obstacles } = walked;
        let archive = Archive::new(table, settings.layout.clone(), settings.resolver.clone());
        let selected = Selection::new(args, settings, &archive, &obstacles)?;
        let linter = Linter {
            settings,
            archive: &archive,
            obstacles: &obstacles,
            source: &workspace,
            today,
            online: false,
            conclusive: false,
        };
        let (diagnostics, _) = linter.run(&selected.files).finish();
        let may_change = |target: &_| selected.may_change(target, settings);
        let plan = Plan::new(&diagnostics, allowed, &may_change);
        let added = workspace.carry_out(plan, &archive);
        last = Some(selected);
        let Some(added) = added else {
            gave_up = false;
            break;
        };
        walked = Walked { table: archive.paths, obstacles }.with_files(added);
    }
    let (files, changed, counts) = workspace.finish();
    let selected = last.unwrap_or_default();
    Ok(Mending { files, counts, changed, gave_up, selected, disk })
}

impl Mending {
    /// Writes the files, each whole or not at all.
    pub(super) fn write(mut self) -> Written {
        let mut failures = Vec::new();
        let mut written = 0;
        for file in &self.files {
            match self.disk.write(file) {
                Ok(disk::Written::Done) => written += 1,
                Ok(disk::Written::Changed) => {
                    self.changed.insert(file.path.clone());
                }
                Err(reason) => failures.push(format!("{}: {reason}", file.path)),
            }
        }
        Written { mending: self, files: written, failures }
    }

    /// Says what would be mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.account("would be mended", self.files.len(), out)?;
        self.selected.write_account(out)
    }

    fn account(&self, verb: &str, files: usize, out: &mut dyn Write) -> io::Result<()> {
        let total = account::counted(self.counts.values().sum(), "finding");
        let files = account::counted(files as u64, "file");
        let rules: Vec<_> =
            self.counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let colon = if rules.is_empty() { "" } else { ": " };
        writeln!(out, "{total} in {files} {verb}{colon}{}", rules.join(", "))?;
        for path in &self.changed {
            let path = printable(path);
            writeln!(out, "{path} changed while it was being mended: left alone")?;
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
}

impl Written {
    /// Says what was mended.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        self.mending.account("mended", self.files, out)
    }

    /// What could not be written, if anything.
    pub(super) fn failure(self) -> Option<Failure> {
        if self.failures.is_empty() {
            return None;
        }
        Some(Failure::Message(format!("cannot write {}", self.failures.join("; "))))
    }
}

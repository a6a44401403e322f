//! `--baseline`: hides what was agreed to be left, and tells of what no longer occurs.

use std::io::{self, Write};
use std::path::Path;

use super::args::CheckArgs;
use super::reach::Reach;
use super::{Failure, disk};
use crate::archive::page_texts::PageTexts;
use crate::baseline::{Baseline, FindingKey, Matched};
use crate::config::discover;
use crate::diagnostic::{Diagnostic, counted, escape_workflow_commands, grouped, printable, quote};

/// The most entries that are named when they no longer occur.
const NAMED: usize = 20;

/// The baseline that a run was given, if any.
#[derive(Default)]
pub(super) struct Agreed<'a> {
    file: Option<&'a Path>,
    /// Whether it is to be written anew.
    updates: bool,
    /// The file as it was read.
    before: Option<Vec<u8>>,
    baseline: Baseline,
}

impl<'a> Agreed<'a> {
    /// Reads the baseline, before any work is done.
    pub(super) fn new(args: &'a CheckArgs) -> Result<Self, Failure> {
        let Some(file) = args.baseline.as_deref() else { return Ok(Self::default()) };
        discover::refuse_links(file)?;
        let updates = args.update_baseline;
        let name = file.display();
        let place = |path: &Path| disk::resolve(path).ok();
        if args.output_file.as_deref().is_some_and(|other| place(other) == place(file)) {
            return Err(Failure::Message(format!(
                "{name} is named twice: the report would replace the baseline"
            )));
        }
        let before = disk::read_if_there(file).map_err(|reason| {
            Failure::Message(format!("cannot read the baseline {name}: {reason}"))
        })?;
        let baseline = match &before {
            _ if args.baseline_anew => Baseline::default(),
            None if updates => Baseline::default(),
            // As a temporary file is made for it.
            Some(bytes) if updates && bytes.is_empty() => Baseline::default(),
            None => {
                let what = "there is no baseline at";
                return Err(Failure::Message(format!(
                    "{what} {name}; --update-baseline writes it"
                )));
            }
            Some(bytes) => Baseline::read(bytes).map_err(|error| {
                Failure::Message(format!("{name} cannot be read as a baseline: {error}"))
            })?,
        };
        Ok(Self { file: Some(file), updates, before, baseline })
    }

    /// The findings that it does not hold, and how many it does.
    pub(super) fn hide(
        &self,
        diagnostics: Vec<Diagnostic>,
        texts: &PageTexts<'_>,
    ) -> (Vec<Diagnostic>, u64) {
        if self.baseline.is_empty() {
            return (diagnostics, 0);
        }
        let Matched { shown, hidden, .. } = self.baseline.hide(diagnostics, texts);
        (shown, hidden)
    }

    /// Hides what it holds of a run's findings, all of which are given. If it is to be written anew, all
    /// of them are hidden.
    pub(super) fn settle(
        &self,
        diagnostics: Vec<Diagnostic>,
        mut reach: Reach<'_>,
    ) -> (Vec<Diagnostic>, Settled<'_>) {
        let Some(file) = self.file else { return (diagnostics, Settled::default()) };
        let texts = &reach.linter.texts;
        reach.leave_out_unknown(&diagnostics);
        let found = self.updates.then(|| Baseline::of(&diagnostics, texts));
        let total = diagnostics.len() as u64;
        let Matched { shown, hidden, left } = self.baseline.hide(diagnostics, texts);
        let mut stale = Vec::new();
        let mut kept = found.unwrap_or_default();
        for (key, count) in left.entries() {
            if reach.covers(key) {
                let of = self.baseline.count(key);
                stale.push(Stale { key: key.clone(), count, of });
            } else {
                kept.add(key.clone(), count);
            }
        }
        if !self.updates {
            return (shown, Settled { hidden, stale, update: None });
        }
        let (added, dropped) = (kept.beyond(&self.baseline), self.baseline.beyond(&kept));
        let before = self.before.as_deref();
        let update = Some(Update { file, before, baseline: kept, added, dropped });
        (Vec::new(), Settled { hidden: total, stale: Vec::new(), update })
    }
}

/// What became of a run's findings by the baseline.
#[derive(Default)]
pub(super) struct Settled<'a> {
    /// How many it hides.
    pub(super) hidden: u64,
    stale: Vec<Stale>,
    update: Option<Update<'a>>,
}

/// Writes a baseline in the place of one that held `before`.
pub(super) fn put(file: &Path, before: Option<&[u8]>, bytes: &[u8]) -> Result<(), Failure> {
    let name = file.display();
    Err(Failure::Message(match disk::write_over(file, before, bytes) {
        Ok(disk::Written::Done) => return Ok(()),
        Ok(disk::Written::Changed) => format!(
            "the baseline {name} changed during the run and was left alone; run again to update it"
        ),
        Ok(disk::Written::Unsure(reason)) => {
            format!("the baseline {name} is {}: {reason}", disk::UNSURE)
        }
        Err(error) => format!("cannot write the baseline {name}: {error}"),
    }))
}

/// An entry that no longer occurs, or less often.
struct Stale {
    key: FindingKey,
    count: u64,
    of: u64,
}

/// What is to be written, and how many findings are added to and dropped from what was there.
struct Update<'a> {
    file: &'a Path,
    /// What is there.
    before: Option<&'a [u8]>,
    baseline: Baseline,
    added: u64,
    dropped: u64,
}

impl Settled<'_> {
    /// Writes the baseline, if that was asked for: when all else has been done.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let Some(Update { file, before, baseline, .. }) = &self.update else { return Ok(()) };
        let mut bytes = Vec::new();
        baseline.write(&mut bytes)?;
        put(file, *before, &bytes)
    }

    /// Says what was written, or which entries no longer occur.
    pub(super) fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(Update { file, baseline, added, dropped, .. }) = &self.update {
            let name = file.display().to_string();
            let findings = counted(baseline.findings(), "finding");
            let entries = counted(baseline.len() as u64, "line");
            let (added, dropped) = (grouped(*added), grouped(*dropped));
            let name = printable(&name);
            writeln!(
                out,
                "{name} holds {findings} in {entries}: {added} added, {dropped} dropped"
            )?;
        }
        if self.stale.is_empty() {
            return Ok(());
        }
        let (what, verb, them) = match self.stale.len() {
            1 => ("1 entry".to_owned(), "occurs", "it"),
            many => (format!("{} entries", grouped(many as u64)), "occur", "them"),
        };
        writeln!(out, "{what} of the baseline no longer {verb}; --update-baseline drops {them}:")?;
        for Stale { key: FindingKey { path, rule, text }, count, of } in
            self.stale.iter().take(NAMED)
        {
            let text = if text.is_empty() { String::new() } else { format!(": {}", quote(text)) };
            let part = if count == of { String::new() } else { format!(" ({count} of {of})") };
            let line = format!("- {}: {}{text}{part}", printable(path), printable(rule));
            writeln!(out, "{}", escape_workflow_commands(&line))?;
        }
        match self.stale.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => writeln!(out, "- and {} more", grouped(more as u64)),
        }
    }
}

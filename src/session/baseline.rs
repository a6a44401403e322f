//! The baseline of a session. Hides recorded findings, records new ones, and finds lapsed entries.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::baseline_coverage::Coverage;
use super::error::{BaselineFileError, SessionError};
use super::fs::{self, WriteOutcome};
use super::options::{BaselineMode, BaselineOptions};
use crate::archive::page_texts::PageTexts;
use crate::baseline::{Baseline, FindingKey, Matched};
use crate::config::discover;
use crate::diagnostic::{Diagnostic, counted, escape_workflow_commands, grouped, printable, quote};

/// The maximum number of lapsed entries in the summary.
const NAMED: usize = 20;

/// The baseline of a session, or an empty baseline if the session has none.
#[derive(Default)]
pub(super) struct SessionBaseline {
    file: Option<PathBuf>,
    /// Whether the file will be written.
    updates: bool,
    /// The content of the file before the run, or `None` if the file does not exist.
    before: Option<Vec<u8>>,
    baseline: Baseline,
}

impl SessionBaseline {
    /// Reads the baseline. Runs before any other work, so that errors in the file are reported
    /// early.
    pub(super) fn new(options: Option<&BaselineOptions>) -> Result<Self, SessionError> {
        let Some(BaselineOptions { file, mode }) = options else { return Ok(Self::default()) };
        discover::refuse_links(file)?;
        let updates = *mode != BaselineMode::Hide;
        let path = || file.clone();
        let before = fs::read_if_there(file)
            .map_err(|source| BaselineFileError::Unreadable { path: path(), source })?;
        let baseline = match &before {
            _ if *mode == BaselineMode::Replace => Baseline::default(),
            None if updates => Baseline::default(),
            // The caller may have created an empty temporary file for the baseline.
            Some(bytes) if updates && bytes.is_empty() => Baseline::default(),
            None => return Err(BaselineFileError::Missing { path: path() }.into()),
            Some(bytes) => Baseline::read(bytes)
                .map_err(|source| BaselineFileError::Invalid { path: path(), source })?,
        };
        Ok(Self { file: Some(path()), updates, before, baseline })
    }

    /// Returns the findings that are not in the baseline, and the number of findings that are.
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

    /// Records one more finding, and writes the file.
    pub(super) fn add(
        &self,
        found: &Diagnostic,
        texts: &PageTexts<'_>,
    ) -> Result<(), BaselineFileError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut baseline = self.baseline.clone();
        for (key, count) in Baseline::of(std::slice::from_ref(found), texts).entries() {
            baseline.add(key.clone(), count);
        }
        write(file, self.before.as_deref(), &baseline)
    }

    /// Hides the recorded findings among all findings of a run, and finds the lapsed entries. If
    /// the baseline is being updated, hides all findings and prepares the update.
    pub(super) fn settle(
        &self,
        diagnostics: Vec<Diagnostic>,
        mut coverage: Coverage<'_>,
    ) -> (Vec<Diagnostic>, BaselineResult) {
        let Some(file) = &self.file else { return (diagnostics, BaselineResult::default()) };
        coverage.leave_out_unknown(&diagnostics);
        let texts = &coverage.linter.texts;
        let found = self.updates.then(|| Baseline::of(&diagnostics, texts));
        let total = diagnostics.len() as u64;
        let Matched { shown, hidden, left } = self.baseline.hide(diagnostics, texts);
        let mut lapsed = Vec::new();
        let mut kept = found.unwrap_or_default();
        for (key, count) in left.entries() {
            if coverage.covers(key) {
                let of = self.baseline.count(key);
                lapsed.push(LapsedEntry { key: key.clone(), count, of });
            } else {
                kept.add(key.clone(), count);
            }
        }
        if !self.updates {
            return (shown, BaselineResult { hidden, lapsed, update: None });
        }
        let (added, dropped) = (kept.beyond(&self.baseline), self.baseline.beyond(&kept));
        let (file, before) = (file.clone(), self.before.clone());
        let update = Some(Update { file, before, baseline: kept, added, dropped });
        (Vec::new(), BaselineResult { hidden: total, lapsed: Vec::new(), update })
    }
}

/// The result of applying the baseline to the findings of a run.
#[derive(Default)]
pub(super) struct BaselineResult {
    /// The number of hidden findings.
    pub(super) hidden: u64,
    lapsed: Vec<LapsedEntry>,
    update: Option<Update>,
}

fn write(file: &Path, before: Option<&[u8]>, baseline: &Baseline) -> Result<(), BaselineFileError> {
    let mut bytes = Vec::new();
    baseline
        .write(&mut bytes)
        .map_err(|source| BaselineFileError::Unwritable { path: file.to_path_buf(), source })?;
    put(file, before, &bytes)
}

/// Writes a baseline if its file has not changed since the run read it. `before` is the content at
/// that time, or `None` if the file did not exist.
pub(super) fn put(
    file: &Path,
    before: Option<&[u8]>,
    bytes: &[u8],
) -> Result<(), BaselineFileError> {
    let path = file.to_path_buf();
    match fs::write_over(file, before, bytes) {
        Ok(WriteOutcome::Done) => Ok(()),
        Ok(WriteOutcome::Changed) => Err(BaselineFileError::Changed { path }),
        Ok(WriteOutcome::Unsure(reason)) => Err(BaselineFileError::Unsure { path, reason }),
        Err(source) => Err(BaselineFileError::Unwritable { path, source }),
    }
}

/// An entry that the run covers and whose finding occurs less often than recorded, or not at all.
struct LapsedEntry {
    key: FindingKey,
    count: u64,
    of: u64,
}

/// An update of the baseline file, with the numbers of added and dropped findings.
struct Update {
    file: PathBuf,
    /// The content of the file before the run.
    before: Option<Vec<u8>>,
    baseline: Baseline,
    added: u64,
    dropped: u64,
}

impl BaselineResult {
    /// Writes the baseline file if the session updates it. Runs after everything else.
    pub(super) fn write(&self) -> Result<(), BaselineFileError> {
        let Some(Update { file, before, baseline, .. }) = &self.update else { return Ok(()) };
        write(file, before.as_deref(), baseline)
    }

    /// Writes a summary of the update, or lists the lapsed entries.
    pub(super) fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
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
        if self.lapsed.is_empty() {
            return Ok(());
        }
        let (what, verb, them) = match self.lapsed.len() {
            1 => ("1 entry".to_owned(), "occurs", "it"),
            many => (format!("{} entries", grouped(many as u64)), "occur", "them"),
        };
        writeln!(out, "{what} of the baseline no longer {verb}; --update-baseline drops {them}:")?;
        for LapsedEntry { key: FindingKey { path, rule, text }, count, of } in
            self.lapsed.iter().take(NAMED)
        {
            let text = if text.is_empty() { String::new() } else { format!(": {}", quote(text)) };
            let part = if count == of { String::new() } else { format!(" ({count} of {of})") };
            let line = format!("- {}: {}{text}{part}", printable(path), printable(rule));
            writeln!(out, "{}", escape_workflow_commands(&line))?;
        }
        match self.lapsed.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => writeln!(out, "- and {} more", grouped(more as u64)),
        }
    }
}

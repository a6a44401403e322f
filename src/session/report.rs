//! What a check found, and what it did and did not look at.

use std::io::{self, Write};

use super::baseline::BaselineResult;
use super::changes::ChangeCounts;
use super::error::SessionError;
use super::selection::Skipped;
use super::source_status::LookupSummary;
use crate::archive::Archive;
use crate::archive::page_texts::{KeptTexts, PageTexts};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::linter::{PageSource, Summary};
use crate::report::{self, Files, Format, Hidden, PositionRange, Results, Style, summary};
use crate::source_status::Outcome;

/// What a check found.
pub struct Report {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) summary: Summary,
    pub(super) hidden: Hidden,
    /// Whether sources were contacted.
    pub(super) online: bool,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) archive: Archive,
    pub(super) source: Box<dyn PageSource>,
    /// The texts that the check has read again.
    pub(super) texts: KeptTexts,
    /// The path from the repository's root to the archive's.
    pub(super) prefix: String,
    pub(super) baseline: BaselineResult,
    pub(super) changes: Option<ChangeCounts>,
    pub(super) skipped: Skipped,
    pub(super) lookup: LookupSummary,
}

/// A finding with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedFinding {
    /// The rule's id: `related/not-found`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The page's path, relative to the archive's root, with `/`.
    pub path: String,
    /// The offending text: lines and columns from 1 (columns in Unicode scalar values), and bytes.
    pub range: PositionRange,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it has a fix, and how safe that is.
    pub fix: Option<Applicability>,
}

impl Report {
    /// Returns the findings, sorted by path and position.
    ///
    /// Lines and columns are computed here: a page that is no longer in memory is read again, so ask for
    /// them before the pages change.
    #[must_use]
    pub fn findings(&self) -> Vec<LocatedFinding> {
        let texts = self.texts();
        let files = Files::new(&texts, &self.prefix);
        let located = |found: &Diagnostic| {
            let finding = &found.finding;
            LocatedFinding {
                rule: found.rule,
                severity: found.severity,
                path: files.path(found.file).to_owned(),
                range: files.place(found.file, finding.span),
                message: finding.message.clone(),
                help: finding.help.clone(),
                fix: finding.fix.as_ref().map(|fix| fix.applicability),
            }
        };
        self.diagnostics.iter().map(located).collect()
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Whether there is no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether a finding is at least this severe.
    #[must_use]
    pub fn has(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|found| found.severity >= severity)
    }

    /// What was read, in numbers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Writes the findings in a format.
    ///
    /// # Errors
    /// What the writer fails with.
    pub fn write(&self, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
        report::write(format, style, &self.results(&self.texts()), out)
    }

    /// A warning about a report in this format, if its reader will refuse it.
    #[must_use]
    pub fn caution(&self, format: Format) -> Option<String> {
        report::caution(format, &self.results(&self.texts()))
    }

    /// Writes how many findings each rule has, most first.
    ///
    /// # Errors
    /// What the writer fails with.
    pub fn write_statistics(&self, out: &mut dyn Write) -> io::Result<()> {
        summary::write_statistics(&self.diagnostics, out)
    }

    /// Writes the baseline, if the session is to update it.
    ///
    /// # Errors
    /// If it cannot be written, or changed during the check.
    pub fn write_baseline(&self) -> Result<(), SessionError> {
        Ok(self.baseline.write()?)
    }

    /// Writes what was read, found, hidden and left out.
    ///
    /// # Errors
    /// What the writer fails with.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        summary::write(&self.results(&self.texts()), &self.outcomes, out)?;
        self.baseline.write_summary(out)?;
        if let Some(changes) = &self.changes {
            changes.write(out)?;
        }
        self.skipped.write(out)?;
        self.lookup.write(out)
    }

    fn texts(&self) -> PageTexts<'_> {
        PageTexts::with_kept(&self.archive, &*self.source, self.texts.clone())
    }

    fn results<'r>(&'r self, texts: &'r PageTexts<'r>) -> Results<'r> {
        Results {
            diagnostics: &self.diagnostics,
            summary: self.summary,
            hidden: self.hidden,
            online: self.online,
            texts,
            prefix: &self.prefix,
        }
    }
}

//! The report of a check: its findings, and what it read, hid and skipped.

use std::fmt;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use super::baseline::BaselineResult;
use super::changes::ChangeCounts;
use super::error::SessionError;
use super::selection::Skipped;
use super::source_lookup::LookupSummary;
use crate::archive::Archive;
use crate::archive::page_texts::{KeptTexts, PageTexts};
use crate::config::Settings;
use crate::config::settings::RootOrigin;
use crate::config::toml_text::TomlValue;
use crate::diagnostic::{Applicability, Diagnostic, Severity, escape_workflow_commands, printable};
use crate::linter::{PageSource, Summary};
use crate::report::{
    self, Files, Format, Hidden, PositionRange, Results, ShownPaths, Style, summary,
};
use crate::source_status::Outcome;

/// The report of a check.
pub struct Report {
    /// The findings, sorted by path and position.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Counts of what the check read, such as pages and links.
    pub(super) summary: Summary,
    /// The number of hidden findings, by reason.
    pub(super) hidden: Hidden,
    /// Whether the check contacted servers.
    pub(super) online: bool,
    /// The status of each source that was looked up.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) archive: Archive,
    /// The source of the pages' bytes.
    pub(super) source: Box<dyn PageSource>,
    /// The page texts that the check read last, so that the report need not read them again.
    pub(super) texts: KeptTexts,
    /// The path of the archive's root, relative to the root of the repository.
    pub(super) prefix: String,
    /// The result of applying the baseline.
    pub(super) baseline: BaselineResult,
    /// Counts of the changes, if only changes were checked.
    pub(super) changes: Option<ChangeCounts>,
    /// Whether the changes may cause findings in files that were not checked.
    pub(super) affects_others: bool,
    /// Whether other pages may have other findings because of the text of the page that an editor holds.
    pub(super) page_affects_others: bool,
    /// The number of files that were not checked, by reason.
    pub(super) skipped: Skipped,
    /// Counts of the sources that were and were not looked up.
    pub(super) lookup: LookupSummary,
    pub(super) root: ReportedRoot,
    /// The paths in reports for people.
    pub(super) shown: ShownPaths,
    /// The maximum number of findings that reports list, or `None` for no limit.
    pub(super) max_findings: Option<NonZeroUsize>,
}

/// What a user needs to know about the archive's root.
pub(super) enum ReportedRoot {
    /// Nothing: it is where the user expects it.
    Expected,
    /// It was found by the layout.
    Inferred(PathBuf),
    /// No page below the folder where the search began fits the default layout.
    NoPages,
    /// Pages in other folders fit the default layout.
    Others(Vec<String>),
    /// No page fits the layout in this settings file.
    NoPagesBy(PathBuf),
    /// No page fits the layout in the root that an option names. Pages fit in these other folders.
    WrongOption(String, Vec<String>),
    /// No page fits the layout in the root by the settings file at this path. Pages fit in these other
    /// folders, which are relative to the folder of the file.
    WrongSettings(PathBuf, Vec<String>),
}

/// The maximum number of folders that a note names.
const MOST_ROOTS: usize = 5;

impl ReportedRoot {
    /// The paths of folders that an option can name are relative to `working_directory`.
    pub(super) fn new(
        settings: &Settings,
        archive: &Archive,
        working_directory: Option<&Path>,
    ) -> Self {
        match (&settings.root_origin, &settings.file) {
            (RootOrigin::WrongOption(roots), _) => {
                let shown =
                    |path: &Path| ShownPaths::new(path, working_directory).root().to_owned();
                let roots = roots.iter().map(|root| shown(root)).collect();
                Self::WrongOption(shown(&settings.root), roots)
            }
            (RootOrigin::WrongSettings(roots), Some(file)) => {
                let roots = roots.iter().map(|root| shown_below(root, file.parent())).collect();
                Self::WrongSettings(file.clone(), roots)
            }
            (RootOrigin::Layout, _) => Self::Inferred(settings.root.clone()),
            (RootOrigin::Unknown(roots), _) if !roots.is_empty() => Self::Others(roots.clone()),
            _ if archive.has_dated_pages() => Self::Expected,
            (_, Some(file)) => Self::NoPagesBy(file.clone()),
            (_, None) => Self::NoPages,
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let note = match self {
            Self::Expected => return Ok(()),
            Self::Inferred(root) => {
                format!("archive root: {} (inferred from the layout)", root.display())
            }
            Self::NoPages => "no page fits the default layout; run `dateline init`".to_owned(),
            Self::Others(roots) => {
                format!(
                    "pages fit the default layout in {}; name the archive's root with `--root`",
                    first_of(roots)
                )
            }
            Self::WrongOption(root, roots) => {
                let advice = match &**roots {
                    [only] => format!("pass `--root {only}`"),
                    _ => "name one of them with `--root`".to_owned(),
                };
                format!(
                    "no page fits the layout in {root}, but pages fit in {}; {advice}",
                    first_of(roots)
                )
            }
            Self::WrongSettings(file, roots) => {
                let advice = match &**roots {
                    [only] => format!("set `archive.root = {}`", TomlValue::text(only)),
                    _ => "name one of them in `archive.root`".to_owned(),
                };
                format!(
                    "no page fits the layout in the root by {}, but pages fit in {}; {advice}",
                    file.display(),
                    first_of(roots)
                )
            }
            Self::NoPagesBy(file) => {
                format!("no page fits the layout in {}; correct `[layout]`", file.display())
            }
        };
        writeln!(out, "{}", escape_workflow_commands(&printable(&note)))
    }
}

/// Returns the first folders of a list, as words.
fn first_of(roots: &[String]) -> String {
    let more = if roots.len() > MOST_ROOTS { ", …" } else { "" };
    roots[..roots.len().min(MOST_ROOTS)].join(", ") + more
}

/// Returns a path relative to `folder` if it is in it, with `/` as the separator.
fn shown_below(path: &Path, folder: Option<&Path>) -> String {
    let inside = folder.and_then(|folder| path.strip_prefix(folder).ok());
    match inside.map(|inside| inside.to_string_lossy().replace(MAIN_SEPARATOR, "/")) {
        Some(inside) if inside.is_empty() => ".".to_owned(),
        Some(inside) => inside,
        None => path.display().to_string(),
    }
}

/// A finding with its path and its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedFinding {
    /// The id of the rule, such as `related/not-found`.
    pub rule: &'static str,
    /// The severity of the finding.
    pub severity: Severity,
    /// The path of the page, relative to the archive's root, with `/` as the separator.
    pub path: String,
    /// The range of the offending text. Lines and columns start at 1, byte offsets at 0. Columns
    /// count Unicode scalar values.
    pub range: PositionRange,
    /// The message that says what is wrong.
    pub message: String,
    /// The advice on how to solve the problem.
    pub help: Option<String>,
    /// The safety of the fix, if the finding has a fix.
    pub fix: Option<Applicability>,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.diagnostics.len();
        f.debug_struct("Report").field("findings", &findings).finish_non_exhaustive()
    }
}

impl Report {
    /// Returns the findings, sorted by path and position.
    ///
    /// This method computes lines and columns, and may read pages again to do so. Call it before
    /// the pages change.
    #[must_use]
    pub fn findings(&self) -> Vec<LocatedFinding> {
        let texts = self.texts();
        let files = Files::new(&texts, &self.prefix, &self.shown);
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

    /// Returns the number of findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Returns whether the check has no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Returns whether a finding has at least this severity.
    #[must_use]
    pub fn has(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|found| found.severity >= severity)
    }

    /// Returns counts of what the check read, such as pages and links.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Returns the number of findings that the baseline hides.
    #[must_use]
    pub fn hidden_by_baseline(&self) -> u64 {
        self.hidden.baseline
    }

    /// Returns the number of files that were not checked, by reason.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// Returns the numbers of changed files, if only changes were checked.
    #[must_use]
    pub fn changes(&self) -> Option<&ChangeCounts> {
        self.changes.as_ref()
    }

    /// Returns the status of each source that was looked up.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Writes the findings in a format.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write(&self, format: Format, style: Style, out: &mut dyn Write) -> io::Result<()> {
        report::write(format, style, &self.results(&self.texts()), out)
    }

    /// Limits the number of findings that reports list. Without a limit, they list all findings. Summaries
    /// and statistics always count all findings.
    pub fn set_max_findings(&mut self, max_findings: Option<NonZeroUsize>) {
        self.max_findings = max_findings;
    }

    /// Returns a warning if the program for which the format is intended will reject the report.
    #[must_use]
    pub fn caution(&self, format: Format) -> Option<String> {
        report::caution(format, &self.results(&self.texts()))
    }

    /// Returns a note on how many findings the report does not list. Returns `None` if it lists all
    /// findings, or if a report in this format contains the note.
    #[must_use]
    pub fn note_of_limit(&self, format: Format) -> Option<String> {
        let is_needed = format != Format::Human;
        is_needed.then(|| self.results(&self.texts()).note_of_limit()).flatten()
    }

    /// Returns whether the human format ends with the number of findings of each rule.
    #[must_use]
    pub fn ends_with_statistics(&self) -> bool {
        self.diagnostics.len() >= report::MANY
    }

    /// Writes the number of findings of each rule, in descending order.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_statistics(&self, out: &mut dyn Write) -> io::Result<()> {
        summary::write_statistics(&self.diagnostics, out)
    }

    /// Writes the baseline, if the session updates it.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or if it changed during the check.
    pub fn write_baseline(&self) -> Result<(), SessionError> {
        Ok(self.baseline.write()?)
    }

    /// Writes a summary of what the check read, found, hid and skipped.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        self.root.write(out)?;
        summary::write(&self.results(&self.texts()), &self.outcomes, out)?;
        self.baseline.write_summary(out)?;
        if let Some(changes) = &self.changes {
            changes.write(out)?;
        }
        self.skipped.write(out)?;
        self.lookup.write(out)
    }

    /// Returns the archive as far as the check listed it.
    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Returns whether other pages may have other findings than before, because the text of the checked page
    /// differs from the one that the session knows as the text before.
    pub(crate) fn page_affects_others(&self) -> bool {
        self.page_affects_others
    }

    /// Returns the findings, sorted by path and position.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Returns the texts of the pages that the check read.
    pub(crate) fn texts(&self) -> PageTexts<'_> {
        PageTexts::with_kept(&self.archive, &*self.source, self.texts.clone())
    }

    fn results<'r>(&'r self, texts: &'r PageTexts<'r>) -> Results<'r> {
        let all = &self.diagnostics;
        let most = self.max_findings.map_or(all.len(), |most| most.get().min(all.len()));
        Results {
            diagnostics: all,
            listed: &all[..most],
            summary: self.summary,
            hidden: self.hidden,
            online: self.online,
            texts,
            prefix: &self.prefix,
            shown: &self.shown,
        }
    }
}

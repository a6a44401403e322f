//! The command `dateline check`.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use super::panics::silently;
use crate::cli::args::{CheckArgs, FailOn, OutputFormat};
use crate::cli::error::{CliError, FOUND};
use crate::cli::observer::{CliObserver, patience};
use crate::cli::terminal::{self, Stream, is_terminal, say, shown_path, stderr, style, to_stdout};
use crate::session::{
    Applicability, BaselineMode, BaselineOptions, CheckOptions, Fixed, Format, Input, OutputFile,
    Report, Session, Severity, SourceOptions, Style,
};

/// The maximum number of findings in the human format, unless the command line says otherwise.
const MAX_FINDINGS: usize = 100;

/// Checks or fixes the archive, or shows what fixes would change. Returns the exit code.
pub(super) fn run(args: &CheckArgs) -> Result<u8, CliError> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(CliError::Dash);
    }
    let given = args.stdin_filename.as_ref().map_or(&args.paths[..], std::slice::from_ref);
    let paths = args.origin.paths(given);
    let options = options(args);
    let observer = Arc::new(CliObserver::new(args.verbose, args.contact.shows_bar(args.quiet)));
    let output = args.output_file.as_deref().map(OutputFile::new).transpose()?;
    if let (Some(output), Some(baseline)) = (&output, &args.baseline)
        && output.is_same(baseline)
    {
        let path = baseline.display().to_string();
        return Err(CliError::ReportOverBaseline { path });
    }
    let session = Session::open_paths(&paths, options)?.with_observer(observer.clone());
    let mut run = Run { args, session, output, observer };
    if args.verbose {
        run.say_settings();
    }
    // Read standard input only after loading the settings. An editor then learns about invalid
    // settings before it sends the page.
    let page = args.stdin_filename.as_ref().map(|_| read_stdin()).transpose()?;
    if let Some(page) = &page {
        run.session = run.session.with_page(page.clone());
    }
    // Hide panic messages: a panic on a page becomes a finding.
    silently(|| match (args.diff, args.fix, &page) {
        (true, ..) => run.diff(),
        (false, true, Some(page)) => run.print_fixed(page),
        (false, true, None) => run.fix(),
        (false, false, _) => run.check(),
    })
}

/// Records the findings of a whole archive in a new baseline, for `dateline init`. Returns the exit
/// code.
pub(super) fn record_baseline(
    root: &Path,
    baseline: &Path,
    jobs: Option<NonZeroUsize>,
) -> Result<u8, CliError> {
    let baseline = BaselineOptions { file: baseline.to_path_buf(), mode: BaselineMode::Replace };
    let options = CheckOptions { baseline: Some(baseline), jobs, ..CheckOptions::default() };
    let session = Session::open(root, options)?;
    silently(|| {
        let report = session.check()?;
        report.write_baseline()?;
        report.write_summary(&mut stderr())?;
        Ok(0)
    })
}

/// Converts the arguments to the options of a session.
fn options(args: &CheckArgs) -> CheckOptions {
    let input = match (&args.stdin_filename, &args.since) {
        (Some(_), _) => Input::Page(Vec::new()),
        (None, Some(commit)) => Input::Since(commit.clone()),
        (None, None) if args.staged => Input::Staged,
        (None, None) => Input::Disk,
    };
    let mode = if args.update_baseline { BaselineMode::Update } else { BaselineMode::Hide };
    let baseline = args.baseline.clone().map(|file| BaselineOptions { file, mode });
    let sources = SourceOptions {
        online: args.online,
        only: args.only_sources,
        ledger: args.ledger.clone(),
        contact: args.contact.options(),
        patience: patience(),
    };
    CheckOptions {
        settings: args.origin.origin(),
        root: args.origin.root.clone(),
        select: args.select.clone(),
        extend_select: args.extend_select.clone(),
        ignore: args.ignore.clone(),
        exclude: args.exclude.clone(),
        input,
        unsaved: BTreeMap::new(),
        baseline,
        sources,
        working_directory: terminal::working_directory(),
        jobs: args.jobs,
        today: None,
    }
}

fn read_stdin() -> Result<Vec<u8>, CliError> {
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text).map_err(CliError::Stdin)?;
    Ok(text)
}

/// One run of `dateline check`.
struct Run<'a> {
    args: &'a CheckArgs,
    session: Session,
    output: Option<OutputFile>,
    observer: Arc<CliObserver>,
}

impl Run<'_> {
    fn say_settings(&self) {
        let file = self.session.settings_file().map(shown_path);
        let file = file.unwrap_or_else(|| "none, using the defaults".to_owned());
        say(&format!("settings: {file}\nroot:     {}", shown_path(self.session.root())));
    }

    /// Checks the archive and writes the report.
    fn check(&self) -> Result<u8, CliError> {
        self.report(self.session.check()?, |_| Ok(()))
    }

    /// Shows what fixes would change.
    fn diff(&self) -> Result<u8, CliError> {
        let preview = self.session.preview_fixes(self.allowed())?;
        let shown = self.output.is_none() && is_terminal(Stream::Output);
        let style = self.style();
        self.write_output(|out| preview.fixes().write_diff(style, shown, out))?;
        if !self.args.quiet {
            preview.write_summary(&mut stderr())?;
        }
        Ok(if preview.fixes().files().is_empty() { 0 } else { FOUND })
    }

    /// Applies fixes, and reports the remaining findings.
    fn fix(&self) -> Result<u8, CliError> {
        let Fixed { written, report } = self.session.fix(self.allowed())?;
        let report = report.map_err(CliError::from);
        let code = report.and_then(|report| self.report(report, |out| written.write_summary(out)));
        if code.is_err() && !self.args.quiet {
            // Report the fixes even if the second check or its report failed, because pages have
            // changed.
            written.write_summary(&mut stderr())?;
        }
        written.check_written()?;
        code
    }

    /// Prints the page of standard input with its fixes applied, and reports the remaining findings on
    /// standard error. Unless `--fail-on` is given, the exit code is 0 even if findings remain, because
    /// editors discard the output of a formatter that fails.
    fn print_fixed(self, page: &[u8]) -> Result<u8, CliError> {
        let preview = self.session.preview_fixes(self.allowed())?;
        // Fixes change no page but the one that is checked.
        let fixed = preview.fixes().files().first().map_or(page, |fixed| &fixed.after).to_vec();
        self.write_output(|out| out.write_all(&fixed))?;
        if !self.args.quiet {
            preview.fixes().write_fixed_summary(&mut stderr())?;
        }
        drop(preview);
        let mut run = Self { session: self.session.with_page(fixed), ..self };
        // The page is on standard output, or in the file.
        run.output = None;
        let mut report = run.session.check()?;
        report.set_max_findings(run.max_findings());
        run.write_report(&report, style(run.args.color, Stream::Error), &mut stderr())?;
        Ok(run.code(&report, FailOn::Never))
    }

    fn allowed(&self) -> Applicability {
        Applicability::safe_if(!self.args.unsafe_fixes)
    }

    /// Writes the report, the baseline and the summary. `preface` writes the first part of the
    /// summary.
    fn report(
        &self,
        mut report: Report,
        preface: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<u8, CliError> {
        report.set_max_findings(self.max_findings());
        self.write_output(|out| self.write_report(&report, self.style(), out))?;
        report.write_baseline()?;
        self.observer.lap("report");
        if !self.args.quiet {
            let mut out = stderr();
            preface(&mut out)?;
            report.write_summary(&mut out)?;
        }
        Ok(self.code(&report, FailOn::Error))
    }

    /// Returns the exit code. `default` says which findings make the run fail without `--fail-on`.
    fn code(&self, report: &Report, default: FailOn) -> u8 {
        let fails = match self.args.fail_on.unwrap_or(default) {
            FailOn::Never => false,
            FailOn::Warning => !report.is_empty(),
            FailOn::Error => report.has(Severity::Error),
        };
        if fails { FOUND } else { 0 }
    }

    fn write_report(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let format = format(self.args.output_format);
        report.write(format, style, out)?;
        if let Some(caution) = report.caution(format).filter(|_| !self.args.quiet) {
            say(&caution);
        }
        // Without this note, a report that lists only some of the findings would look complete.
        if let Some(note) = report.note_of_limit(format) {
            say(&note);
        }
        let are_shown =
            format == Format::Human && self.output.is_none() && report.ends_with_statistics();
        if self.args.statistics && !are_shown {
            report.write_statistics(&mut stderr())?;
        }
        Ok(())
    }

    fn style(&self) -> Style {
        let style = style(self.args.color, Stream::Output);
        Style { color: style.color && self.output.is_none(), ..style }
    }

    /// Returns the maximum number of findings that the report lists.
    fn max_findings(&self) -> Option<NonZeroUsize> {
        let is_human = format(self.args.output_format) == Format::Human;
        let default = if is_human { MAX_FINDINGS } else { 0 };
        NonZeroUsize::new(self.args.max_findings.unwrap_or(default))
    }

    /// Writes to standard output, or to the file of `--output-file`. If the reader of standard
    /// output stops reading, the run continues without an error.
    fn write_output(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        match &self.output {
            None => to_stdout(write)?,
            Some(file) => {
                let mut report = Vec::new();
                write(&mut report)?;
                file.write(&report)?;
            }
        }
        Ok(())
    }
}

fn format(format: OutputFormat) -> Format {
    match format {
        OutputFormat::Human => Format::Human,
        OutputFormat::Concise => Format::Concise,
        OutputFormat::Json => Format::Json,
        OutputFormat::Jsonl => Format::JsonLines,
        OutputFormat::Sarif => Format::Sarif,
        OutputFormat::Github => Format::Github,
        OutputFormat::Gitlab => Format::Gitlab,
        OutputFormat::Junit => Format::Junit,
    }
}

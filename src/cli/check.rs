//! `dateline check`.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{CheckArgs, FailOn, OutputFormat};
use super::disk::{self, Disk};
use super::known::Known;
use super::mend::{self, Mending};
use super::selection::Selection;
use super::terminal::{Stream, is_terminal, style};
use super::{FOUND, Failure};
use crate::archive::Archive;
use crate::archive::walk::{Walked, walk};
use crate::config::{RuleSet, Settings, discover, rules as selection};
use crate::diagnostic::{Applicability, Diagnostic, Severity, printable};
use crate::linter::Linter;
use crate::report::{self, Format, Results, account};
use crate::rule::{Check, Rule};
use crate::rules;

pub(super) fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let mut clock = Clock::new(args.verbose);
    let settings = settings(args)?;
    let known = Known::new(args, &settings)?;
    let jobs = set_jobs(args)?;
    if args.verbose {
        let file = settings.file.as_ref().map(|file| file.display().to_string());
        let file = file.as_deref().unwrap_or("none, the defaults hold");
        let root = settings.root.to_string_lossy();
        eprintln!("settings: {}\nroot:     {}", printable(file), printable(&root));
    }
    let mut walked = walk(&settings.root, jobs);
    clock.lap("walk");
    let today = today();
    // A panic on one page becomes a diagnostic; what the default hook would print is in it.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut mended, mut outcomes) = (None, None);
    if args.fix || args.diff {
        let (back, urls) = known.urls(walked, today)?;
        walked = back;
        let found = known.look(&urls)?;
        let allowed = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let terms = mend::Terms { paths: &args.paths, allowed, outcomes: &found, today };
        let mending = mend::mend(&terms, &settings, walked)?;
        clock.lap("fix");
        if args.diff {
            let code = show_diff(args, &mending)?;
            if !args.quiet {
                known.write_account(&mut io::stderr().lock())?;
            }
            return Ok(code);
        }
        mended = Some(mending.write());
        clock.lap("write");
        walked = walk(&settings.root, jobs);
        outcomes = Some(found);
    }
    let Walked { table, obstacles } = walked;
    let archive = Archive::new(table, settings.layout.clone(), settings.resolver.clone());
    let selected = Selection::new(&args.paths, &settings, &archive, &obstacles)?;
    let disk = Disk::new(&settings.root, &archive.paths, &obstacles);
    let linter = Linter {
        settings: &settings,
        archive: &archive,
        obstacles: &obstacles,
        source: &disk,
        today,
        online: known.is_any(),
        conclusive: known.is_conclusive(),
    };
    let mut linted = linter.run(&selected.files);
    clock.lap("check");
    let outcomes = match outcomes {
        // What the fixes cite now is looked at another time.
        Some(outcomes) => outcomes,
        None => known.look(&linted.source_urls())?,
    };
    linted.online(&outcomes);
    let (diagnostics, summary) = linted.finish();
    drop(std::panic::take_hook());
    let results = Results {
        diagnostics: &diagnostics,
        summary,
        online: args.online,
        archive: &archive,
        source: &disk,
    };
    write_output(args, |out| write_report(args, &results, out))?;
    clock.lap("report");
    if !args.quiet {
        let mut out = io::stderr().lock();
        if let Some(mended) = &mended {
            mended.write_account(&mut out)?;
        }
        account::write(&results, &outcomes, &mut out)?;
        selected.write_account(&mut out)?;
        known.write_account(&mut out)?;
    }
    if let Some(failure) = mended.and_then(mend::Written::failure) {
        return Err(failure);
    }
    Ok(if fails(args.fail_on, &diagnostics) { FOUND } else { 0 })
}

/// Today, in UTC.
pub(super) fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "the rules are given today's date from here")]
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Shows what the fixes would change.
fn show_diff(args: &CheckArgs, mending: &Mending) -> Result<u8, Failure> {
    let files = &mending.files;
    let shown = args.output_file.is_none() && is_terminal(Stream::Output);
    let style = report::Style {
        color: args.output_file.is_none() && style(args.color, Stream::Output).color,
        ..style(args.color, Stream::Output)
    };
    write_output(args, |out| report::write_diff(files, style, shown, out))?;
    if !args.quiet {
        mending.write_account(&mut io::stderr().lock())?;
    }
    Ok(if files.is_empty() { 0 } else { FOUND })
}

/// The settings of the file, and over them those of the command line.
fn settings(args: &CheckArgs) -> Result<Settings, Failure> {
    let infos = rules::infos();
    let first = args.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let mut settings = discover::load(first, &args.origin.origin(), &infos)?;
    let set = |selectors: &[String]| -> Result<RuleSet, Failure> {
        let mut set = RuleSet::default();
        for selector in selectors {
            let found = selection::select(&infos, selector).map_err(|(message, help)| {
                Failure::Message(format!("{message}; {}", help.unwrap_or_default()))
            })?;
            set = set.union(found);
        }
        Ok(set)
    };
    let select = if args.select.is_empty() { None } else { Some(set(&args.select)?) };
    settings.rules.command(select, set(&args.extend_select)?, set(&args.ignore)?);
    if args.only_sources {
        let is_online = |rule: &&Rule| matches!(rule.check, Check::Online(_));
        let online = rules::RULES.iter().enumerate().filter(|(_, rule)| is_online(rule));
        settings.rules.restrict(online.map(|(index, _)| index).collect());
    }
    Ok(settings)
}

/// How many threads run at once.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

fn set_jobs(args: &CheckArgs) -> Result<usize, Failure> {
    let jobs = args.jobs.map_or_else(processors, std::num::NonZeroUsize::get);
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build_global()
        .map_err(|error| Failure::Message(format!("cannot start {jobs} threads: {error}")))?;
    Ok(jobs)
}

/// Writes to standard output, or whole to the file that was asked for.
fn write_output(
    args: &CheckArgs,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match &args.output_file {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out)?;
            out.flush()?;
        }
        Some(path) => {
            let mut report = Vec::new();
            write(&mut report)?;
            disk::write_whole(path, &report).map_err(|error| {
                Failure::Message(format!("cannot write {}: {error}", path.display()))
            })?;
        }
    }
    Ok(())
}

fn write_report(args: &CheckArgs, results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let format = match args.output_format {
        OutputFormat::Human => Format::Human,
        OutputFormat::Concise => Format::Concise,
        OutputFormat::Json => Format::Json,
        OutputFormat::Jsonl => Format::JsonLines,
    };
    if args.statistics && matches!(format, Format::Human | Format::Concise) {
        return account::write_statistics(results.diagnostics, out);
    }
    let style = match args.output_file {
        None => style(args.color, Stream::Output),
        Some(_) => report::Style { color: false, ..style(args.color, Stream::Output) },
    };
    report::write(format, style, results, out)?;
    if args.statistics {
        account::write_statistics(results.diagnostics, &mut io::stderr().lock())?;
    }
    Ok(())
}

fn fails(fail_on: FailOn, diagnostics: &[Diagnostic]) -> bool {
    match fail_on {
        FailOn::Never => false,
        FailOn::Warning => !diagnostics.is_empty(),
        FailOn::Error => {
            diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
        }
    }
}

/// Says on standard error how long each part took, if asked to.
struct Clock {
    shown: bool,
    last: Instant,
}

impl Clock {
    fn new(shown: bool) -> Self {
        Self { shown, last: Instant::now() }
    }

    fn lap(&mut self, what: &str) {
        if self.shown {
            eprintln!("{what}: {} ms", self.last.elapsed().as_millis());
        }
        self.last = Instant::now();
    }
}

//! `dateline check`.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::{CheckArgs, FailOn, OutputFormat};
use super::disk::{self, Disk};
use super::progress::Bar;
use super::terminal::{Stream, is_terminal, style};
use super::{FOUND, Failure};
use crate::address::AddressPolicy;
use crate::archive::Archive;
use crate::archive::walk::{Obstacle, Walked, walk};
use crate::config::{RuleSet, Settings, discover, rules as selection};
use crate::diagnostic::{Diagnostic, Severity, printable};
use crate::linter::{Linted, Linter, is_page};
use crate::probe::{ProbeSettings, probe};
use crate::report::{self, Format, Results, account};
use crate::rules;
use crate::span::FileId;
use crate::verdict::Outcome;

pub(super) fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let mut clock = Clock::new(args.verbose);
    let settings = settings(args)?;
    let jobs = set_jobs(args)?;
    if args.verbose {
        let file = settings.file.as_ref().map(|file| file.display().to_string());
        let file = file.as_deref().unwrap_or("none, the defaults hold");
        let root = settings.root.to_string_lossy();
        eprintln!("settings: {}\nroot:     {}", printable(file), printable(&root));
    }
    let Walked { table, obstacles } = walk(&settings.root, jobs);
    clock.lap("walk");
    let archive = Archive::new(table, settings.layout.clone(), settings.resolver.clone());
    let selected = Selection::new(args, &settings, &archive, &obstacles)?;
    let disk = Disk::new(&settings.root, &archive, &obstacles);
    #[expect(clippy::disallowed_methods, reason = "the rules are given today's date from here")]
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let linter = Linter {
        settings: &settings,
        archive: &archive,
        obstacles: &obstacles,
        source: &disk,
        today,
        online: args.online,
    };
    // A panic on one page becomes a diagnostic; what the default hook would print is in it.
    std::panic::set_hook(Box::new(|_| {}));
    let mut linted = linter.run(&selected.files);
    clock.lap("check");
    let outcomes = if args.online { contact(args, &settings, &linted)? } else { Vec::new() };
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
    write_findings(args, &results)?;
    clock.lap("report");
    if !args.quiet {
        let mut out = io::stderr().lock();
        account::write(&results, &outcomes, &mut out)?;
        selected.write_account(&mut out)?;
    }
    Ok(if fails(args.fail_on, &diagnostics) { FOUND } else { 0 })
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
    if !args.select.is_empty() {
        settings.rules.select_only(set(&args.select)?);
    }
    settings.rules.extend(set(&args.extend_select)?);
    settings.rules.ignore(set(&args.ignore)?);
    Ok(settings)
}

fn set_jobs(args: &CheckArgs) -> Result<usize, Failure> {
    let available = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let jobs = args.jobs.map_or(available, std::num::NonZeroUsize::get);
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build_global()
        .map_err(|error| Failure::Message(format!("cannot start {jobs} threads: {error}")))?;
    Ok(jobs)
}

/// The pages that a run is to check.
struct Selection {
    files: Vec<FileId>,
    /// Files named on the command line that are no pages of the archive, or excluded.
    passed_over: u64,
    /// Pages below what was named that the settings exclude.
    excluded: usize,
}

impl Selection {
    fn new(
        args: &CheckArgs,
        settings: &Settings,
        archive: &Archive,
        obstacles: &[(FileId, Obstacle)],
    ) -> Result<Self, Failure> {
        let mut named = Vec::new();
        for path in &args.paths {
            let path = disk::canonical(path).map_err(Failure::Message)?;
            let inside = path.strip_prefix(&settings.root).map_err(|_| {
                let (path, root) = (path.display(), settings.root.display());
                Failure::Message(format!("{path} is outside the archive's root {root}"))
            })?;
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            let is_file = !archive.paths.is_folder(&name);
            named.push((name, is_file));
        }
        let hides_pages: BTreeSet<FileId> = obstacles
            .iter()
            .filter(|(_, obstacle)| obstacle.may_hide_pages())
            .map(|(file, _)| *file)
            .collect();
        let is_included = |file: FileId| {
            let path = archive.path(file);
            (is_page(path) || hides_pages.contains(&file)) && !settings.exclude.matches(path)
        };
        let is_named = |path: &str| {
            named.iter().any(|(name, _)| {
                let rest = path.strip_prefix(name.as_str());
                rest.is_some_and(|rest| name.is_empty() || rest.is_empty() || rest.starts_with('/'))
            })
        };
        let files = archive.paths.ids().filter(|&file| is_included(file));
        let files: Vec<_> = files.filter(|&file| is_named(archive.path(file))).collect();
        let is_checked = |name: &str| archive.paths.file(name).is_some_and(is_included);
        let passed_over = named.iter().filter(|(name, is_file)| *is_file && !is_checked(name));
        let passed_over = passed_over.count() as u64;
        let is_excluded = |path: &str| is_page(path) && settings.exclude.matches(path);
        let paths = archive.paths.ids().map(|file| archive.path(file));
        let excluded = paths.filter(|path| is_named(path) && is_excluded(path)).count();
        Ok(Self { files, passed_over, excluded })
    }

    fn write_account(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.excluded > 0 {
            writeln!(out, "{} page(s) excluded by the settings: not checked", self.excluded)?;
        }
        match self.passed_over {
            0 => Ok(()),
            1 => writeln!(out, "1 file named is no page of the archive, or excluded: not checked"),
            many => writeln!(
                out,
                "{many} files named are no pages of the archive, or excluded: not checked"
            ),
        }
    }
}

/// Contacts the sources of the checked pages.
fn contact(
    args: &CheckArgs,
    settings: &Settings,
    linted: &Linted<'_>,
) -> Result<Vec<Outcome>, Failure> {
    let probing = ProbeSettings {
        timeout: settings.sources.timeout,
        delay: settings.sources.delay,
        concurrency: settings.sources.concurrency,
        policy: AddressPolicy::new(args.allow_address.clone()),
        ..ProbeSettings::default()
    };
    let shown = is_terminal(Stream::Error) && !args.no_progress && !args.quiet;
    let urls = linted.source_urls();
    probe(urls, &probing, None, &Bar::new(shown)).map_err(|error| {
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Failure::Message(format!("cannot check sources: {error}{reason}"))
    })
}

fn write_findings(args: &CheckArgs, results: &Results<'_>) -> Result<(), Failure> {
    match &args.output_file {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write_report(args, results, &mut out)?;
            out.flush()?;
        }
        Some(path) => {
            let mut report = Vec::new();
            write_report(args, results, &mut report)?;
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

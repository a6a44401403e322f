//! `dateline check`.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::agreed::Agreed;
use super::args::{CheckArgs, FailOn, OutputFormat};
use super::changes::Changes;
use super::disk;
use super::known::Known;
use super::mend::{self, Mending, Written};
use super::reach::Reach;
use super::scene::Scene;
use super::terminal::{Stream, is_terminal, quiet, say, stderr, style, to_stdout};
use super::{FOUND, Failure};
use crate::config::{RuleSet, Settings, discover, rules as selection};
use crate::diagnostic::{Applicability, Diagnostic, Severity, printable};
use crate::linter::Linter;
use crate::report::{self, Format, Hidden, Results, summary};
use crate::rules;
use crate::source_status::Outcome;

pub(super) fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let settings = settings(args)?;
    if let Some(file) = &args.output_file {
        discover::refuse_links(file)?;
    }
    let known = Known::new(args, &settings)?;
    let agreed = Agreed::new(args)?;
    let jobs = set_jobs(args.jobs)?;
    let clock = Clock::new(args.verbose);
    let mut run = Run { args, settings: &settings, known, agreed, jobs, today: today(), clock };
    if args.verbose {
        run.say_settings();
    }
    // A panic on one page becomes a diagnostic.
    silently(|| {
        let scene = run.scene()?;
        if args.diff {
            run.diff(scene)
        } else if args.fix {
            run.fix(scene)
        } else {
            run.report(scene, None)
        }
    })
}

/// Does what guards itself against panics; what the default hook would print of them is no help.
pub(super) fn silently<T>(work: impl FnOnce() -> T) -> T {
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    drop(std::panic::take_hook());
    done
}

/// One run of the command.
struct Run<'a> {
    args: &'a CheckArgs,
    settings: &'a Settings,
    known: Known<'a>,
    agreed: Agreed<'a>,
    jobs: usize,
    today: Date,
    clock: Clock,
}

impl Run<'_> {
    fn say_settings(&self) {
        let file = self.settings.file.as_ref().map(|file| file.display().to_string());
        let file = file.as_deref().unwrap_or("none, the defaults hold");
        let root = self.settings.root.to_string_lossy();
        say(&format!("settings: {}\nroot:     {}", printable(file), printable(&root)));
    }

    fn scene(&mut self) -> Result<Scene, Failure> {
        let scene = Scene::new(self.args, self.settings, self.jobs)?;
        self.clock.lap("walk");
        Ok(scene)
    }

    /// Makes the fixes in memory; with what is known of sources.
    fn mend(&mut self, scene: &mut Scene) -> Result<(Mending, Vec<Outcome>), Failure> {
        let known = self.known.look(&self.known.urls(scene, self.today))?;
        let allowed = Applicability::safe_if(!self.args.unsafe_fixes);
        let terms =
            mend::Terms { allowed, outcomes: &known, today: self.today, agreed: &self.agreed };
        let mending = mend::mend(&terms, self.settings, scene)?;
        self.clock.lap("fix");
        Ok((mending, known))
    }

    /// Shows what the fixes would change.
    fn diff(&mut self, mut scene: Scene) -> Result<u8, Failure> {
        let args = self.args;
        let (mending, _) = self.mend(&mut scene)?;
        let shown = args.output_file.is_none() && is_terminal(Stream::Output);
        let style = report::Style {
            color: args.output_file.is_none() && style(args.color, Stream::Output).color,
            ..style(args.color, Stream::Output)
        };
        write_output(args, |out| report::write_diff(&mending.fixes.files, style, shown, out))?;
        if !args.quiet {
            let mut out = stderr();
            mending.write_account(&mut out)?;
            self.known.write_account(&mut out)?;
        }
        Ok(if mending.fixes.files.is_empty() { 0 } else { FOUND })
    }

    /// Makes the fixes, and reports what is left.
    fn fix(&mut self, mut scene: Scene) -> Result<u8, Failure> {
        let (mending, outcomes) = self.mend(&mut scene)?;
        let written = mending.write(&self.settings.root);
        self.clock.lap("write");
        let scene = scene.again(self.settings, self.jobs);
        self.clock.lap("walk");
        let code = self.report(scene, Some((&written, outcomes)));
        if code.is_err() && !self.args.quiet {
            // Whatever became of the report, pages have changed.
            written.write_account(&mut stderr())?;
        }
        written.failure().map_or(code, Err)
    }

    /// Checks and reports; after fixes, with what was mended and was known for it of sources.
    fn report(
        &mut self,
        mut scene: Scene,
        mended: Option<(&Written, Vec<Outcome>)>,
    ) -> Result<u8, Failure> {
        let (args, today, known) = (self.args, self.today, &self.known);
        let walked = std::mem::take(&mut scene.walked);
        let (mut stage, source) = (scene.stage(self.settings, walked), &*scene.source);
        let changes = &scene.changes;
        if changes.as_ref().is_some_and(Changes::is_empty) {
            // What is as it was is found as it was.
            stage.selected.files.clear();
        }
        // Of what did not change nobody asks.
        let conclusive = known.is_conclusive() && changes.is_none();
        let online = known.is_any();
        let linter = Linter { online, conclusive, ..stage.linter(source, today) };
        let mut linted = linter.run(&stage.selected.files);
        self.clock.lap("check");
        let (mended, outcomes) = mended.unzip();
        let outcomes = if let Some(outcomes) = outcomes {
            // What the fixes cite now is looked at another time.
            outcomes
        } else {
            let asks = |file| scene.asks(stage.archive.path(file));
            known.look(&linted.source_urls(&asks))?
        };
        linted.online(&outcomes);
        let reach = Reach::new(&linter, &stage.selected, &linted, &outcomes);
        let (found, summary) = linted.finish();
        let (mut diagnostics, settled) = self.agreed.settle(found, reach);
        let mut hidden = Hidden { baseline: settled.hidden, ..Hidden::default() };
        if let Some(changes) = changes {
            hidden.unchanged = changes.sift(&stage, source, today, &mut diagnostics)?;
        }
        let results = Results {
            diagnostics: &diagnostics,
            summary,
            hidden,
            online: args.online,
            texts: &linter.texts,
            prefix: &self.settings.path_to_root(),
        };
        write_output(args, |out| write_report(args, &results, out))?;
        settled.write()?;
        self.clock.lap("report");
        if !args.quiet {
            let mut out = stderr();
            if let Some(mended) = mended {
                mended.write_account(&mut out)?;
            }
            summary::write(&results, &outcomes, &mut out)?;
            settled.write_account(&mut out)?;
            if let Some(changes) = changes {
                changes.write_account(hidden.unchanged, &mut out)?;
            }
            stage.selected.write_account(&mut out)?;
            known.write_account(&mut out)?;
        }
        Ok(if fails(args.fail_on, &diagnostics) { FOUND } else { 0 })
    }
}

/// Today, in UTC.
pub(super) fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "the rules are given today's date from here")]
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// The settings of the file, and over them those of the command line.
fn settings(args: &CheckArgs) -> Result<Settings, Failure> {
    let infos = rules::infos();
    let first = args.stdin_filename.as_ref().or(args.paths.first());
    let mut first = first.map_or(Path::new("."), PathBuf::as_path);
    if args.may_name_what_is_not_there() {
        first = disk::nearest(first);
    }
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
        let online = rules::RULES.iter().enumerate().filter(|(_, rule)| rule.is_online());
        settings.rules.restrict(online.map(|(index, _)| index).collect());
    }
    Ok(settings)
}

/// How many threads run at once.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Sets how many threads read pages, by default one for each processor.
pub(super) fn set_jobs(jobs: Option<NonZeroUsize>) -> Result<usize, Failure> {
    let jobs = jobs.map_or_else(processors, NonZeroUsize::get);
    let made = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
    match made {
        // It can be set once; a second command of one run finds it set.
        Err(error) if rayon::current_num_threads() != jobs => {
            Err(Failure::Message(format!("cannot start {jobs} threads: {error}")))
        }
        _ => Ok(jobs),
    }
}

/// Writes to standard output, or whole to the file that was asked for. That nobody reads on is no
/// failure, and does not keep a run from what comes after its report.
fn write_output(
    args: &CheckArgs,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match &args.output_file {
        None => to_stdout(write)?,
        Some(path) => {
            let mut report = Vec::new();
            write(&mut report)?;
            put_report(path, &report)?;
        }
    }
    Ok(())
}

/// Writes a report to the file at `path`.
pub(super) fn put_report(path: &Path, report: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    match disk::write_whole(path, report) {
        Ok(disk::Written::Unsure(reason)) => {
            Err(Failure::Message(format!("{name} is {}: {reason}", disk::UNSURE)))
        }
        written => quiet(written.map(|_| ()))
            .map_err(|error| Failure::Message(format!("cannot write {name}: {error}"))),
    }
}

fn write_report(args: &CheckArgs, results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let format = match args.output_format {
        OutputFormat::Human => Format::Human,
        OutputFormat::Concise => Format::Concise,
        OutputFormat::Json => Format::Json,
        OutputFormat::Jsonl => Format::JsonLines,
        OutputFormat::Sarif => Format::Sarif,
        OutputFormat::Github => Format::Github,
        OutputFormat::Gitlab => Format::Gitlab,
        OutputFormat::Junit => Format::Junit,
    };
    if args.statistics && matches!(format, Format::Human | Format::Concise) {
        return summary::write_statistics(results.diagnostics, out);
    }
    let style = match args.output_file {
        None => style(args.color, Stream::Output),
        Some(_) => report::Style { color: false, ..style(args.color, Stream::Output) },
    };
    report::write(format, style, results, out)?;
    if let Some(caution) = report::caution(format, results).filter(|_| !args.quiet) {
        say(&caution);
    }
    if args.statistics {
        summary::write_statistics(results.diagnostics, &mut stderr())?;
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
            say(&format!("{what}: {} ms", self.last.elapsed().as_millis()));
        }
        self.last = Instant::now();
    }
}

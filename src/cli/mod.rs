//! The command line: reads arguments, runs, prints, and turns what happened into an exit code.

mod agreed;
mod args;
mod changes;
mod check;
mod contact;
mod disk;
mod explain;
mod init;
mod interrupt;
mod known;
mod list;
mod mend;
mod progress;
mod reach;
mod scene;
mod selection;
mod sources;
mod stage;
mod terminal;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::config::LoadError;
use crate::config::discover::{self, Origin};
use crate::config::{self};
use crate::diagnostic::{counted, escape_workflow_commands, printable};
use crate::linter;
use crate::report;
use crate::rules;
use args::{Cli, ColorArgs, Command, ConfigCommand, OriginArgs};
use terminal::{Stream, style};

/// Findings at or above the severity of `--fail-on`.
const FOUND: u8 = 1;
/// Wrong usage, settings or environment.
const FAILED: u8 = 2;

/// Why a run could not do its work; what is said of it goes to standard error.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The settings, or a path.
    Load(LoadError),
    /// Anything else, in words.
    Message(String),
    /// The output could not be written.
    Output(io::Error),
    /// The run was stopped by hand.
    Interrupted,
    /// The program itself is wrong; what it says of that.
    Defect(String),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    interrupt::listen();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors to clap, but not failures.
            let printed = error.print();
            return match printed {
                _ if error.use_stderr() => FAILED.into(),
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    fail(&Failure::Output(error), terminal::NO_COLOR)
                }
                _ => ExitCode::SUCCESS,
            };
        }
    };
    let color = color_of(&cli.command);
    match guarded(|| run(cli.command)) {
        Ok(code) => code.into(),
        Err(failure) => fail(&failure, color),
    }
}

/// What a command is told about colours.
fn color_of(command: &Command) -> ColorArgs {
    match command {
        Command::Check(args) => args.color,
        Command::Explain { color, .. }
        | Command::Config { command: ConfigCommand::Show { color, .. } } => *color,
        Command::Config { command: ConfigCommand::Schema }
        | Command::Init(_)
        | Command::Rules { .. }
        | Command::Sources { .. } => terminal::NO_COLOR,
    }
}

fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Explain { rule, color } => explain::run(&rule, color),
        Command::Init(args) => init::run(&args),
        Command::Rules { output_format } => list::run(output_format),
        Command::Sources { command } => sources::run(command),
        Command::Config { command: ConfigCommand::Schema } => print_schema(),
        Command::Config { command: ConfigCommand::Show { path, origin, .. } } => {
            show_config(&path, &origin)
        }
    }
}

/// Does the work of a run. A panic outside the pages and the rules, which are guarded one by one, is a
/// failure like others: it is told, and ends the run with their code.
fn guarded(work: impl FnOnce() -> Result<u8, Failure>) -> Result<u8, Failure> {
    linter::guarded(work).unwrap_or_else(|panic| Err(Failure::Defect(panic)))
}

impl Failure {
    /// The exit code of a run that ends with it.
    fn code(&self) -> u8 {
        if matches!(self, Self::Interrupted) { interrupt::code() } else { FAILED }
    }
}

fn fail(failure: &Failure, color: ColorArgs) -> ExitCode {
    match failure {
        Failure::Interrupted => {}
        Failure::Defect(message) => {
            say(&format!("this is a bug in Dateline, please report it: {message}"));
        }
        Failure::Output(error) => say(&format!("cannot write the output: {error}")),
        Failure::Message(message) => say(message),
        Failure::Load(LoadError::Wrong(errors)) => {
            let style = style(color, Stream::Error);
            let _ = report::write_config_errors(&errors.kept, style, &mut terminal::stderr());
            let shown = match errors.more {
                0 => String::new(),
                _ => format!("; showing the first {}", errors.kept.len()),
            };
            let count = counted(errors.len() as u64, "error");
            say(&format!("found {count} in the settings{shown}"));
        }
        Failure::Load(error) => say(&error.to_string()),
    }
    failure.code().into()
}

/// Says what failed; a path in it may come from an archive.
fn say(message: &str) {
    terminal::say(&format!("error: {}", escape_workflow_commands(&printable(message))));
}

impl OriginArgs {
    fn origin(&self) -> Origin {
        match &self.config {
            Some(file) => Origin::File(file.clone()),
            None if self.isolated => Origin::Defaults,
            None => Origin::Search,
        }
    }
}

fn print_schema() -> Result<u8, Failure> {
    terminal::write_stdout(&format!("{:#}\n", config::schema::schema(&rules::infos())))?;
    Ok(0)
}

fn show_config(path: &std::path::Path, origin: &OriginArgs) -> Result<u8, Failure> {
    let settings = discover::load(path, &origin.origin(), &rules::infos())?;
    terminal::write_stdout(&config::show::show(&settings))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One outside the pages once ended a check with 101 and without a word.
    #[test]
    fn a_panic_of_a_run_is_a_failure_that_is_told() {
        type Work = fn() -> Result<u8, Failure>;
        let panics: [(Work, &str); 2] = [
            (|| panic!("what went wrong"), "what went wrong"),
            (|| check::silently(|| panic!("at page {}", 7)), "at page 7"),
        ];
        for (work, message) in panics {
            let failure = guarded(work).unwrap_err();
            assert!(matches!(&failure, Failure::Defect(text) if text == message), "{failure:?}");
            assert_eq!(failure.code(), FAILED);
        }
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
    }
}

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
use crate::diagnostic::{disarmed, printable};
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
    let (color, outcome) = match cli.command {
        Command::Check(args) => (args.color, check::run(&args)),
        Command::Explain { rule, color } => (color, explain::run(&rule, color)),
        Command::Init(args) => (terminal::NO_COLOR, init::run(&args)),
        Command::Rules { output_format } => (terminal::NO_COLOR, list::run(output_format)),
        Command::Sources { command } => (terminal::NO_COLOR, sources::run(command)),
        Command::Config { command: ConfigCommand::Show { path, origin, color } } => {
            (color, show_config(&path, &origin))
        }
    };
    match outcome {
        Ok(code) => code.into(),
        Err(failure) => fail(&failure, color),
    }
}

fn fail(failure: &Failure, color: ColorArgs) -> ExitCode {
    match failure {
        Failure::Interrupted => return interrupt::code().into(),
        Failure::Output(error) => say(&format!("cannot write the output: {error}")),
        Failure::Message(message) => say(message),
        Failure::Load(LoadError::Wrong(errors)) => {
            let style = style(color, Stream::Error);
            let _ = report::write_config_errors(&errors.kept, style, &mut terminal::stderr());
            let shown = match errors.more {
                0 => String::new(),
                _ => format!("; the first {} are shown", errors.kept.len()),
            };
            say(&format!("the settings are wrong in {} place(s){shown}", errors.len()));
        }
        Failure::Load(error) => say(&error.to_string()),
    }
    FAILED.into()
}

/// Says what failed; a path in it may come from an archive.
fn say(message: &str) {
    terminal::say(&format!("error: {}", disarmed(&printable(message))));
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

fn show_config(path: &std::path::Path, origin: &OriginArgs) -> Result<u8, Failure> {
    let settings = discover::load(path, &origin.origin(), &rules::infos())?;
    terminal::write_stdout(&config::show::show(&settings))?;
    Ok(0)
}

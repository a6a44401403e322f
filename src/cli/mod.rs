//! The command line. Parses the arguments, runs a command through [`crate::session`], prints the
//! results, and returns an exit code.

mod args;
mod commands;
mod error;
mod interrupt;
mod observer;
mod progress;
mod source_options;
mod terminal;
mod values;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use self::args::{Cli, ColorArgs, Command, ConfigCommand};
use self::error::{CliError, FAILED};
use crate::session;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    interrupt::listen();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // To clap, help and version are errors, but they are not failures.
            let printed = error.print();
            return match printed {
                _ if error.use_stderr() => FAILED.into(),
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    fail(&CliError::Output(error), terminal::NO_COLOR)
                }
                _ => ExitCode::SUCCESS,
            };
        }
    };
    let color = color_of(&cli.command);
    match guarded(|| commands::run(cli.command)) {
        Ok(code) => code.into(),
        Err(error) => fail(&error, color),
    }
}

/// Returns the color options of a command.
fn color_of(command: &Command) -> ColorArgs {
    match command {
        Command::Check(args) => args.color,
        Command::Explain { color, .. }
        | Command::Config { command: ConfigCommand::Show { color, .. } } => *color,
        Command::Config { command: ConfigCommand::Schema }
        | Command::Completions { .. }
        | Command::Init(_)
        | Command::Man { .. }
        | Command::Rules { .. }
        | Command::Server { .. }
        | Command::Sources { .. } => terminal::NO_COLOR,
    }
}

/// Runs a command, and turns a panic into an error that ends the run with exit code 2. The linter
/// already catches panics on pages and in rules, so these do not get here.
fn guarded(work: impl FnOnce() -> Result<u8, CliError>) -> Result<u8, CliError> {
    session::guarded(work).unwrap_or_else(|panic| Err(CliError::Bug(panic.to_string())))
}

fn fail(error: &CliError, color: ColorArgs) -> ExitCode {
    error.report(color);
    error.code().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regression test: a panic outside page checks used to end the run with exit code 101 and no
    /// message.
    #[test]
    fn a_panic_of_a_run_is_a_failure_that_is_told() {
        type Work = fn() -> Result<u8, CliError>;
        let panics: [(Work, &str); 2] = [
            (|| panic!("what went wrong"), "what went wrong"),
            (|| commands::silently(|| panic!("at page {}", 7)), "at page 7"),
        ];
        for (work, message) in panics {
            let error = guarded(work).unwrap_err();
            assert!(matches!(&error, CliError::Bug(text) if text == message), "{error:?}");
            assert_eq!(error.code(), FAILED);
        }
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
    }
}

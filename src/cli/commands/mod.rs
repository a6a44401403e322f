//! The commands, with one file for each.

mod check;
mod completions;
mod config;
mod explain;
mod init;
mod man;
mod panics;
mod rules;
mod server;
mod sources;

#[cfg(test)]
pub(super) use self::panics::silently;
use super::args::{Command, ConfigCommand};
use super::error::CliError;

/// Runs a command and returns the exit code.
pub(super) fn run(command: Command) -> Result<u8, CliError> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Explain { rule, color } => explain::run(&rule, color),
        Command::Init(args) => init::run(&args),
        Command::Rules { output_format } => rules::run(output_format),
        Command::Server { .. } => Ok(server::run()),
        Command::Sources { command } => sources::run(command),
        Command::Config { command: ConfigCommand::Schema } => config::schema(),
        Command::Config { command: ConfigCommand::Show { path, origin, .. } } => {
            config::show(&path, &origin)
        }
        Command::Completions { shell } => completions::run(shell),
        Command::Man { folder } => man::run(folder.as_deref()),
    }
}

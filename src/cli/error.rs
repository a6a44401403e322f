//! The errors of commands, and how they are reported.

use std::io;

use super::interrupt;
use super::terminal::{self, Stream, style};
use crate::cli::args::ColorArgs;
use crate::diagnostic::{counted, escape_workflow_commands, printable};
use crate::session::{
    BaselineFileError, OutputFileError, SessionError, SettingsError, UnknownRule,
    write_settings_errors,
};

/// The exit code if a finding has at least the severity of `--fail-on`, or if fixes are available.
pub(super) const FOUND: u8 = 1;
/// The exit code for errors in the usage, the settings or the environment.
pub(super) const FAILED: u8 = 2;

/// The reason why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The session failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// The file of `--output-file` cannot be written.
    #[error(transparent)]
    OutputFile(#[from] OutputFileError),
    /// `--output-file` and `--baseline` name the same file.
    #[error("--output-file and --baseline both name {path}: the report would replace the baseline")]
    ReportOverBaseline {
        /// The path of the file.
        path: String,
    },
    /// The path is `-`.
    #[error("to check a page from standard input, name its path: `--stdin-filename PATH`")]
    Dash,
    /// The page for `--stdin-filename` cannot be read from standard input.
    #[error("cannot read the page from standard input: {0}")]
    Stdin(io::Error),
    /// The rule does not exist.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// A list cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Dateline has a bug.
    #[error("this is a bug in Dateline, please report it: {0}")]
    Bug(String),
}

impl CliError {
    /// Returns the exit code for this error.
    pub(super) fn code(&self) -> u8 {
        if self.is_stop() { interrupt::code() } else { FAILED }
    }

    fn is_stop(&self) -> bool {
        matches!(self, Self::Session(SessionError::Stopped))
    }

    /// Reports the error on standard error.
    pub(super) fn report(&self, color: ColorArgs) {
        if self.is_stop() {
            return;
        }
        if let Self::Session(SessionError::Settings(SettingsError::Wrong(errors))) = self {
            let style = style(color, Stream::Error);
            let _ = write_settings_errors(&errors.kept, style, &mut terminal::stderr());
            let found = counted(errors.len() as u64, "error");
            let shown = match errors.more {
                0 => String::new(),
                _ => format!("; showing the first {}", errors.kept.len()),
            };
            return say(&format!("found {found} in the settings{shown}"));
        }
        say(&self.message());
    }

    /// Returns the message, which names the options of the command line where the library cannot.
    fn message(&self) -> String {
        match self {
            Self::Session(SessionError::Offline) => "--budget and --proxy need --online".to_owned(),
            Self::Session(SessionError::Baseline(BaselineFileError::Missing { .. })) => {
                format!("{self}; --update-baseline writes it")
            }
            _ => self.to_string(),
        }
    }
}

/// Writes an error message. Escapes the message, because it may contain a path from an archive.
fn say(message: &str) {
    terminal::say(&format!("error: {}", escape_workflow_commands(&printable(message))));
}

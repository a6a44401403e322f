//! Why a command could not do its work, and how that is told.

use std::io;

use super::interrupt;
use super::terminal::{self, Stream, style};
use crate::cli::args::ColorArgs;
use crate::diagnostic::{counted, escape_workflow_commands, printable};
use crate::session::{
    OutputFileError, SessionError, SettingsError, UnknownRule, write_settings_errors,
};

/// The exit code for findings at or above the severity of `--fail-on`.
pub(super) const FOUND: u8 = 1;
/// The exit code for wrong usage, settings or environment.
pub(super) const FAILED: u8 = 2;

/// Why a command could not do its work.
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
    /// `--output-file` and `--baseline` are one file.
    #[error("{path} is named twice: the report would replace the baseline")]
    ReportOverBaseline {
        /// The file.
        path: String,
    },
    /// The page of `--stdin-filename` cannot be read.
    #[error("cannot read the page from standard input: {0}")]
    Stdin(io::Error),
    /// There is no such rule.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// A list cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Dateline itself is wrong.
    #[error("this is a bug in Dateline, please report it: {0}")]
    Bug(String),
}

impl CliError {
    /// The exit code of a command that fails with it.
    pub(super) fn code(&self) -> u8 {
        if self.is_stop() { interrupt::code() } else { FAILED }
    }

    fn is_stop(&self) -> bool {
        matches!(self, Self::Session(SessionError::Stopped))
    }

    /// Tells the user on standard error.
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
        say(&self.to_string());
    }
}

/// Writes an error; a path in it may come from an archive.
fn say(message: &str) {
    terminal::say(&format!("error: {}", escape_workflow_commands(&printable(message))));
}

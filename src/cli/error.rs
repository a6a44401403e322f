//! The errors of commands, and how they are reported.

use std::io;

use super::interrupt;
use super::terminal::{self, Stream, style};
use crate::cli::args::ColorArgs;
use crate::diagnostic::{counted, escape_workflow_commands, printable};
use crate::session::{
    BaselineFileError, GitError, InferenceError, InitError, OutputFileError, PathError,
    SessionError, SettingsError, UnknownRule, write_settings_errors,
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
            Self::Session(error) => format!("{self}{}", advice(error)),
            Self::UnknownRule(UnknownRule { nearest: None, .. }) => {
                format!("{self}; `dateline rules` lists all rules")
            }
            _ => self.to_string(),
        }
    }
}

/// Returns the end of a message: options and commands that solve the problem. Empty if there are none.
fn advice(error: &SessionError) -> String {
    let advice = match error {
        SessionError::Path(PathError::Outside { .. }) => {
            "; name a path in the archive, or set the root with `--root`"
        }
        SessionError::NoLedger { .. } => {
            "; `dateline sources crawl` and `dateline sources check` create it"
        }
        SessionError::Git(GitError::Missing) => "; --since and --staged need it",
        SessionError::Selector(unknown) if unknown.nearest.is_none() => {
            "; `dateline rules` lists every rule and group"
        }
        SessionError::Baseline(BaselineFileError::Missing { .. }) => {
            "; --update-baseline writes it"
        }
        SessionError::Baseline(BaselineFileError::Invalid { source, .. })
            if source.help.ends_with("record the findings again") =>
        {
            " with --update-baseline"
        }
        SessionError::Init(InitError::Inference(error)) => return inference_advice(error),
        SessionError::Init(InitError::SettingsExist { .. }) => {
            "; use --force to overwrite it, or --dry-run to see the inferred settings"
        }
        SessionError::Init(InitError::BaselineExists { .. }) => "; use --force to overwrite it",
        SessionError::Init(InitError::Above { .. }) => {
            "; use --force to give the folder settings of its own, or --dry-run to see them"
        }
        _ => "",
    };
    advice.to_owned()
}

/// Returns the end of the message about settings that cannot be inferred.
fn inference_advice(error: &InferenceError) -> String {
    match error {
        InferenceError::NoPages { .. } => {
            "; name the folder of an archive: `dateline init PATH`".to_owned()
        }
        InferenceError::SeveralRoots(folders) => {
            let first = folders.first().map(String::as_str).unwrap_or_default();
            format!("; run `dateline init` in one of them, such as `dateline init {first}`")
        }
        _ => String::new(),
    }
}

/// Writes an error message. Escapes the message, because it may contain a path from an archive.
fn say(message: &str) {
    terminal::say(&format!("error: {}", escape_workflow_commands(&printable(message))));
}

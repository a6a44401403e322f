//! Errors in the settings, pointing into the file.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// Something wrong with the settings.
#[derive(Debug)]
pub struct ConfigError {
    /// The file, and its text.
    pub file: Arc<ConfigText>,
    /// The offending key or value, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The text of a settings file.
#[derive(Debug)]
pub struct ConfigText {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// Why the settings could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is there and wrong; all that is wrong with it.
    #[error("the settings are wrong in {} place(s)", .0.len())]
    Wrong(Vec<ConfigError>),
    /// The file, or a path given on the command line, could not be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A path given on the command line is not part of the archive.
    #[error("{} is outside the archive's root {}", path.display(), root.display())]
    OutsideRoot {
        /// The path.
        path: PathBuf,
        /// The root.
        root: PathBuf,
    },
}

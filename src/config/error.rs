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

/// What is wrong with a settings file.
#[derive(Debug, Default)]
pub struct ConfigErrors {
    /// The errors that are kept, in the order of the file: at most [`ConfigErrors::MOST`].
    pub kept: Vec<ConfigError>,
    /// How many more there are.
    pub more: usize,
}

impl ConfigErrors {
    /// The most errors of one file that are kept.
    pub const MOST: usize = 100;

    /// How many errors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len() + self.more
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// Why the settings could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is there and wrong.
    #[error("the settings are wrong in {} place(s)", .0.len())]
    Wrong(ConfigErrors),
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
    /// A link on the way to a file given on the command line, where a commit can have put it.
    #[error("{} is a symbolic link in {}, and no file is named through one", link.display(), holder.display())]
    Link {
        /// The link.
        link: PathBuf,
        /// The repository that holds it, or the folder of the settings.
        holder: PathBuf,
    },
}

//! Errors in the settings, pointing into the file.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::problem::Problem;
use crate::diagnostic::counted;

/// A problem in a settings file, and its place.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ConfigError {
    /// The file, and its text.
    pub file: Arc<ConfigText>,
    /// The offending key or value, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub problem: Problem,
}

/// The text of a settings file.
#[derive(Debug)]
pub struct ConfigText {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// All problems of a settings file.
#[derive(Debug, Default)]
pub struct ConfigErrors {
    /// The errors that are kept, in the order of the file: at most [`ConfigErrors::MOST`].
    pub kept: Vec<ConfigError>,
    /// How many more there are.
    pub more: usize,
}

impl ConfigErrors {
    /// The maximum number of errors of one file that are kept.
    pub const MOST: usize = 100;

    /// Returns how many errors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len() + self.more
    }

    /// Returns whether there are no errors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// Why settings cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file has errors.
    #[error("found {} in the settings", counted(.0.len() as u64, "error"))]
    Wrong(ConfigErrors),
    /// The file, or a path from the command line, cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file or path.
        path: PathBuf,
        /// Why it cannot be read.
        reason: String,
    },
    /// A path from the command line is not part of the archive.
    #[error("{} is outside the archive's root {}", path.display(), root.display())]
    OutsideRoot {
        /// The path.
        path: PathBuf,
        /// The root.
        root: PathBuf,
    },
    /// A symbolic link on the way to a file from the command line, where a commit can have put it.
    #[error("{} is a symbolic link in {}; files cannot be named through it", link.display(), holder.display())]
    Link {
        /// The link.
        link: PathBuf,
        /// The repository that holds it, or the folder of the settings.
        holder: PathBuf,
    },
}

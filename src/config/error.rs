//! Errors in a settings file, with their positions in its text.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::problem::Problem;
use crate::diagnostic::counted;

/// A problem in a settings file, with its position.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ConfigError {
    /// The path and the text of the file.
    pub file: Arc<ConfigText>,
    /// The span of the offending key or value, in bytes of the text.
    pub span: Range<usize>,
    /// The kind of problem, with its details.
    pub problem: Problem,
}

/// The text of a settings file.
#[derive(Debug)]
pub struct ConfigText {
    /// The path of the file, or `defaults` for the text of the default settings.
    pub path: PathBuf,
    /// The content of the file.
    pub text: String,
}

/// All errors in a settings file.
#[derive(Debug, Default)]
pub struct ConfigErrors {
    /// The errors that are kept, sorted by position: at most [`ConfigErrors::MOST`].
    pub kept: Vec<ConfigError>,
    /// The number of errors that are not kept.
    pub more: usize,
}

impl ConfigErrors {
    /// The maximum number of errors that are kept for one file.
    pub const MOST: usize = 100;

    /// Returns the number of errors, including those that are not kept.
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
#[non_exhaustive]
pub enum LoadError {
    /// The settings file has errors.
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
    /// `archive.root` leads out of the folder of the settings file, through a symbolic link.
    #[error(
        "`archive.root` leads to {}, which is outside the folder {} of the settings file",
        path.display(),
        root.display()
    )]
    OutsideRoot {
        /// The folder that `archive.root` leads to.
        path: PathBuf,
        /// The folder of the settings file.
        root: PathBuf,
    },
    /// The path of a file from the command line goes through a symbolic link that a commit could
    /// have created.
    #[error(
        "{} is a symbolic link in {}, which a commit could have created; name the file by its real \
         path",
        link.display(),
        holder.display()
    )]
    Link {
        /// The link.
        link: PathBuf,
        /// The root of the repository that contains the link or, outside a repository, the folder of the
        /// settings file.
        holder: PathBuf,
    },
}

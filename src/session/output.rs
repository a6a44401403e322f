//! The file that a report is written to.

use std::io;
use std::path::{Path, PathBuf};

use super::error::SessionError;
use super::fs::{self, UNSURE, WriteOutcome};
use crate::config::discover;

/// A file that a report is written to atomically.
#[derive(Clone, Debug)]
pub struct OutputFile(PathBuf);

/// The reason why a report could not be written to its file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputFileError {
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file was written, but a power failure may lose it.
    #[error("{} was {UNSURE}: {reason}", path.display())]
    Unsure {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
}

impl OutputFile {
    /// Creates an output file at `path`. The file need not exist.
    ///
    /// # Errors
    /// Returns an error if the path contains a symbolic link that could come from a commit.
    pub fn new(path: &Path) -> Result<Self, SessionError> {
        discover::refuse_links(path)?;
        Ok(Self(path.to_path_buf()))
    }

    /// Creates an output file for a test, without checking for links.
    #[cfg(test)]
    pub(super) fn unchecked(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Returns whether another path leads to the same file.
    #[must_use]
    pub fn is_same(&self, other: &Path) -> bool {
        match (fs::resolve(&self.0), fs::resolve(other)) {
            (Ok(own), Ok(other)) => own == other,
            _ => self.0 == other,
        }
    }

    /// Writes the report atomically. If the path is not a regular file but, for example, a pipe,
    /// writes to it directly.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or if a power failure may lose it.
    pub fn write(&self, report: &[u8]) -> Result<(), OutputFileError> {
        let path = || self.0.clone();
        match fs::write_whole(&self.0, report) {
            Ok(WriteOutcome::Unsure(reason)) => {
                Err(OutputFileError::Unsure { path: path(), reason })
            }
            Ok(_) => Ok(()),
            // The reader of the pipe has stopped reading, which is not an error.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(source) => Err(OutputFileError::Io { path: path(), source }),
        }
    }
}

//! A file that a report is written to.

use std::io;
use std::path::{Path, PathBuf};

use super::error::SessionError;
use super::fs::{self, UNSURE, WriteOutcome};
use crate::config::discover;

/// A file that a report is written to, whole or not at all.
#[derive(Clone, Debug)]
pub struct OutputFile(PathBuf);

/// Why a report's file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputFileError {
    /// The system failed.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It may be lost if the power fails.
    #[error("{} is {UNSURE}: {reason}", path.display())]
    Unsure {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
}

impl OutputFile {
    /// The file at `path`, which need not exist.
    ///
    /// # Errors
    /// If a link leads to it that a commit can contain.
    pub fn new(path: &Path) -> Result<Self, SessionError> {
        discover::refuse_links(path)?;
        Ok(Self(path.to_path_buf()))
    }

    /// The file at `path`, which a test made.
    #[cfg(test)]
    pub(super) fn unchecked(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Whether another path leads to the same file.
    #[must_use]
    pub fn is_same(&self, other: &Path) -> bool {
        let resolve = |path: &Path| fs::resolve(path).ok();
        resolve(&self.0) == resolve(other)
    }

    /// Writes the report. What is not a regular file, such as a pipe, is written to as it is.
    ///
    /// # Errors
    /// If it cannot be written, or may be lost if the power fails.
    pub fn write(&self, report: &[u8]) -> Result<(), OutputFileError> {
        let path = || self.0.clone();
        match fs::write_whole(&self.0, report) {
            Ok(WriteOutcome::Unsure(reason)) => {
                Err(OutputFileError::Unsure { path: path(), reason })
            }
            Ok(_) => Ok(()),
            // Nobody reads the pipe any more.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(source) => Err(OutputFileError::Io { path: path(), source }),
        }
    }
}

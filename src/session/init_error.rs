//! Why the settings of an archive could not be inferred or written.

use std::io;
use std::path::PathBuf;

use super::fs::UNSURE;

/// Why the settings of an archive could not be inferred or written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The archive has settings.
    #[error(
        "{} already exists; use --force to overwrite it, or --dry-run to see the inferred settings",
        path.display()
    )]
    SettingsExist {
        /// The file of the settings.
        path: PathBuf,
    },
    /// The archive has a baseline.
    #[error("{} already exists; use --force to overwrite it", path.display())]
    BaselineExists {
        /// The file of the baseline.
        path: PathBuf,
    },
    /// A folder above has settings that hold for this one.
    #[error(
        "the settings of {} are in {}; use --force to give the folder settings of its own, or \
         --dry-run to see them",
        folder.display(),
        file.display()
    )]
    Above {
        /// The folder.
        folder: PathBuf,
        /// The file of the settings.
        file: PathBuf,
    },
    /// What is at the path of a file to write is not a regular file.
    #[error("{} is not a regular file; not overwritten", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// There are several archives, or none that can be told.
    #[error("{0}")]
    Archive(String),
    /// The settings changed during the run.
    #[error(
        "{} changed during the run and was left alone; run again to write it",
        path.display()
    )]
    Changed {
        /// The file of the settings.
        path: PathBuf,
    },
    /// The settings may be lost if the power fails.
    #[error("{} is {UNSURE}: {reason}", path.display())]
    Unsure {
        /// The file of the settings.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// The settings cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// The file of the settings.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

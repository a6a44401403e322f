//! The errors of inferring and writing the settings of an archive.

use std::io;
use std::path::PathBuf;

use super::fs::UNSURE;
use crate::init::InferenceError;

/// The reason why the settings of an archive could not be inferred or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The archive already has settings.
    #[error("{} already exists", path.display())]
    SettingsExist {
        /// The path of the settings file.
        path: PathBuf,
    },
    /// The archive already has a baseline.
    #[error("{} already exists", path.display())]
    BaselineExists {
        /// The path of the baseline file.
        path: PathBuf,
    },
    /// The settings in a folder above apply to this folder.
    #[error("the settings of {} are in {}", folder.display(), file.display())]
    Above {
        /// The folder.
        folder: PathBuf,
        /// The path of the settings file.
        file: PathBuf,
    },
    /// Something that is not a regular file exists at the path of a file to write.
    #[error("{} is not a regular file, so it was not overwritten", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The settings cannot be inferred from the pages.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// Another process changed the settings during the run.
    #[error(
        "{} changed during the run and was left alone; run again to write it",
        path.display()
    )]
    Changed {
        /// The path of the settings file.
        path: PathBuf,
    },
    /// The settings were written, but a power failure may lose them.
    #[error("{} was {UNSURE}: {reason}", path.display())]
    Unsure {
        /// The path of the settings file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// The settings cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Unwritable {
        /// The path of the settings file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

//! The errors of sessions.

use std::io;
use std::path::PathBuf;

use super::fs::{PathError, UNSURE};
use super::init_error::InitError;
use crate::baseline::BaselineError;
use crate::config::LoadError;
use crate::config::PatternsError;
use crate::config::rules::UnknownSelector;
use crate::git::{BlobError, GitError};
use crate::sources::CrawlError;
use crate::sources::ledger::LedgerError;

/// The reason why a session failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The settings cannot be loaded.
    #[error(transparent)]
    Settings(#[from] LoadError),
    /// A path cannot be used.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A rule or group does not exist.
    #[error("{}", with_suggestion(.0))]
    Selector(#[from] UnknownSelector),
    /// Options that need `--online` were given without it.
    #[error("a proxy and a budget have no effect offline")]
    Offline,
    /// The threads cannot be started.
    #[error("cannot start {jobs} threads: {source}")]
    Threads {
        /// The number of threads.
        jobs: usize,
        /// The system's error.
        source: rayon::ThreadPoolBuildError,
    },
    /// The baseline cannot be read or written.
    #[error(transparent)]
    Baseline(#[from] BaselineFileError),
    /// Git cannot determine what changed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file's content cannot be read from git.
    #[error(
        "cannot read {path} from git: {reason}; if this is a partial clone, fetch the file first"
    )]
    Blob {
        /// The file's path, relative to the archive's root.
        path: String,
        /// The reason.
        reason: BlobError,
    },
    /// The ledger cannot be opened, read or written.
    #[error("{}", with_source(.0))]
    Ledger(#[from] LedgerError),
    /// The ledger to read does not exist.
    #[error("there is no ledger at {}", path.display())]
    NoLedger {
        /// The path at which the ledger is expected.
        path: PathBuf,
    },
    /// The folder of the ledger cannot be created.
    #[error("cannot open the ledger {}: {source}", path.display())]
    LedgerFolder {
        /// The ledger's path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The path of the ledger comes from the settings or is the default, and contains a symbolic
    /// link.
    #[error(
        "the path of the ledger {} contains a symbolic link, which Dateline does not follow",
        path.display()
    )]
    LedgerLink {
        /// The ledger's path.
        path: PathBuf,
    },
    /// Sources cannot be checked.
    #[error("cannot check sources: {}", with_source(.0))]
    Crawl(CrawlError),
    /// The value of a header contains characters that cannot be sent.
    #[error("the value of {variable} is not a valid HTTP header value")]
    Header {
        /// The variable that contains the value.
        variable: String,
    },
    /// A path pattern of an option is not valid.
    #[error(transparent)]
    Exclude(#[from] PatternsError),
    /// The proxy is not an http(s) URL with a host.
    #[error("the proxy {0} is not an http(s) URL with a host")]
    Proxy(url::Url),
    /// Two options contradict each other.
    #[error("{0}")]
    Conflict(&'static str),
    /// The caller stopped the session.
    #[error("stopped")]
    Stopped,
    /// Some pages could not be written, or a power failure may lose them.
    #[error("{0}")]
    Write(String),
    /// An archive's settings cannot be inferred or written.
    #[error(transparent)]
    Init(#[from] InitError),
}

impl SessionError {
    /// Returns the I/O error if a reader or writer that the caller provided failed.
    ///
    /// # Errors
    /// Returns `self` if it is any other error.
    pub fn into_io(self) -> Result<io::Error, Self> {
        match self {
            Self::Ledger(LedgerError::Exchange(error)) => Ok(error),
            error => Err(error),
        }
    }
}

impl From<CrawlError> for SessionError {
    fn from(error: CrawlError) -> Self {
        match error {
            CrawlError::Ledger(error) => Self::Ledger(error),
            CrawlError::Stopped => Self::Stopped,
            error => Self::Crawl(error),
        }
    }
}

/// The reason why a baseline file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineFileError {
    /// The file cannot be read.
    #[error("cannot read the baseline {}: {source}", path.display())]
    Unreadable {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file does not exist.
    #[error("there is no baseline at {}", path.display())]
    Missing {
        /// The path of the file.
        path: PathBuf,
    },
    /// The content of the file is not a baseline.
    #[error("{} cannot be read as a baseline: {source}", path.display())]
    Invalid {
        /// The path of the file.
        path: PathBuf,
        /// The problem in the file.
        source: BaselineError,
    },
    /// Another process changed the file during the run.
    #[error(
        "the baseline {} changed during the run and was left alone; run again to update it",
        path.display()
    )]
    Changed {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file was written, but a power failure may lose it.
    #[error("the baseline {} was {UNSURE}: {reason}", path.display())]
    Unsure {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
    /// The file cannot be written.
    #[error("cannot write the baseline {}: {source}", path.display())]
    Unwritable {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Returns the message about a selector that names no rule, followed by the most similar one.
fn with_suggestion(unknown: &UnknownSelector) -> String {
    match unknown.suggestion() {
        Some(suggestion) => format!("{unknown}; {suggestion}"),
        None => unknown.to_string(),
    }
}

/// Returns the message of an error, followed by the message of its cause.
fn with_source(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

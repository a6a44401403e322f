//! Access to the bytes of pages.

use std::fmt::Display;

/// The reason why the bytes of a page cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ReadError {
    reason: String,
}

impl ReadError {
    /// Creates an error with this reason.
    #[must_use]
    pub fn new(reason: impl Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

/// A place from which pages are read: a folder, a commit, or memory.
pub trait PageSource: Send + Sync {
    /// Returns the bytes of the page at `path`, relative to the archive's root.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the bytes cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;
}

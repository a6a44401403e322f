//! Where the bytes of pages come from.

use std::fmt::Display;

/// Why the bytes of a page cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ReadError {
    reason: String,
}

impl ReadError {
    /// Wraps what a source of pages fails with.
    #[must_use]
    pub fn new(reason: impl Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

/// A source of pages: a folder, a commit, or memory.
pub trait PageSource: Sync {
    /// Returns the bytes of the page at `path`, relative to the archive's root.
    ///
    /// # Errors
    /// [`ReadError`]: why they cannot be had.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;
}

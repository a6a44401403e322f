//! Path patterns, which select the files that a setting applies to.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Why path patterns are rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternsError {
    /// A malformed pattern: its index, and what is wrong with it.
    #[error("not a path pattern: {1}")]
    One(usize, String),
    /// All patterns are valid, but together they are too large.
    #[error("all path patterns together are too large; shorten or remove some of them")]
    All,
}

/// Compiled path patterns, with their text for `config show`.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    written: Vec<String>,
    set: GlobSet,
}

impl PathPatterns {
    /// Compiles patterns. `**` matches across folders, but `*` does not.
    ///
    /// # Errors
    /// Returns [`PatternsError`] if a pattern is malformed, or if all patterns together are too
    /// large.
    pub fn new(written: Vec<String>) -> Result<Self, PatternsError> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in written.iter().enumerate() {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            let wrong = |error: globset::Error| PatternsError::One(index, error.kind().to_string());
            set.add(glob.map_err(wrong)?);
        }
        let set = set.build().map_err(|_| PatternsError::All)?;
        Ok(Self { written, set })
    }

    /// Returns these patterns and others.
    ///
    /// # Errors
    /// Returns the same errors as [`PathPatterns::new`].
    pub fn with(self, others: &[String]) -> Result<Self, PatternsError> {
        if others.is_empty() {
            return Ok(self);
        }
        Self::new(self.written.into_iter().chain(others.iter().cloned()).collect())
    }

    /// Returns whether a path relative to the root matches any pattern.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// Returns the indices of the patterns that match a path relative to the root, in order.
    #[must_use]
    pub fn matching(&self, path: &str) -> Vec<usize> {
        self.set.matches(path)
    }

    /// Returns the patterns as written.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }
}

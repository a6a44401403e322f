//! Collects the findings of a rule on one page, up to a limit.

use crate::diagnostic::Finding;

/// The maximum number of findings of one rule on one page, so that a malicious page cannot exhaust the
/// memory.
pub const MAX_FINDINGS: usize = 1000;

/// The maximum number of findings of one rule on one page when fixing. It is higher than
/// [`MAX_FINDINGS`] because each pass of fixes checks the archive again. Even a page with many
/// findings should need only a few passes.
pub const MAX_FINDINGS_TO_FIX: usize = 100_000;

/// The findings of a rule on one page, up to a limit.
#[derive(Debug)]
pub struct Findings {
    most: usize,
    found: Vec<Finding>,
    /// The number of calls of [`push_slow`](Self::push_slow), up to [`MAX_FINDINGS`].
    slow: usize,
    dropped: u64,
}

impl Findings {
    /// Creates an empty collection that keeps at most `most` findings.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, found: Vec::new(), slow: 0, dropped: 0 }
    }

    /// Adds a finding. Beyond the limit, only counts it.
    pub fn push(&mut self, finding: Finding) {
        if self.found.len() < self.most {
            self.found.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` returns, if any. Does not call `make` beyond the limit, because
    /// it may be slow and a malicious page may have many findings.
    pub fn push_with(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.found.len() < self.most {
            self.found.extend(make());
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` returns, like [`push_with`](Self::push_with). Calls `make` at
    /// most [`MAX_FINDINGS`] times, whatever the limit, because each call is slow.
    pub fn push_slow(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.slow < MAX_FINDINGS {
            self.slow += 1;
            self.push_with(make);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds a finding, if there is one.
    pub fn extend_from(&mut self, finding: Option<Finding>) {
        if let Some(finding) = finding {
            self.push(finding);
        }
    }

    /// Returns the findings, and the number of findings beyond the limit.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.found, self.dropped)
    }
}

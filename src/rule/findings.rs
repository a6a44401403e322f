//! What rules find of one page, bounded.

use crate::diagnostic::Finding;

/// The most findings of one rule that are kept of one page, so that a page made to be hostile
/// cannot fill the memory.
pub const MAX_FINDINGS: usize = 1000;

/// The most findings of one rule on one page that are kept to be fixed: each pass of fixes checks
/// the archive anew, so few passes are to be enough for a page with many.
pub const MAX_FINDINGS_TO_FIX: usize = 100_000;

/// Where a rule puts what it finds.
#[derive(Debug)]
pub struct Findings {
    most: usize,
    found: Vec<Finding>,
    /// How many took long.
    slow: usize,
    dropped: u64,
}

impl Findings {
    /// Keeps at most `most` findings.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, found: Vec::new(), slow: 0, dropped: 0 }
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.found.len() < self.most {
            self.found.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` makes, if any, which is not made where it would not be kept: some take
    /// long, and a page made to be hostile has many.
    pub fn push_with(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.found.len() < self.most {
            self.found.extend(make());
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` makes, if any, as [`push_with`](Self::push_with) does, but no more than
    /// [`MAX_FINDINGS`] even where more are kept: each takes long.
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

    /// What was found, and how many findings were too many to be kept.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.found, self.dropped)
    }
}

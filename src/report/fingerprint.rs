//! Fingerprints, which identify findings from run to run even if their lines change.

use std::collections::HashMap;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::files::Files;
use crate::diagnostic::Diagnostic;
use crate::span::FileId;

/// A generator of a unique fingerprint for each finding of a run. A fingerprint is a hash of the
/// rule, the path, the offending text and a counter. The counter distinguishes findings for which
/// the other three are equal. The findings must be passed in the order of reports.
pub(super) struct Fingerprints<'a> {
    files: &'a Files<'a>,
    file: Option<FileId>,
    /// The number of findings in the current file with the same rule and offending text.
    seen: HashMap<u128, u32>,
}

impl<'a> Fingerprints<'a> {
    /// Creates a generator for the findings of a run.
    pub(super) fn new(files: &'a Files<'a>) -> Self {
        Self { files, file: None, seen: HashMap::new() }
    }

    /// Returns the fingerprint of the next finding, as 32 hexadecimal digits.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic) -> String {
        if self.file != Some(diagnostic.file) {
            self.file = Some(diagnostic.file);
            self.seen.clear();
        }
        let mut hasher = Xxh3::new();
        let path = self.files.hosted_path(diagnostic.file);
        let text = self.files.offending_text(diagnostic);
        for part in [diagnostic.rule, &path, &text] {
            // Hash each part separately, so that the boundaries between parts matter.
            hasher.update(&xxh3_128(part.as_bytes()).to_le_bytes());
        }
        let seen = self.seen.entry(hasher.digest128()).or_default();
        *seen += 1;
        hasher.update(&seen.to_le_bytes());
        format!("{:032x}", hasher.digest128())
    }
}

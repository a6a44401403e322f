//! What a finding is known by from one run to the next, wherever in its page it stands.

use std::collections::HashMap;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::files::Files;
use crate::diagnostic::Diagnostic;
use crate::span::FileId;

/// Gives each finding of a run a fingerprint of its own: of its rule, its path, the offending text, and
/// which one it is among those that agree in all three. Findings are to come in the order of reports.
pub(super) struct Fingerprints<'a> {
    files: &'a Files<'a>,
    file: Option<FileId>,
    /// How often each rule and text was seen in the file.
    seen: HashMap<u128, u32>,
}

impl<'a> Fingerprints<'a> {
    pub(super) fn new(files: &'a Files<'a>) -> Self {
        Self { files, file: None, seen: HashMap::new() }
    }

    /// The fingerprint of the next finding, in 32 hexadecimal digits.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic) -> String {
        if self.file != Some(diagnostic.file) {
            self.file = Some(diagnostic.file);
            self.seen.clear();
        }
        let mut hasher = Xxh3::new();
        let path = self.files.hosted_path(diagnostic.file);
        let text = self.files.offending_text(diagnostic);
        for part in [diagnostic.rule, &path, &text] {
            // Each on its own, so that it matters where one ends and the next begins.
            hasher.update(&xxh3_128(part.as_bytes()).to_le_bytes());
        }
        let seen = self.seen.entry(hasher.digest128()).or_default();
        *seen += 1;
        hasher.update(&seen.to_le_bytes());
        format!("{:032x}", hasher.digest128())
    }
}

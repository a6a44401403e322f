//! The entries of a baseline, and their comparison with the findings of a run.

use std::collections::BTreeMap;

use super::key::offending_text;
use crate::archive::page_texts::PageTexts;
use crate::diagnostic::Diagnostic;

/// The key that identifies a finding in a baseline. The file lists entries in the order of their
/// keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    /// The path of the page, relative to the archive's root, with `/` as the separator.
    pub path: String,
    /// The id of the rule.
    pub rule: String,
    /// The offending text, as returned by [`offending_text`].
    pub text: String,
}

/// A set of recorded findings. Each entry has a count of identical findings, which is at least 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<FindingKey, u64>,
}

/// The result of comparing the findings of a run with a baseline.
#[derive(Debug)]
pub struct Matched {
    /// The findings that are not in the baseline, in their original order.
    pub shown: Vec<Diagnostic>,
    /// The number of findings that are in the baseline.
    pub hidden: u64,
    /// The recorded findings that the run did not find.
    pub left: Baseline,
}

impl Baseline {
    /// Creates a baseline of the given findings, which should be sorted by page so that each page is read only
    /// once.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic], texts: &PageTexts<'_>) -> Self {
        let mut baseline = Self::default();
        for diagnostic in diagnostics {
            baseline.add(key(diagnostic, texts), 1);
        }
        baseline
    }

    /// Removes the recorded findings from `diagnostics`, which must be sorted in the order of reports. If there
    /// are more identical findings than recorded, the last ones remain. Pages without entries are not read.
    #[must_use]
    pub fn hide(&self, diagnostics: Vec<Diagnostic>, texts: &PageTexts<'_>) -> Matched {
        let mut left = self.clone();
        let before = diagnostics.len();
        let mut shown = diagnostics;
        shown.retain(|diagnostic| {
            !self.holds_any_of(texts.archive().path(diagnostic.file), diagnostic.rule)
                || !left.take(&key(diagnostic, texts))
        });
        let hidden = (before - shown.len()) as u64;
        Matched { shown, hidden, left }
    }

    /// Returns whether the baseline has an entry for the rule on the page.
    fn holds_any_of(&self, path: &str, rule: &str) -> bool {
        let first =
            FindingKey { path: path.to_owned(), rule: rule.to_owned(), text: String::new() };
        let next = self.entries.range(first..).next();
        next.is_some_and(|(key, _)| key.path == path && key.rule == rule)
    }

    /// Removes one finding with the given key. Returns `false` if the baseline does not contain such a finding.
    fn take(&mut self, key: &FindingKey) -> bool {
        let Some(count) = self.entries.get_mut(key) else { return false };
        *count -= 1;
        if *count == 0 {
            self.entries.remove(key);
        }
        true
    }

    /// Adds `count` identical findings.
    pub fn add(&mut self, key: FindingKey, count: u64) {
        if count > 0 {
            let entry = self.entries.entry(key).or_default();
            *entry = entry.saturating_add(count);
        }
    }

    /// Returns the number of recorded findings with the given key.
    #[must_use]
    pub fn count(&self, key: &FindingKey) -> u64 {
        self.entries.get(key).copied().unwrap_or_default()
    }

    /// Returns the entries, sorted by key, each with its count.
    pub fn entries(&self) -> impl Iterator<Item = (&FindingKey, u64)> {
        self.entries.iter().map(|(key, count)| (key, *count))
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the baseline has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of recorded findings: the sum of all counts.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.entries.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Returns the number of recorded findings that are not in the other baseline.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> u64 {
        let surplus = |(key, count): (&FindingKey, &u64)| count.saturating_sub(other.count(key));
        self.entries.iter().map(surplus).fold(0, u64::saturating_add)
    }
}

/// Returns the key of a finding.
fn key(diagnostic: &Diagnostic, texts: &PageTexts<'_>) -> FindingKey {
    // The text of an unreadable page is empty. Its findings without a subject then have an empty
    // offending text.
    let page = texts.get(diagnostic.file);
    FindingKey {
        path: texts.archive().path(diagnostic.file).to_owned(),
        rule: diagnostic.rule.to_owned(),
        text: offending_text(&page.source, &diagnostic.finding).into_owned(),
    }
}

//! The entries of a baseline, and which findings they stand for.

use std::collections::BTreeMap;

use super::key::offending_text;
use crate::archive::page_texts::PageTexts;
use crate::diagnostic::Diagnostic;

/// What a finding is known by. Keys order as the lines of the file do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingKey {
    /// The page, relative to the archive's root, with `/`.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The offending text, see [`offending_text`].
    pub text: String,
}

/// The recorded findings, with how often each occurs: at least once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<FindingKey, u64>,
}

/// What a baseline makes of a run's findings.
#[derive(Debug)]
pub struct Matched {
    /// Those that it does not hold, in their order.
    pub shown: Vec<Diagnostic>,
    /// How many it holds.
    pub hidden: u64,
    /// What it holds and the run did not find.
    pub left: Baseline,
}

impl Baseline {
    /// A baseline of these findings, which are in order.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic], texts: &PageTexts<'_>) -> Self {
        let mut baseline = Self::default();
        for diagnostic in diagnostics {
            baseline.add(key(diagnostic, texts), 1);
        }
        baseline
    }

    /// Removes the recorded findings from `diagnostics`, which is in order. If there are more identical
    /// findings than recorded, the last ones remain. Pages without entries are not read.
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

    /// Whether it holds any finding of a rule on a page.
    fn holds_any_of(&self, path: &str, rule: &str) -> bool {
        let first =
            FindingKey { path: path.to_owned(), rule: rule.to_owned(), text: String::new() };
        let next = self.entries.range(first..).next();
        next.is_some_and(|(key, _)| key.path == path && key.rule == rule)
    }

    /// Takes one finding out, if it is there.
    fn take(&mut self, key: &FindingKey) -> bool {
        let Some(count) = self.entries.get_mut(key) else { return false };
        *count -= 1;
        if *count == 0 {
            self.entries.remove(key);
        }
        true
    }

    /// Adds a finding that occurs `count` times.
    pub fn add(&mut self, key: FindingKey, count: u64) {
        if count > 0 {
            let entry = self.entries.entry(key).or_default();
            *entry = entry.saturating_add(count);
        }
    }

    /// How often it holds a finding.
    #[must_use]
    pub fn count(&self, key: &FindingKey) -> u64 {
        self.entries.get(key).copied().unwrap_or_default()
    }

    /// The entries in order, each with how often it occurs.
    pub fn entries(&self) -> impl Iterator<Item = (&FindingKey, u64)> {
        self.entries.iter().map(|(key, count)| (key, *count))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many findings the entries stand for.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.entries.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many findings it holds that the other does not.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> u64 {
        let surplus = |(key, count): (&FindingKey, &u64)| count.saturating_sub(other.count(key));
        self.entries.iter().map(surplus).fold(0, u64::saturating_add)
    }
}

/// What a finding is known by.
fn key(diagnostic: &Diagnostic, texts: &PageTexts<'_>) -> FindingKey {
    // What cannot be read has no text, and the finding says so.
    let page = texts.get(diagnostic.file);
    FindingKey {
        path: texts.archive().path(diagnostic.file).to_owned(),
        rule: diagnostic.rule.to_owned(),
        text: offending_text(&page.source, &diagnostic.finding).into_owned(),
    }
}

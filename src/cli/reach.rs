//! What a run could have found: an entry of a baseline that it did not find has lapsed only then.

use std::collections::{BTreeMap, BTreeSet};

use super::selection::Selection;
use crate::baseline::{Key, offending_text};
use crate::config::rules::select;
use crate::diagnostic::Diagnostic;
use crate::linter::{Linted, Linter};
use crate::rule::{Check, Pages};
use crate::rules::RULES;
use crate::span::{FileId, SourceText, Span};
use crate::suppression::is_judged;
use crate::verdict::{Outcome, Verdict};

/// What a run could have found.
pub(super) struct Reach<'a> {
    /// The run.
    pub(super) linter: &'a Linter<'a>,
    selected: &'a Selection,
    /// Pages that not all rules could look at.
    failed: BTreeSet<FileId>,
    /// Sources of which nothing firm is known.
    doubtful: BTreeMap<FileId, Vec<Span>>,
}

impl<'a> Reach<'a> {
    /// Takes note of which pages could be read, and of which sources something is known.
    pub(super) fn new(
        linter: &'a Linter<'a>,
        selected: &'a Selection,
        linted: &Linted<'_>,
        outcomes: &[Outcome],
    ) -> Self {
        let failed = selected.files.iter().copied().filter(|file| linted.facts(*file).is_none());
        let firm = outcomes.iter().filter(|outcome| is_firm(outcome.verdict));
        let firm: BTreeSet<&str> = firm.map(|outcome| outcome.url.as_str()).collect();
        let mut doubtful: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for (file, span, _) in linted.sources().filter(|(.., url)| !firm.contains(url)) {
            doubtful.entry(file).or_default().push(span);
        }
        Self { linter, selected, failed: failed.collect(), doubtful }
    }

    /// Leaves out the pages on which a rule failed.
    pub(super) fn leave_out_failed(&mut self, diagnostics: &[Diagnostic]) {
        let failed = diagnostics.iter().filter(|found| found.rule == "archive/unreadable");
        self.failed.extend(failed.map(|found| found.file));
    }

    /// Whether the run would have found what an entry stands for, if it still occurred.
    pub(super) fn covers(&self, key: &Key) -> bool {
        let archive = self.linter.archive;
        match archive.paths.file(&key.path) {
            Some(file) => {
                self.selected.checks(file) && !self.failed.contains(&file) && self.ran(file, key)
            }
            // Nothing is found in a page that is gone, unless it is only out of sight.
            None => self.selected.names(&key.path) && !self.is_out_of_sight(&key.path),
        }
    }

    /// Whether the entry's rule ran on a page, with all that it needs. One that is no rule any more
    /// finds nothing.
    fn ran(&self, file: FileId, key: &Key) -> bool {
        let Some(index) = RULES.iter().position(|rule| rule.id == key.rule) else { return true };
        let rules = &self.linter.settings.rules;
        let enabled = rules.page(self.linter.archive.path(file)).enabled;
        let is_sure = match RULES[index].check {
            Check::Page(_) | Check::Archive(_) => true,
            Check::Online(_) => self.linter.online && !self.is_doubtful(file, &key.text),
            // A comment that names rules is judged only if these ran.
            Check::Suppressions(_) => select(rules.infos(), &key.text).map_or(true, |set| {
                is_judged(rules.infos(), set, enabled.without(self.linter.not_run()))
            }),
        };
        enabled.contains(index) && is_sure
    }

    /// Whether a source of a page that is written so is one of which nothing firm is known.
    fn is_doubtful(&self, file: FileId, text: &str) -> bool {
        let Some(spans) = self.doubtful.get(&file) else { return false };
        let Ok(bytes) = self.linter.source.read(self.linter.archive.path(file)) else {
            return true;
        };
        let source = SourceText::from_bytes(&bytes);
        spans.iter().any(|span| offending_text(&source, *span) == text)
    }

    /// Whether a path stands in a folder that could not be looked into.
    fn is_out_of_sight(&self, path: &str) -> bool {
        self.linter.obstacles.iter().any(|(file, _)| {
            let rest = path.strip_prefix(self.linter.archive.path(*file));
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// Whether a verdict says for each rule of sources whether it finds something.
fn is_firm(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Alive
        | Verdict::Moved
        | Verdict::TlsBroken
        | Verdict::Soft404
        | Verdict::Usurped
        | Verdict::Dead => true,
        Verdict::Blocked | Verdict::Unknown | Verdict::Unproven | Verdict::Failing => false,
    }
}

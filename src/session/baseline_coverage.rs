//! Determines which findings a run could have found. If a run does not find a recorded finding
//! although it could have, the baseline entry has lapsed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::selection::Selection;
use crate::archive::path_text::ancestors;
use crate::baseline::{FindingKey, text_at};
use crate::config::rules::select;
use crate::diagnostic::Diagnostic;
use crate::linter::{Linted, Linter};
use crate::rule::{Check, MAX_FINDINGS, Pages};
use crate::rules::RULES;
use crate::rules::archive::unreadable;
use crate::source_status::{Outcome, Verdict};
use crate::span::{FileId, Span};
use crate::suppression::is_judged;

/// The findings that a run could have found.
pub(super) struct Coverage<'a> {
    /// The linter of the run.
    pub(super) linter: &'a Linter<'a>,
    selected: &'a Selection,
    /// Pages on which not all rules could run.
    failed: BTreeSet<FileId>,
    /// The rules that reached the maximum number of findings on a page.
    cut: BTreeSet<(FileId, &'static str)>,
    /// The spans of sources without a conclusive status, by page.
    doubtful: BTreeMap<FileId, Vec<Span>>,
    /// A cache for the page that was looked up last: the texts at its spans in `doubtful`, or
    /// `None` if the page cannot be read.
    doubts: RefCell<Option<(FileId, Option<HashSet<String>>)>>,
    /// Files that the walk could not read.
    obstacles: HashSet<FileId>,
}

impl<'a> Coverage<'a> {
    /// Records which pages could not be read, and which sources have no conclusive status.
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
        let cut = BTreeSet::new();
        let obstacles = linter.obstacles.iter().map(|(file, _)| *file).collect();
        let (failed, doubts) = (failed.collect(), RefCell::default());
        Self { linter, selected, failed, cut, doubtful, doubts, obstacles }
    }

    /// Excludes pages on which a rule failed. Also excludes a rule on each page where it reached
    /// the maximum number of findings.
    pub(super) fn leave_out_unknown(&mut self, diagnostics: &[Diagnostic]) {
        let failed = diagnostics.iter().filter(|found| found.rule == unreadable::RULE.id);
        self.failed.extend(failed.map(|found| found.file));
        let mut counts: BTreeMap<(FileId, &'static str), usize> = BTreeMap::new();
        for found in diagnostics {
            *counts.entry((found.file, found.rule)).or_default() += 1;
        }
        counts.retain(|_, count| *count >= MAX_FINDINGS);
        self.cut = counts.into_keys().collect();
    }

    /// Returns whether the run would have found the finding of an entry if the finding still
    /// occurred.
    pub(super) fn covers(&self, key: &FindingKey) -> bool {
        if !self.selected.names(&key.path) {
            return false;
        }
        match self.linter.archive.paths.file(&key.path) {
            Some(file) if self.selected.checks(file) => {
                !self.failed.contains(&file) && self.ran(file, key)
            }
            // The run did not check this file. If the file is excluded or is not a page, it has no
            // findings.
            Some(_) => {
                let is_excluded = self.linter.settings.exclude.matches(&key.path);
                is_excluded || !self.linter.settings.resolver.extensions.is_page(&key.path)
            }
            // A deleted page has no findings. A page in an unreadable folder may still have some.
            None => !self.is_out_of_sight(&key.path),
        }
    }

    /// Returns whether the entry's rule ran on a page and had all the data that it needs. A rule
    /// that no longer exists counts as having run.
    fn ran(&self, file: FileId, key: &FindingKey) -> bool {
        let Some(index) = RULES.iter().position(|rule| rule.id == key.rule) else { return true };
        if self.cut.contains(&(file, RULES[index].id)) {
            return false;
        }
        let rules = &self.linter.settings.rules;
        let enabled = rules.page(self.linter.archive.path(file)).enabled;
        let is_sure = match RULES[index].check {
            Check::Source(_) | Check::Page(_) | Check::Archive(_) => true,
            Check::Online(_) => self.linter.online && !self.is_doubtful(file, &key.text),
            // A suppression comment that names rules is checked only if these rules ran.
            Check::Suppressions(_) => select(rules.infos(), &key.text).map_or(true, |set| {
                is_judged(rules.infos(), set, enabled.without(self.linter.not_run()))
            }),
        };
        enabled.contains(index) && is_sure
    }

    /// Returns whether a source on a page has no conclusive status. `text` is the text at the
    /// source's span.
    fn is_doubtful(&self, file: FileId, text: &str) -> bool {
        let Some(spans) = self.doubtful.get(&file) else { return false };
        // Cache the last page, because the entries of a page are consecutive.
        let mut last = self.doubts.borrow_mut();
        let (_, texts) = match &mut *last {
            Some(doubts) if doubts.0 == file => doubts,
            last => last.insert((file, self.texts(file, spans))),
        };
        texts.as_ref().is_none_or(|texts| texts.contains(text))
    }

    /// Returns the texts at these spans of a page, or `None` if the page cannot be read.
    fn texts(&self, file: FileId, spans: &[Span]) -> Option<HashSet<String>> {
        let page = self.linter.texts.get(file);
        let texts = spans.iter().map(|span| text_at(&page.source, *span).into_owned());
        page.is_readable().then(|| texts.collect())
    }

    /// Returns whether a path is in a folder that could not be read.
    fn is_out_of_sight(&self, path: &str) -> bool {
        let archive = self.linter.archive;
        let is_obstacle = |above: &str| {
            let file = archive.paths.file(above);
            file.is_some_and(|file| above.len() < path.len() && self.obstacles.contains(&file))
        };
        ancestors(path).any(is_obstacle)
    }
}

/// Returns whether a verdict is conclusive, which means that it determines the results of all rules
/// about sources.
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

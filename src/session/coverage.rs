//! What a run could have found: an entry of a baseline that it did not find has lapsed only then.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::selection::Selection;
use crate::archive::paths::ancestors;
use crate::baseline::{FindingKey, text_at};
use crate::config::rules::select;
use crate::diagnostic::Diagnostic;
use crate::linter::{Linted, Linter, is_page};
use crate::rule::{Check, MAX_FINDINGS, Pages};
use crate::rules::RULES;
use crate::rules::archive::unreadable;
use crate::source_status::{Outcome, Verdict};
use crate::span::{FileId, Span};
use crate::suppression::is_judged;

/// What a run could have found.
pub(super) struct Coverage<'a> {
    /// The run.
    pub(super) linter: &'a Linter<'a>,
    selected: &'a Selection,
    /// Pages that not all rules could look at.
    failed: BTreeSet<FileId>,
    /// The rules that found more on a page than is kept.
    cut: BTreeSet<(FileId, &'static str)>,
    /// Sources of which nothing firm is known.
    doubtful: BTreeMap<FileId, Vec<Span>>,
    /// Of the page that was asked for last, their texts; none if it cannot be read.
    doubts: RefCell<Option<(FileId, Option<HashSet<String>>)>>,
    /// Files that the walk found no way to read.
    obstacles: HashSet<FileId>,
}

impl<'a> Coverage<'a> {
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
        let cut = BTreeSet::new();
        let obstacles = linter.obstacles.iter().map(|(file, _)| *file).collect();
        let (failed, doubts) = (failed.collect(), RefCell::default());
        Self { linter, selected, failed, cut, doubtful, doubts, obstacles }
    }

    /// Leaves out the pages on which a rule failed, and the rules of which not all is known on a page.
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

    /// Whether the run would have found what an entry stands for, if it still occurred.
    pub(super) fn covers(&self, key: &FindingKey) -> bool {
        let archive = self.linter.archive;
        match archive.paths.file(&key.path) {
            Some(file) if self.selected.checks(file) => {
                !self.failed.contains(&file) && self.ran(file, key)
            }
            // In what is excluded nothing is found, and in what is no page nothing any more.
            Some(_) => {
                let is_excluded = self.linter.settings.exclude.matches(&key.path);
                self.selected.names(&key.path) && (is_excluded || !is_page(&key.path))
            }
            // Nothing is found in a page that is gone, unless it is only out of sight.
            None => self.selected.names(&key.path) && !self.is_out_of_sight(&key.path),
        }
    }

    /// Whether the entry's rule ran on a page, with all that it needs. One that is no rule any more
    /// finds nothing.
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
        // The entries of a page come one behind the other.
        let mut last = self.doubts.borrow_mut();
        let (_, texts) = match &mut *last {
            Some(doubts) if doubts.0 == file => doubts,
            last => last.insert((file, self.texts(file, spans))),
        };
        texts.as_ref().is_none_or(|texts| texts.contains(text))
    }

    /// The texts of a page at some places; none if it cannot be read.
    fn texts(&self, file: FileId, spans: &[Span]) -> Option<HashSet<String>> {
        let page = self.linter.texts.get(file);
        let texts = spans.iter().map(|span| text_at(&page.source, *span).into_owned());
        page.is_readable().then(|| texts.collect())
    }

    /// Whether a path stands in a folder that could not be looked into.
    fn is_out_of_sight(&self, path: &str) -> bool {
        let archive = self.linter.archive;
        let is_obstacle = |above: &str| {
            let file = archive.paths.file(above);
            file.is_some_and(|file| above.len() < path.len() && self.obstacles.contains(&file))
        };
        ancestors(path).any(is_obstacle)
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

//! Applies the suppression comments of pages to findings.

use std::collections::HashMap;

use super::linted_archive::Linted;
use super::pages::PageState;
use crate::diagnostic::Diagnostic;
use crate::document::Suppression;
use crate::rule::{Check, Findings, Pages, SuppressionContext};
use crate::rules::RULES;
use crate::span::FileId;
use crate::suppression::Suppressions;

impl Linted<'_> {
    /// Removes from `diagnostics` the findings that a comment suppresses, and adds findings about
    /// the comments themselves. Returns the number of suppressed findings.
    pub(super) fn suppress(&self, diagnostics: &mut Vec<Diagnostic>) -> u64 {
        let mut pages: HashMap<FileId, Suppressions<'_>> = HashMap::new();
        for &file in &self.checked {
            let written = self.suppressions(file);
            if !written.is_empty() {
                let infos = self.linter.settings.rules.infos();
                pages.insert(file, Suppressions::new(written, infos));
            }
        }
        if pages.is_empty() {
            return 0;
        }
        let mut suppressed = 0;
        let mut is_heard = |pages: &mut HashMap<FileId, Suppressions<'_>>, found: &Diagnostic| {
            let silent = pages.get_mut(&found.file).is_some_and(|page| page.suppress(found));
            suppressed += u64::from(silent);
            !silent
        };
        diagnostics.retain(|found| is_heard(&mut pages, found));
        let mut lapsed = Vec::new();
        for &file in self.checked.iter().filter(|file| pages.contains_key(file)) {
            self.check_suppressions(file, &pages[&file], &mut lapsed);
        }
        lapsed.retain(|found| is_heard(&mut pages, found));
        diagnostics.extend(lapsed);
        suppressed
    }

    /// Returns the suppression comments of a page.
    fn suppressions(&self, file: FileId) -> &[Suppression] {
        match &self.states[file.index()] {
            PageState::Read(facts) => facts.suppressions(),
            PageState::Failed(_) | PageState::Unseen => &[],
        }
    }

    /// Runs the rules about suppression comments on a page.
    fn check_suppressions(
        &self,
        file: FileId,
        page: &Suppressions<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let linter = self.linter;
        let rules = linter.settings.rules.page(linter.archive.path(file));
        let ran = rules.enabled.without(linter.not_run());
        let Some(read) = self.reread(file) else { return };
        for (index, rule) in RULES.iter().enumerate() {
            let Check::Suppressions(check) = rule.check else { continue };
            if !rules.enabled.contains(index) {
                continue;
            }
            for (suppression, lapses) in page.lapses(ran) {
                let lapses = lapses.as_slice();
                let context =
                    SuppressionContext { file, source: &read.source, suppression, lapses };
                let run = |findings: &mut Findings| check(&context, findings);
                linter.run_rule(index, file, &rules, run, diagnostics);
            }
        }
    }
}

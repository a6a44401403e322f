//! Checks single pages.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::page_files::check_text;
use super::panics::guarded;
use super::summary::Summary;
use crate::archive::Archive;
use crate::archive::outline::OutlineReader;
use crate::archive::page::Page;
use crate::archive::page_facts::{FactLists, Facts};
use crate::archive::page_texts::PageTexts;
use crate::archive::walked::Obstacle;
use crate::config::{PageRules, RuleSet, Settings};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::encoding;
use crate::rule::{
    ArchiveContext, Check, Findings, Need, PageContext, PageFailure, Rule, SourceContext,
};
use crate::rules::RULES;
use crate::rules::archive::unreadable;
use crate::span::{FileId, SourceText, Span};

/// The state of a file in a run.
#[derive(Debug)]
pub(super) enum PageState {
    /// A file that has not been read.
    Unseen,
    /// A page that has been read, with its facts. The facts are empty for a file that is not a
    /// page.
    Read(Facts),
    /// A page that could not be read or parsed.
    Failed(PageFailure),
}

impl PageState {
    /// Returns the facts, if the page has been read.
    pub(super) fn facts_mut(&mut self) -> Option<&mut Facts> {
        if let Self::Read(facts) = self { Some(facts) } else { None }
    }
}

/// A linter for the pages of one archive.
pub struct Linter<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The archive.
    pub archive: &'a Archive,
    /// The files that the walk found but that cannot be read.
    pub obstacles: &'a [(FileId, Obstacle)],
    /// The texts of the pages.
    pub texts: PageTexts<'a>,
    /// Today, in UTC.
    pub today: Date,
    /// Whether to collect source URLs for [`super::Linted::online`].
    pub online: bool,
    /// Whether the run determines the status of every source. It does not if it is offline, takes
    /// statuses from a ledger, or looks only at changes.
    pub conclusive: bool,
    /// The maximum number of findings of one rule on one page.
    pub most_findings: usize,
}

/// The result of checking pages by themselves.
#[derive(Default)]
pub(super) struct Checked {
    /// The findings, in the order of the pages.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The summary of these pages.
    pub(super) summary: Summary,
}

impl Checked {
    /// Appends the result for the pages that follow.
    pub(super) fn and(mut self, mut next: Self) -> Self {
        self.diagnostics.append(&mut next.diagnostics);
        Self { summary: self.summary.add(next.summary), ..self }
    }
}

impl Linter<'_> {
    /// Returns the rules that this run cannot complete, regardless of the settings. These are the
    /// online rules, unless the run is [`conclusive`](Self::conclusive).
    #[must_use]
    pub fn not_run(&self) -> RuleSet {
        let is_online = |index: &usize| RULES[*index].is_online();
        (0..RULES.len()).filter(is_online).filter(|_| !self.conclusive).collect()
    }

    /// Returns whether a rule with this need can run on at least one page.
    pub(super) fn needs(&self, need: Need) -> bool {
        let mut needing = RULES.iter().filter(|rule| rule.needs.contains(&need));
        needing.any(|rule| self.settings.rules.may_run(rule.id))
    }

    /// Returns a reader of page outlines that uses the templates in the settings.
    pub(super) fn reader(&self) -> OutlineReader<'_> {
        self.settings.reader(&self.archive.syntax)
    }

    /// Reads a page as text.
    pub(super) fn read(&self, file: FileId) -> Result<SourceText, PageFailure> {
        check_text(self.texts.read(file).map_err(PageFailure::Unreadable)?)
    }

    /// Reads a page, and runs the rules that need no other page. Adds the result to `checked`, and returns the state
    /// of the page, which does not share its lists yet.
    pub(super) fn check_page(
        &self,
        file: FileId,
        lists: &mut FactLists,
        checked: &mut Checked,
    ) -> PageState {
        let before = checked.diagnostics.len();
        let state = match self.texts.read(file) {
            Ok(source) => {
                let state = self.check_source(file, &source, lists, checked);
                // The report needs the texts of the pages with findings.
                if checked.diagnostics.len() > before {
                    self.texts.keep(file, source);
                }
                state
            }
            Err(error) => PageState::Failed(PageFailure::Unreadable(error)),
        };
        if let PageState::Failed(_) = state {
            checked.summary.pages += 1;
        }
        state
    }

    /// Runs the rules that need no other page on the text of a page. Returns the state of the page.
    fn check_source(
        &self,
        file: FileId,
        source: &SourceText,
        lists: &mut FactLists,
        checked: &mut Checked,
    ) -> PageState {
        let rules = self.settings.rules.page(self.archive.path(file));
        let garbled = encoding::garbled(source);
        let context = SourceContext { source, garbled };
        let run = |check: SourceCheck, findings: &mut Findings| check(&context, findings);
        self.run_rules((file, &rules), &SOURCE_RULES, run, checked);
        // The Markdown structure of a file that is not text would be meaningless.
        if garbled.is_some() {
            return PageState::Failed(PageFailure::NotText);
        }
        let read = || {
            let page = Page::read(self.archive, &self.reader(), file, source);
            let facts = page.write_facts(self.online, lists);
            (page, facts)
        };
        let (page, facts) = match guarded(read) {
            Ok(read) => read,
            Err(panic) => return PageState::Failed(PageFailure::Internal(panic.to_string())),
        };
        checked.summary = checked.summary.add(Summary::of(&page));
        let (page, archive, settings) = (&page, self.archive, self.settings);
        let context = PageContext { page, archive, settings, today: self.today };
        let run = |check: PageCheck, findings: &mut Findings| check(&context, findings);
        self.run_rules((file, &rules), &PAGE_RULES, run, checked);
        PageState::Read(facts)
    }

    /// Runs the given rules on a page, except those that its settings disable. `run` calls a check function.
    pub(super) fn run_rules<C: Copy>(
        &self,
        (file, rules): (FileId, &PageRules),
        checks: &[(usize, C)],
        run: impl Fn(C, &mut Findings),
        checked: &mut Checked,
    ) {
        for &(index, check) in checks {
            if rules.enabled.contains(index) {
                let run = |findings: &mut Findings| run(check, findings);
                checked.summary.dropped +=
                    self.run_rule(index, file, rules, run, &mut checked.diagnostics);
            }
        }
    }

    /// Runs one rule on one page. If the rule panics, reports the panic as a finding. Returns the
    /// number of findings beyond the limit.
    pub(super) fn run_rule(
        &self,
        index: usize,
        file: FileId,
        rules: &PageRules,
        check: impl FnOnce(&mut Findings),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> u64 {
        let rule = RULES[index].id;
        let mut findings = Findings::new(self.most_findings);
        let outcome = guarded(|| check(&mut findings));
        let (found, dropped) = findings.into_parts();
        // Most rules find nothing on most pages.
        if found.is_empty() && outcome.is_ok() {
            return dropped;
        }
        let severity = rules.severity(&self.settings.rules, index);
        diagnostics.extend(found.into_iter().map(|finding| {
            let severity = finding.severity.map_or(severity, |weaker| weaker.min(severity));
            Diagnostic { rule, severity, file, finding: Box::new(finding) }
        }));
        if let Err(reason) = outcome {
            let message = format!("the rule {rule} failed on this page: {reason}");
            let finding = Finding::new(Span::default(), message)
                .about(rule)
                .help("this is a bug in Dateline; please report it with the page");
            let (rule, severity) = (unreadable::RULE.id, Severity::Error);
            diagnostics.push(Diagnostic { rule, severity, file, finding: Box::new(finding) });
        }
        dropped
    }
}

/// The rules that check the bytes of a page, with their indices in [`RULES`].
static SOURCE_RULES: LazyLock<Vec<(usize, SourceCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Source(check) = check { Some(check) } else { None })
});

/// The rules that check a page by itself, with their indices in [`RULES`].
static PAGE_RULES: LazyLock<Vec<(usize, PageCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Page(check) = check { Some(check) } else { None })
});

/// The rules that check a page in its archive, with their indices in [`RULES`].
pub(super) static ARCHIVE_RULES: LazyLock<Vec<(usize, ArchiveCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Archive(check) = check { Some(check) } else { None })
});

/// Returns the rules whose check `pick` accepts, with their indices in [`RULES`].
fn rules_with<F>(pick: fn(Check) -> Option<F>) -> Vec<(usize, F)> {
    let picked = |(index, rule): (usize, &&Rule)| Some((index, pick(rule.check)?));
    RULES.iter().enumerate().filter_map(picked).collect()
}

type SourceCheck = fn(&SourceContext<'_>, &mut Findings);
type PageCheck = fn(&PageContext<'_>, &mut Findings);
/// The check function of an archive rule.
pub(super) type ArchiveCheck = fn(&ArchiveContext<'_>, &mut Findings);

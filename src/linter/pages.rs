//! The check of one page on its own.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::guard::guarded;
use super::page_files::check_text;
use super::summary::Summary;
use crate::archive::Archive;
use crate::archive::facts::Facts;
use crate::archive::outline::OutlineReader;
use crate::archive::page::Page;
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

/// What became of a page.
#[derive(Debug)]
pub(super) enum PageState {
    Unseen,
    Read(Facts),
    Failed(PageFailure),
}

/// Checks the pages of one archive.
pub struct Linter<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The archive's paths.
    pub archive: &'a Archive,
    /// Files that the walk found no way to read.
    pub obstacles: &'a [(FileId, Obstacle)],
    /// Their texts.
    pub texts: PageTexts<'a>,
    /// Today, in UTC.
    pub today: Date,
    /// Whether source URLs are to be gathered for a check by [`super::Linted::online`].
    pub online: bool,
    /// Whether that check tells of all sources what there is to tell: a ledger may not know yet.
    pub conclusive: bool,
    /// The maximum number of findings of one rule on one page that are kept.
    pub most_findings: usize,
}

/// A page that was checked on its own.
pub(super) struct Checked {
    pub(super) file: FileId,
    pub(super) state: PageState,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) summary: Summary,
}

impl Linter<'_> {
    /// The rules that the run cannot run to their end, whatever the settings say: those of sources,
    /// offline or by what a ledger knows so far.
    #[must_use]
    pub fn not_run(&self) -> RuleSet {
        let is_online = |index: &usize| RULES[*index].is_online();
        (0..RULES.len()).filter(is_online).filter(|_| !self.conclusive).collect()
    }

    /// Whether a rule that may run on some page needs this.
    pub(super) fn needs(&self, need: Need) -> bool {
        let mut needing = RULES.iter().filter(|rule| rule.needs.contains(&need));
        needing.any(|rule| self.settings.rules.may_run(rule.id))
    }

    pub(super) fn reader(&self) -> OutlineReader<'_> {
        OutlineReader { event: &self.settings.event, day: &self.settings.day }
    }

    /// Reads a page, unless it is no text.
    pub(super) fn read(&self, file: FileId) -> Result<SourceText, PageFailure> {
        check_text(self.texts.read(file).map_err(PageFailure::Unreadable)?)
    }

    pub(super) fn check_page(&self, file: FileId) -> Checked {
        let mut checked = Checked {
            file,
            state: PageState::Unseen,
            diagnostics: Vec::new(),
            summary: Summary { pages: 1, ..Summary::default() },
        };
        let source = match self.texts.read(file) {
            Ok(source) => source,
            Err(error) => {
                checked.state = PageState::Failed(PageFailure::Unreadable(error));
                return checked;
            }
        };
        let rules = self.settings.rules.page(self.archive.path(file));
        let garbled = encoding::garbled(&source);
        let context = SourceContext { source: &source, garbled };
        let checks = SOURCE_RULES.iter().map(|&(index, check)| {
            let run = move |findings: &mut Findings| check(&context, findings);
            (index, run)
        });
        self.run_rules(&rules, checks, &mut checked);
        // What its bytes would be as Markdown, nobody meant.
        if garbled.is_some() {
            checked.state = PageState::Failed(PageFailure::NotText);
            return checked;
        }
        let read = || {
            let page = Page::read(self.archive, &self.reader(), file, &source);
            let facts = page.facts(self.online);
            (page, facts)
        };
        match guarded(read) {
            Err(panic) => {
                checked.state = PageState::Failed(PageFailure::Internal(panic.to_string()));
            }
            Ok((page, facts)) => {
                checked.state = PageState::Read(facts);
                checked.summary = Summary::of(&page);
                let (page, archive, settings) = (&page, self.archive, self.settings);
                let context = PageContext { page, archive, settings, today: self.today };
                let checks = PAGE_RULES.iter().map(|&(index, check)| {
                    let run = move |findings: &mut Findings| check(&context, findings);
                    (index, run)
                });
                self.run_rules(&rules, checks, &mut checked);
            }
        }
        checked
    }

    /// Runs those of some rules on a page that its settings enable.
    fn run_rules<F: FnOnce(&mut Findings)>(
        &self,
        rules: &PageRules,
        checks: impl Iterator<Item = (usize, F)>,
        checked: &mut Checked,
    ) {
        for (index, check) in checks.filter(|(index, _)| rules.enabled.contains(*index)) {
            checked.summary.dropped +=
                self.run_rule(index, checked.file, rules, check, &mut checked.diagnostics);
        }
    }

    /// Runs one rule on one page; a panic in it becomes a diagnostic. Returns how many findings
    /// were not kept.
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
        let severity = rules.severity(&self.settings.rules, index);
        diagnostics.extend(found.into_iter().map(|finding| {
            let severity = finding.severity.map_or(severity, |weaker| weaker.min(severity));
            Diagnostic { rule, severity, file, finding }
        }));
        if let Err(reason) = outcome {
            let message = format!("the rule {rule} failed on this page: {reason}");
            let finding = Finding::new(Span::default(), message)
                .about(rule)
                .help("this is a defect of Dateline; please report it with the page");
            let (rule, severity) = (unreadable::RULE.id, Severity::Error);
            diagnostics.push(Diagnostic { rule, severity, file, finding });
        }
        dropped
    }
}

/// The rules that look at the bytes of a page, by their indices.
static SOURCE_RULES: LazyLock<Vec<(usize, SourceCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Source(check) = check { Some(check) } else { None })
});

/// The rules that look at a page, by their indices.
static PAGE_RULES: LazyLock<Vec<(usize, PageCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Page(check) = check { Some(check) } else { None })
});

/// The rules that look at a page among all others, by their indices.
pub(super) static ARCHIVE_RULES: LazyLock<Vec<(usize, ArchiveCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Archive(check) = check { Some(check) } else { None })
});

/// The rules that check in one way, by their indices.
fn rules_with<F>(pick: fn(Check) -> Option<F>) -> Vec<(usize, F)> {
    let picked = |(index, rule): (usize, &&Rule)| Some((index, pick(rule.check)?));
    RULES.iter().enumerate().filter_map(picked).collect()
}

type SourceCheck = fn(&SourceContext<'_>, &mut Findings);
type PageCheck = fn(&PageContext<'_>, &mut Findings);
pub(super) type ArchiveCheck = fn(&ArchiveContext<'_>, &mut Findings);

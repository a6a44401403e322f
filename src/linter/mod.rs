//! The pipeline: pages to facts, facts to findings. The only user of rayon.

mod days;
mod gather;
mod linted;
mod needed;
mod recent;
mod safety;
mod silence;
mod summary;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use jiff::civil::Date;
use rayon::prelude::*;

pub use self::gather::gather;
pub use self::linted::Linted;
pub use self::recent::Recent;
pub use self::summary::Summary;
use crate::archive::Archive;
use crate::archive::facts::Facts;
use crate::archive::outline::OutlineReader;
use crate::archive::page::Page;
use crate::archive::walk::Obstacle;
use crate::config::{PageRules, RuleSet, Settings};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::encoding;
use crate::rule::{ArchiveContext, Check, Findings, PageContext, PageFailure, Rule, SourceContext};
use crate::rules::RULES;
use crate::span::{FileId, SourceText, Span};

/// Where the bytes of pages come from.
pub trait PageSource: Sync {
    /// The bytes of the page at `path`, relative to the archive's root.
    ///
    /// # Errors
    /// Why they cannot be had, in words.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// What became of a page.
#[derive(Debug)]
enum PageState {
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
    /// Where pages come from.
    pub source: &'a dyn PageSource,
    /// Today, in UTC.
    pub today: Date,
    /// Whether source URLs are to be gathered for a check by [`Linted::online`].
    pub online: bool,
    /// Whether that check tells of all sources what there is to tell: a ledger may not know yet.
    pub conclusive: bool,
    /// The most findings of one rule on one page that are kept.
    pub most_findings: usize,
}

struct Checked {
    file: FileId,
    state: PageState,
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

impl<'a> Linter<'a> {
    /// Runs the offline rules on the pages `checked`. Of other pages, those are read whose facts they
    /// need: pages that a checked one is related to or lists, the pages of its day, events that may
    /// be the same, and, for their anchors, those that a fragment names.
    #[must_use]
    pub fn run(&'a self, checked: &[FileId]) -> Linted<'a> {
        let mut states: Vec<_> = self.archive.paths.ids().map(|_| PageState::Unseen).collect();
        for (file, obstacle) in self.obstacles {
            let failure = PageFailure::Unreadable(describe(obstacle));
            states[file.index()] = PageState::Failed(failure);
        }
        // Of a file that is no page, such as an image whose name collides, nothing is read.
        for file in checked.iter().filter(|file| !is_page(self.archive.path(**file))) {
            if matches!(states[file.index()], PageState::Unseen) {
                states[file.index()] = PageState::Read(Facts::default());
            }
        }
        let readable: Vec<_> = checked
            .iter()
            .copied()
            .filter(|file| matches!(states[file.index()], PageState::Unseen))
            .collect();
        let pages: Vec<Checked> =
            readable.par_iter().with_min_len(16).map(|&file| self.check_page(file)).collect();
        Linted::new(self, states, checked.to_vec(), pages)
    }

    /// The rules that the run cannot run to their end, whatever the settings say: those of sources,
    /// offline or by what a ledger knows so far.
    #[must_use]
    pub fn not_run(&self) -> RuleSet {
        let is_online = |index: &usize| RULES[*index].is_online();
        (0..RULES.len()).filter(is_online).filter(|_| !self.conclusive).collect()
    }

    fn reader(&self) -> OutlineReader<'_> {
        OutlineReader { event: &self.settings.event, day: &self.settings.day }
    }

    /// Reads a page, unless it is no text.
    fn read(&self, file: FileId) -> Result<SourceText, PageFailure> {
        read_text(self.source, self.archive.path(file))
    }

    fn check_page(&self, file: FileId) -> Checked {
        let mut checked = Checked {
            file,
            state: PageState::Unseen,
            diagnostics: Vec::new(),
            summary: Summary { pages: 1, ..Summary::default() },
        };
        let source = match read_page(self.source, self.archive.path(file)) {
            Ok(source) => source,
            Err(failure) => {
                checked.state = PageState::Failed(failure);
                return checked;
            }
        };
        let rules = self.settings.rules.page(self.archive.path(file));
        let garbled = encoding::garbled(&source);
        let context = SourceContext { file, source: &source, garbled };
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
            Err(reason) => checked.state = PageState::Failed(PageFailure::Internal(reason)),
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
    fn run_rule(
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
            let (rule, severity) = ("archive/unreadable", Severity::Error);
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
static ARCHIVE_RULES: LazyLock<Vec<(usize, ArchiveCheck)>> = LazyLock::new(|| {
    rules_with(|check| if let Check::Archive(check) = check { Some(check) } else { None })
});

/// The rules that check in one way, by their indices.
fn rules_with<F>(pick: fn(Check) -> Option<F>) -> Vec<(usize, F)> {
    let picked = |(index, rule): (usize, &&Rule)| Some((index, pick(rule.check)?));
    RULES.iter().enumerate().filter_map(picked).collect()
}

type SourceCheck = fn(&SourceContext<'_>, &mut Findings);
type PageCheck = fn(&PageContext<'_>, &mut Findings);
type ArchiveCheck = fn(&ArchiveContext<'_>, &mut Findings);

/// Whether a path of an archive is a page: Markdown, and not in a hidden folder.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let is_hidden = path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some();
    path.ends_with(".md") && !is_hidden
}

fn read_page(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    let bytes = source.read(path).map_err(PageFailure::Unreadable)?;
    if u32::try_from(bytes.len()).is_err() {
        let reason = "it is larger than 4 GiB".to_owned();
        return Err(PageFailure::Unreadable(reason));
    }
    Ok(SourceText::from_bytes(&bytes))
}

/// Reads a page of which more than its bytes is to be known.
fn read_text(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    let text = read_page(source, path)?;
    match encoding::garbled(&text) {
        None => Ok(text),
        Some(_) => Err(PageFailure::NotText),
    }
}

/// Runs `work`; what it panics with becomes an error.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| words(&*panic))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
        .to_owned()
}

fn describe(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Name => "its name is not UTF-8, so no link can name it".to_owned(),
        Obstacle::NotAFile => "it is a pipe, a socket or a device".to_owned(),
        Obstacle::LeadsOutside => {
            "it is a symbolic link out of the archive, which is not followed".to_owned()
        }
        Obstacle::LeadsNowhere => {
            "it is a symbolic link that leads to nothing, or round in a loop".to_owned()
        }
        Obstacle::IgnoreFile => {
            "it is no regular file, so it is not opened, and no `.gitignore` is obeyed".to_owned()
        }
        Obstacle::IgnorePatterns => {
            "it is larger than 64 KiB, each wildcard counted as 32 bytes, or has a line with more than \
             100 braces, so no `.gitignore` is obeyed"
                .to_owned()
        }
        Obstacle::IgnoreFiles => {
            "with those before it, it makes more than 256 KiB of `.gitignore` files, so none is obeyed"
                .to_owned()
        }
        Obstacle::Walk(reason) => reason.clone(),
    }
}

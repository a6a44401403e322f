//! The pipeline: pages to facts, facts to findings. The only user of rayon.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::archive::Archive;
use crate::archive::facts::{Facts, LinkRole, text_hash};
use crate::archive::outline::OutlineReader;
use crate::archive::page::Page;
use crate::archive::resolve::Target;
use crate::archive::walk::Obstacle;
use crate::config::{PageRules, Settings};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::document::Document;
use crate::rule::{
    ArchiveContext, Check, Findings, OnlineContext, PageContext, PageFailure, Pages,
};
use crate::rules::RULES;
use crate::span::{FileId, SourceText, Span};
use crate::verdict::Outcome;

/// Where the bytes of pages come from.
pub trait PageSource: Sync {
    /// The bytes of the page at `path`, relative to the archive's root.
    ///
    /// # Errors
    /// Why they cannot be had, in words.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// What a run did and did not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages checked.
    pub pages: u64,
    /// Links and images in them.
    pub links: u64,
    /// Those that name something in the archive.
    pub resolved: u64,
    /// Those that should and do not, or are broken.
    pub unresolved: u64,
    /// Links to sources on the web.
    pub sources: u64,
    /// Other links out of the archive, which are never contacted.
    pub external: u64,
    /// Findings that were too many of one rule on one page to be kept.
    pub dropped: u64,
}

impl Summary {
    fn add(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.links += other.links;
        self.resolved += other.resolved;
        self.unresolved += other.unresolved;
        self.sources += other.sources;
        self.external += other.external;
        self.dropped += other.dropped;
        self
    }

    fn of(page: &Page<'_>) -> Self {
        let mut summary = Self { pages: 1, links: page.links.len() as u64, ..Self::default() };
        for (link, made) in page.document.links.iter().zip(&page.links) {
            match made.target {
                Target::External if link.faulty => summary.unresolved += 1,
                Target::External if made.role == LinkRole::Source => summary.sources += 1,
                Target::External => summary.external += 1,
                target if target.is_resolved() => summary.resolved += 1,
                _ => summary.unresolved += 1,
            }
        }
        summary
    }
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
}

/// What is known after the offline rules have run.
pub struct Linted<'a> {
    linter: &'a Linter<'a>,
    states: Vec<PageState>,
    checked: Vec<FileId>,
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
    /// Hashes of the anchors of the pages that a fragment names.
    anchors: HashMap<FileId, Vec<u64>>,
    reread: Mutex<HashMap<FileId, Reread>>,
}

type Reread = Option<Arc<(SourceText, Document)>>;

struct Checked {
    file: FileId,
    state: PageState,
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

impl<'a> Linter<'a> {
    /// Runs the offline rules on the pages `checked`. Other pages are read as far as a checked one
    /// links to them; all are, if `checked` is the whole archive.
    #[must_use]
    pub fn run(&'a self, checked: &[FileId]) -> Linted<'a> {
        let mut states: Vec<_> = self.archive.paths.ids().map(|_| PageState::Unseen).collect();
        for (file, obstacle) in self.obstacles {
            let failure = PageFailure::Unreadable(describe(obstacle));
            states[file.index()] = PageState::Failed(failure);
        }
        let readable: Vec<_> = checked
            .iter()
            .copied()
            .filter(|file| matches!(states[file.index()], PageState::Unseen))
            .collect();
        let pages: Vec<Checked> =
            readable.par_iter().with_min_len(16).map(|&file| self.check_page(file)).collect();
        let mut linted = Linted {
            linter: self,
            states,
            checked: checked.to_vec(),
            diagnostics: Vec::new(),
            summary: Summary::default(),
            anchors: HashMap::new(),
            reread: Mutex::default(),
        };
        for page in pages {
            linted.states[page.file.index()] = page.state;
            linted.diagnostics.extend(page.diagnostics);
            linted.summary = linted.summary.add(page.summary);
        }
        linted.read_targets();
        linted.read_anchors();
        linted.check_archive();
        linted
    }

    fn reader(&self) -> OutlineReader<'_> {
        OutlineReader { event: &self.settings.event, day: &self.settings.day }
    }

    fn read(&self, file: FileId) -> Result<SourceText, PageFailure> {
        let bytes = self.source.read(self.archive.path(file)).map_err(PageFailure::Unreadable)?;
        if u32::try_from(bytes.len()).is_err() {
            let reason = "it is larger than 4 GiB".to_owned();
            return Err(PageFailure::Unreadable(reason));
        }
        Ok(SourceText::from_bytes(&bytes))
    }

    fn check_page(&self, file: FileId) -> Checked {
        let mut checked = Checked {
            file,
            state: PageState::Unseen,
            diagnostics: Vec::new(),
            summary: Summary { pages: 1, ..Summary::default() },
        };
        let source = match self.read(file) {
            Ok(source) => source,
            Err(failure) => {
                checked.state = PageState::Failed(failure);
                return checked;
            }
        };
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
                self.run_page_rules(&page, &mut checked);
            }
        }
        checked
    }

    fn run_page_rules(&self, page: &Page<'_>, checked: &mut Checked) {
        let rules = self.settings.rules.page(self.archive.path(page.file));
        let (archive, settings, today) = (self.archive, self.settings, self.today);
        let context = PageContext { page, archive, settings, today };
        for (index, rule) in RULES.iter().enumerate() {
            if let Check::Page(check) = rule.check
                && rules.enabled.contains(index)
            {
                let run = |findings: &mut Findings| check(&context, findings);
                checked.summary.dropped +=
                    self.run_rule(index, page.file, &rules, run, &mut checked.diagnostics);
            }
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
        let mut findings = Findings::default();
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
                .help("this is a defect of Dateline; please report it with the page");
            let (rule, severity) = ("archive/unreadable", Severity::Error);
            diagnostics.push(Diagnostic { rule, severity, file, finding });
        }
        dropped
    }
}

impl Linted<'_> {
    /// Reads the pages that a checked one is related to, where they have not been read: of these
    /// only the titles are needed.
    fn read_targets(&mut self) {
        let mut needed: Vec<FileId> = Vec::new();
        for state in &self.states {
            let PageState::Read(facts) = state else { continue };
            let related = facts.links.iter().filter(|link| link.role == LinkRole::Related);
            needed.extend(related.filter_map(|link| link.target.file()));
        }
        needed.sort_unstable();
        needed.dedup();
        let linter = self.linter;
        needed.retain(|&file| {
            matches!(self.states[file.index()], PageState::Unseen)
                && is_page(linter.archive.path(file))
        });
        let read: Vec<_> = needed
            .par_iter()
            .map(|&file| {
                let source = linter.read(file).ok()?;
                let page =
                    || Page::read(linter.archive, &linter.reader(), file, &source).facts(false);
                Some((file, guarded(page).ok()?))
            })
            .collect();
        for (file, facts) in read.into_iter().flatten() {
            self.states[file.index()] = PageState::Read(facts);
        }
    }

    /// Gathers the anchors of the pages that a fragment names: few are, so they are read anew
    /// rather than to gather the anchors of all.
    fn read_anchors(&mut self) {
        let mut needed: Vec<FileId> = Vec::new();
        for state in &self.states {
            let PageState::Read(facts) = state else { continue };
            let links = facts.fragments.iter().map(|found| &facts.links[found.link as usize]);
            needed.extend(links.filter_map(|link| link.target.file()));
        }
        needed.sort_unstable();
        needed.dedup();
        let linter = self.linter;
        let anchors = needed.par_iter().filter(|file| is_page(linter.archive.path(**file)));
        self.anchors = anchors
            .filter_map(|&file| {
                let source = linter.read(file).ok()?;
                let anchors = || {
                    let document = Document::parse(source.text());
                    document.anchors().map(|anchor| text_hash(&anchor)).collect()
                };
                Some((file, guarded(anchors).ok()?))
            })
            .collect();
    }

    fn check_archive(&mut self) {
        let found: Vec<_> = self
            .checked
            .par_iter()
            .with_min_len(64)
            .map(|&file| self.run_archive_rules(file))
            .filter(|(diagnostics, dropped)| !diagnostics.is_empty() || *dropped > 0)
            .collect();
        for (diagnostics, dropped) in found {
            self.diagnostics.extend(diagnostics);
            self.summary.dropped += dropped;
        }
    }

    fn run_archive_rules(&self, file: FileId) -> (Vec<Diagnostic>, u64) {
        let linter = self.linter;
        let mut diagnostics = Vec::new();
        let mut dropped = 0;
        let facts = match &self.states[file.index()] {
            PageState::Read(facts) => Ok(facts),
            PageState::Failed(failure) => Err(failure),
            PageState::Unseen => return (diagnostics, dropped),
        };
        let context = ArchiveContext {
            file,
            place: linter.archive.place(file),
            facts,
            archive: linter.archive,
            settings: linter.settings,
            pages: self,
        };
        let rules = linter.settings.rules.page(linter.archive.path(file));
        for (index, rule) in RULES.iter().enumerate() {
            if let Check::Archive(check) = rule.check
                && rules.enabled.contains(index)
            {
                let run = |findings: &mut Findings| check(&context, findings);
                dropped += linter.run_rule(index, file, &rules, run, &mut diagnostics);
            }
        }
        (diagnostics, dropped)
    }

    /// The distinct source URLs of the checked pages, sorted; empty unless the linter gathered them.
    #[must_use]
    pub fn source_urls(&self) -> Vec<String> {
        let mut urls: Vec<String> = self
            .sources()
            .filter(|(_, _, url)| url::Url::parse(url).is_ok())
            .map(|(_, _, url)| url.to_owned())
            .collect();
        urls.sort_unstable();
        urls.dedup();
        urls
    }

    fn sources(&self) -> impl Iterator<Item = (FileId, Span, &str)> {
        self.checked.iter().flat_map(|&file| {
            let sources = match &self.states[file.index()] {
                PageState::Read(facts) => &*facts.sources,
                PageState::Failed(_) | PageState::Unseen => &[],
            };
            sources.iter().map(move |source| (file, source.destination, &*source.url))
        })
    }

    /// Runs the online rules on what was found out about source URLs.
    pub fn online(&mut self, outcomes: &[Outcome]) {
        let by_url: BTreeMap<&str, &Outcome> =
            outcomes.iter().map(|outcome| (outcome.url.as_str(), outcome)).collect();
        let linter = self.linter;
        let mut diagnostics = Vec::new();
        let mut dropped = 0;
        for (file, destination, url) in self.sources() {
            let Some(&outcome) = by_url.get(url) else { continue };
            let context = OnlineContext { destination, outcome };
            let rules = linter.settings.rules.page(linter.archive.path(file));
            for (index, rule) in RULES.iter().enumerate() {
                if let Check::Online(check) = rule.check
                    && rules.enabled.contains(index)
                {
                    let run = |findings: &mut Findings| check(&context, findings);
                    dropped += linter.run_rule(index, file, &rules, run, &mut diagnostics);
                }
            }
        }
        self.diagnostics.extend(diagnostics);
        self.summary.dropped += dropped;
    }

    /// What was found, in the order of reports, and the account of the run.
    #[must_use]
    pub fn finish(self) -> (Vec<Diagnostic>, Summary) {
        let mut diagnostics = self.diagnostics;
        diagnostics.par_sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        (diagnostics, self.summary)
    }
}

impl Pages for Linted<'_> {
    fn facts(&self, file: FileId) -> Option<&Facts> {
        match self.states.get(file.index())? {
            PageState::Read(facts) => Some(facts),
            PageState::Failed(_) | PageState::Unseen => None,
        }
    }

    fn anchors(&self, file: FileId) -> Option<&[u64]> {
        self.anchors.get(&file).map(Vec::as_slice)
    }

    fn reread(&self, file: FileId) -> Reread {
        if let Some(page) = self.reread.lock().ok()?.get(&file) {
            return page.clone();
        }
        let page = self.linter.read(file).ok().map(|source| {
            let document = Document::parse(source.text());
            Arc::new((source, document))
        });
        let mut cache = self.reread.lock().ok()?;
        // What is being reported on now is likely to be asked for again, and the rest is not.
        if cache.len() >= MAX_REREAD {
            cache.clear();
        }
        cache.insert(file, page.clone());
        page
    }
}

/// The most pages that are kept after they were read anew.
const MAX_REREAD: usize = 64;

/// Whether a path of an archive is a page: Markdown, and not in a hidden folder.
#[must_use]
pub fn is_page(path: &str) -> bool {
    path.ends_with(".md") && !path.split('/').any(|part| part.starts_with('.'))
}

/// Runs `work`; what it panics with becomes an error.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
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
        Obstacle::Walk(reason) => reason.clone(),
    }
}

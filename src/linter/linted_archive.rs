//! The part of a run after all pages have been read: archive rules, online rules and suppression.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use rayon::prelude::*;

use super::day_pages::DayPages;
use super::pages::{ARCHIVE_RULES, ArchiveCheck, Checked, Linter, PageState};
use super::summary::Summary;
use crate::archive::days::Edition;
use crate::archive::page_facts::{Facts, LinkFact, SourceFact};
use crate::archive::page_texts::ReadPage;
use crate::archive::recent::Recent;
use crate::archive::resolve::Target;
use crate::diagnostic::{Diagnostic, EditTarget, Fix};
use crate::rule::{
    AnchorHashes, ArchiveContext, Check, Findings, InsertionPoints, Need, OnlineContext, Pages,
};
use crate::rules::RULES;
use crate::source_status::Outcome;
use crate::span::{FileId, Span};

/// The number of pages in a piece of work, so that idle threads find pieces to take.
const PIECE: usize = 1024;

/// The state of a run after the offline rules.
pub struct Linted<'a> {
    /// The linter of this run.
    pub(super) linter: &'a Linter<'a>,
    /// The state of each file, indexed by [`FileId`].
    pub(super) states: Vec<PageState>,
    /// The files that the run checks.
    pub(super) checked: Vec<FileId>,
    /// The findings, and the summary of the checked pages.
    found: Checked,
    /// For each page that a link with a fragment refers to, its anchors.
    anchors: HashMap<FileId, AnchorHashes>,
    /// Pairs of a page and the earlier page about the same event, sorted.
    duplicates: Vec<(FileId, FileId)>,
    days: DayPages,
    /// The event pages of the days to which an event page without a date in its path belongs.
    events: BTreeMap<(Edition, Date), Vec<FileId>>,
    points: Mutex<Recent<Option<Arc<InsertionPoints>>>>,
}

impl<'a> Linted<'a> {
    /// Collects the results for the checked pages, and runs the archive rules on these pages.
    pub(super) fn new(
        linter: &'a Linter<'a>,
        states: Vec<PageState>,
        checked: Vec<FileId>,
        found: Checked,
    ) -> Self {
        let mut linted = Self {
            linter,
            states,
            checked,
            found,
            anchors: HashMap::new(),
            duplicates: Vec::new(),
            days: DayPages::default(),
            events: BTreeMap::new(),
            points: Mutex::new(Recent::new(MOST_INSERTION_POINTS, usize::MAX)),
        };
        linted.read_needed();
        linted.prepare_search();
        linted.anchors = linted.read_anchors();
        linted.duplicates = linted.find_duplicates();
        linted.days = linted.read_day_pages();
        linted.events = linted.events_of_fields();
        linted.check_archive();
        linted
    }

    fn check_archive(&mut self) {
        // Collects into one list per piece of work, because a list of one finding has space for four.
        let found = self
            .checked
            .par_iter()
            .with_min_len(64)
            .with_max_len(PIECE)
            .fold(Checked::default, |checked, &file| self.run_archive_rules(file, checked))
            .reduce(Checked::default, Checked::and);
        self.found = std::mem::take(&mut self.found).and(found);
    }

    /// Prepares the search for the probable targets of broken links, if there is one. A partial list would ask for all
    /// folders.
    fn prepare_search(&self) {
        let Linter { archive, .. } = self.linter;
        let searches = [Need::NearestPages, Need::DayEntries].map(|need| self.linter.needs(need));
        if !searches.contains(&true) || archive.paths.partial().is_some() {
            return;
        }
        let is_missing = |link: &LinkFact| link.target() == Target::Missing;
        let misses = |state: &PageState| matches!(state, PageState::Read(facts) if facts.links.iter().any(is_missing));
        if self.states.par_iter().with_min_len(PIECE).any(misses) {
            archive.prepare_search();
        }
    }

    /// Runs the archive rules on a file, and adds the result to that for the files before it.
    fn run_archive_rules(&self, file: FileId, mut checked: Checked) -> Checked {
        let linter = self.linter;
        let facts = match &self.states[file.index()] {
            PageState::Read(facts) => Ok(facts),
            PageState::Failed(failure) => Err(failure),
            PageState::Unseen => return checked,
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
        let run = |check: ArchiveCheck, findings: &mut Findings| check(&context, findings);
        linter.run_rules((file, &rules), &ARCHIVE_RULES, run, &mut checked);
        checked
    }

    /// Returns the distinct valid source URLs of the checked pages for which `asks` returns `true`,
    /// sorted. Returns no URLs unless [`Linter::online`] is set.
    #[must_use]
    pub fn source_urls(&self, asks: &dyn Fn(FileId) -> bool) -> Vec<String> {
        let mut urls: Vec<String> = self
            .sources()
            .filter(|(file, _, url)| asks(*file) && url::Url::parse(url).is_ok())
            .map(|(_, _, url)| url.to_owned())
            .collect();
        urls.sort_unstable();
        urls.dedup();
        urls
    }

    /// Returns the source URLs of the checked pages, each with its page and the span of the
    /// destination. Returns no URLs unless [`Linter::online`] is set.
    pub fn sources(&self) -> impl Iterator<Item = (FileId, Span, &str)> {
        self.cited().map(|(file, source)| (file, source.destination, &*source.url))
    }

    /// Returns the day of a page: that of its path or, if the path contains no date, that of its fields.
    #[must_use]
    pub fn day_of(&self, file: FileId) -> Option<Date> {
        let of_fields = self.facts(file).and_then(|facts| facts.date);
        self.linter.archive.place(file).day_or(of_fields)
    }

    fn cited(&self) -> impl Iterator<Item = (FileId, &SourceFact)> {
        self.checked.iter().flat_map(|&file| {
            let sources = match &self.states[file.index()] {
                PageState::Read(facts) => facts.sources(),
                PageState::Failed(_) | PageState::Unseen => &[],
            };
            sources.iter().map(move |source| (file, source))
        })
    }

    /// Runs the online rules on source URLs whose outcome is known.
    pub fn online(&mut self, outcomes: &[Outcome]) {
        let by_url: BTreeMap<&str, &Outcome> =
            outcomes.iter().map(|outcome| (outcome.url.as_str(), outcome)).collect();
        let linter = self.linter;
        let mut found = Checked::default();
        let mut places = HashSet::new();
        for (file, source) in self.cited() {
            let (destination, link, url) = (source.destination, source.link, &*source.url);
            let Some(&outcome) = by_url.get(url) else { continue };
            // Several links can refer to one definition. Report its destination only once.
            if !places.insert((file, destination)) {
                continue;
            }
            let context = OnlineContext { file, destination, link, outcome, pages: self };
            let rules = linter.settings.rules.page(linter.archive.path(file));
            for (index, rule) in RULES.iter().enumerate() {
                if let Check::Online(check) = rule.check
                    && rules.enabled.contains(index)
                {
                    let run = |findings: &mut Findings| check(&context, findings);
                    found.summary.dropped +=
                        linter.run_rule(index, file, &rules, run, &mut found.diagnostics);
                }
            }
        }
        self.found = std::mem::take(&mut self.found).and(found);
    }

    /// Returns the findings that are not suppressed, in the order of reports, and the summary of
    /// the run.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Diagnostic>, Summary) {
        let Checked { mut diagnostics, mut summary } = std::mem::take(&mut self.found);
        summary.suppressed = self.suppress(&mut diagnostics);
        diagnostics.par_sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        // Links that share a definition produce identical findings.
        diagnostics.dedup();
        for diagnostic in &mut diagnostics {
            diagnostic.finding.fix.take_if(|fix| !self.may_be_made(fix));
        }
        self.doubt_fixes(&mut diagnostics);
        (diagnostics, summary)
    }
}

impl Linted<'_> {
    /// Returns whether a fix edits only pages that are valid UTF-8. Dateline cannot know what
    /// invalid bytes mean, or what an edit of such a page would do.
    fn may_be_made(&self, fix: &Fix) -> bool {
        fix.edits.iter().all(|edit| match &edit.target {
            EditTarget::File(file) => self.facts(*file).is_some_and(|facts| facts.is_utf8),
            EditTarget::New(_) => true,
        })
    }
}

impl Pages for Linted<'_> {
    fn facts(&self, file: FileId) -> Option<&Facts> {
        match self.states.get(file.index())? {
            PageState::Read(facts) => Some(facts),
            PageState::Failed(_) | PageState::Unseen => None,
        }
    }

    fn anchors(&self, file: FileId) -> Option<&AnchorHashes> {
        self.anchors.get(&file)
    }

    fn names(&self, day_page: FileId, file: FileId) -> bool {
        self.days.names(day_page, file)
    }

    fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId> {
        self.days.meant(day_page, entry)
    }

    fn events(&self, file: FileId, date: Date) -> &[FileId] {
        let archive = self.linter.archive;
        match self.events.get(&(archive.edition(file), date)) {
            Some(events) => events,
            None => archive.day(file, date).map_or(&[], |day| day.events),
        }
    }

    fn duplicate_of(&self, file: FileId) -> Option<FileId> {
        let index = self.duplicates.binary_search_by_key(&file, |(later, _)| *later).ok()?;
        Some(self.duplicates[index].1)
    }

    fn reread(&self, file: FileId) -> Option<Arc<ReadPage>> {
        Some(self.linter.texts.get(file)).filter(|page| page.is_markdown())
    }

    fn insertion_points(&self, day_page: FileId) -> Option<Arc<InsertionPoints>> {
        if let Some(points) = self.points.lock().ok()?.get(day_page) {
            return points;
        }
        let (day, syntax) = (&self.linter.settings.day, &self.linter.archive.syntax);
        let points = self
            .reread(day_page)
            .map(|page| Arc::new(InsertionPoints::new(&page.source, page.document(), syntax, day)));
        self.points.lock().ok()?.insert(day_page, points.clone(), 0);
        points
    }
}

/// The maximum number of day pages whose insertion points for entries are cached.
const MOST_INSERTION_POINTS: usize = 64;

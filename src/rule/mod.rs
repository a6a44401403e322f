//! What a rule is, and what it is given to look at.

use std::sync::Arc;

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::facts::{Facts, LinkFact};
use crate::archive::layout::Place;
use crate::archive::outline::{EventPage, Outline};
use crate::archive::page::Page;
use crate::config::{RuleInfo, Settings};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::span::{FileId, SourceText, Span};
use crate::verdict::Outcome;

/// A rule: what it is called, what it says of itself, and how it checks.
#[derive(Debug)]
pub struct Rule {
    /// Its id, `group/name`.
    pub id: &'static str,
    /// What it reports, in a few words.
    pub summary: &'static str,
    /// How much it matters by default; none when it is off.
    pub severity: Option<Severity>,
    /// How it checks.
    pub check: Check,
    /// Its page: documentation, explanation and test cases in one.
    pub page: &'static str,
    /// The first version of Dateline that has it.
    pub since: &'static str,
}

/// How a rule checks, which is also what it may know.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// One page, while it is being read.
    Page(fn(&PageContext<'_>, &mut Findings)),
    /// One page among all others, by the facts that were kept of them.
    Archive(fn(&ArchiveContext<'_>, &mut Findings)),
    /// One source URL, by the answer of its server.
    Online(fn(&OnlineContext<'_>, &mut Findings)),
}

impl Check {
    /// The word for it in listings.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::Page(_) => "page",
            Self::Archive(_) => "archive",
            Self::Online(_) => "online",
        }
    }
}

impl Rule {
    /// The group, before the slash.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// What the settings need to know of it.
    #[must_use]
    pub const fn info(&self) -> RuleInfo {
        RuleInfo { id: self.id, severity: self.severity }
    }
}

/// The most findings of one rule that are kept of one page, so that a page made to be hostile
/// cannot fill the memory.
pub const MAX_FINDINGS: usize = 1000;

/// Where a rule puts what it finds.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
    dropped: u64,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.found.len() < MAX_FINDINGS {
            self.found.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds a finding, if there is one.
    pub fn extend_from(&mut self, finding: Option<Finding>) {
        if let Some(finding) = finding {
            self.push(finding);
        }
    }

    /// What was found, and how many findings over [`MAX_FINDINGS`] were not kept.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.found, self.dropped)
    }
}

/// What a page rule sees.
#[derive(Clone, Copy, Debug)]
pub struct PageContext<'a> {
    /// The page.
    pub page: &'a Page<'a>,
    /// The archive's paths.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// Today, in UTC.
    pub today: Date,
}

impl<'a> PageContext<'a> {
    /// The page's outline, if it is an event page.
    #[must_use]
    pub fn event(&self) -> Option<&'a EventPage> {
        match &self.page.outline {
            Outline::Event(event) => Some(event),
            Outline::Day(_) | Outline::Other => None,
        }
    }

    /// The page's first character, where findings about the whole page point.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        self.page.source.first_character()
    }
}

/// Why there are no facts of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// It could not be read; the reason.
    Unreadable(String),
    /// Dateline itself failed on it; how.
    Internal(String),
}

/// What is known of other pages.
pub trait Pages: Sync {
    /// The facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Hashes of the anchors of a page that a fragment names, sorted, if it was read.
    fn anchors(&self, file: FileId) -> Option<&[u64]>;

    /// A page's text and document, read anew: only for what is to be reported.
    fn reread(&self, file: FileId) -> Option<Arc<(SourceText, Document)>>;
}

/// What an archive rule sees: one page, and all others by their facts.
#[derive(Clone, Copy)]
pub struct ArchiveContext<'a> {
    /// The page.
    pub file: FileId,
    /// What it is, by its path.
    pub place: Place,
    /// Its facts, or why there are none.
    pub facts: Result<&'a Facts, &'a PageFailure>,
    /// The archive's paths.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// The other pages.
    pub pages: &'a dyn Pages,
}

impl ArchiveContext<'_> {
    /// The text at `span` of the page, read anew.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> String {
        let page = self.pages.reread(self.file);
        page.map_or_else(String::new, |page| span.of(page.0.text()).to_owned())
    }

    /// The page's first character, where findings about the whole page point.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        let page = self.pages.reread(self.file);
        page.map_or_else(Span::default, |page| page.0.first_character())
    }

    /// What a reader sees of a link of the page.
    #[must_use]
    pub fn link_words(&self, link: &LinkFact) -> Option<String> {
        let page = self.pages.reread(self.file)?;
        let links = &page.1.links;
        let index = links.binary_search_by_key(&link.content.start, |link| link.content.start);
        Some(page.1.words(links[index.ok()?].text).to_owned())
    }

    /// What a reader sees of the title of another page, and where it stands there.
    #[must_use]
    pub fn title(&self, file: FileId) -> Option<(String, Span)> {
        let content = self.pages.facts(file)?.title?.content;
        let page = self.pages.reread(file)?;
        let heading = page.1.headings.iter().find(|heading| heading.content == content)?;
        Some((page.1.words(heading.text).to_owned(), content))
    }
}

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy, Debug)]
pub struct OnlineContext<'a> {
    /// Where the URL stands.
    pub destination: Span,
    /// What is known of it.
    pub outcome: &'a Outcome,
}

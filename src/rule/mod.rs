//! What a rule is, and what it is given to look at.

mod archive;
mod context;
mod docs;
mod gaps;
mod inline_text;
mod page;
mod title;

pub use archive::{ArchiveContext, Naming, PageFailure, Pages};
pub use context::{Lapse, OnlineContext, SourceContext, SuppressionContext};
pub use docs::Block;
pub use gaps::Gaps;
pub use inline_text::InlineText;
pub use page::{PageContext, repeated};
pub use title::{Stale, Title, Topic};

use crate::config::RuleInfo;
use crate::diagnostic::{Applicability, Finding, Severity};

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
    /// Whether it can mend what it finds, and how sure that is at best.
    pub fix: Option<Applicability>,
    /// The keys of the settings that matter to it, as `table.key`; its page explains each.
    pub options: &'static [&'static str],
    /// Its page: documentation, explanation and test cases in one.
    pub page: &'static str,
    /// The first version of Dateline that has it.
    pub since: &'static str,
}

/// How a rule checks, which is also what it may know.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The bytes of one page's file, whether or not they are text.
    Source(fn(&SourceContext<'_>, &mut Findings)),
    /// One page, while it is being read.
    Page(fn(&PageContext<'_>, &mut Findings)),
    /// One page among all others, by the facts that were kept of them.
    Archive(fn(&ArchiveContext<'_>, &mut Findings)),
    /// One source URL, by the answer of its server.
    Online(fn(&OnlineContext<'_>, &mut Findings)),
    /// The comments of one page that silence findings, once all else has been found.
    Suppressions(fn(&SuppressionContext<'_>, &mut Findings)),
}

impl Check {
    /// The word for it in listings.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::Source(_) | Self::Page(_) | Self::Suppressions(_) => "page",
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

    /// Whether it looks at what is behind sources.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self.check, Check::Online(_))
    }

    /// The word for its fix in listings.
    #[must_use]
    pub fn fix_name(&self) -> &'static str {
        self.fix.map_or("none", Applicability::name)
    }

    /// Its page, taken apart: what is prose, and what is an example.
    #[must_use]
    pub fn manual(&self) -> Vec<Block> {
        docs::blocks(self.page)
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

/// The most findings of one rule on one page that are kept to be fixed: each pass of fixes checks
/// the archive anew, so few passes are to be enough for a page with many.
pub const MAX_FINDINGS_TO_FIX: usize = 100_000;

/// Where a rule puts what it finds.
#[derive(Debug)]
pub struct Findings {
    most: usize,
    found: Vec<Finding>,
    /// How many took long.
    slow: usize,
    dropped: u64,
}

impl Findings {
    /// Keeps at most `most` findings.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, found: Vec::new(), slow: 0, dropped: 0 }
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.found.len() < self.most {
            self.found.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` makes, if any, which is not made where it would not be kept: some take
    /// long, and a page made to be hostile has many.
    pub fn push_with(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.found.len() < self.most {
            self.found.extend(make());
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` makes, if any, as [`push_with`](Self::push_with) does, but no more than
    /// [`MAX_FINDINGS`] even where more are kept: each takes long.
    pub fn push_slow(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.slow < MAX_FINDINGS {
            self.slow += 1;
            self.push_with(make);
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

    /// What was found, and how many findings were too many to be kept.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.found, self.dropped)
    }
}

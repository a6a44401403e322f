//! What a rule is, and what it is given to look at.

mod archive;
mod context;
mod docs;
mod findings;
mod gaps;
mod inline_text;
mod page;
mod pages;
mod title;

pub use archive::{ArchiveContext, Naming};
pub use context::{Lapse, OnlineContext, SourceContext, SuppressionContext};
pub use docs::Block;
pub use findings::{Findings, MAX_FINDINGS, MAX_FINDINGS_TO_FIX};
pub use gaps::Gaps;
pub use inline_text::InlineText;
pub use page::{PageContext, repeated};
pub use pages::{PageFailure, Pages};
pub use title::{StaleText, Title, Topic};

use crate::config::RuleInfo;
use crate::diagnostic::{Applicability, Severity};

/// A rule: what it is called, what it says of itself, and how it checks.
#[derive(Debug)]
pub struct Rule {
    /// Its id, `group/name`.
    pub id: &'static str,
    /// What it reports, in a few words.
    pub summary: &'static str,
    /// Its default severity; `None` if it is off by default.
    pub severity: Option<Severity>,
    /// How it checks.
    pub check: Check,
    /// The best applicability of its fixes; `None` if it has none.
    pub fix: Option<Applicability>,
    /// The settings that it uses, as `table.key`. Its page explains each.
    pub options: &'static [&'static str],
    /// What it needs beyond the page and the facts of its neighbours; gathered only if such a rule may run.
    pub needs: &'static [Need],
    /// Its page: documentation, explanation and test cases in one.
    pub page: &'static str,
    /// The version of Dateline that introduced it.
    pub since: &'static str,
}

/// What is gathered only for rules that need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The anchors of pages that fragments name, see [`Pages::anchors`].
    Anchors,
    /// What day pages list, see [`Pages::names`] and [`Pages::meant`].
    DayEntries,
    /// Pages of nearby days that cite the same sources, see [`Pages::duplicate_of`].
    SharedSources,
    /// Archived copies of lost sources, which the rule's fix cites.
    ArchivedCopies,
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
    /// The comments of one page that suppress findings, once all else has been found.
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
    pub fn docs(&self) -> Vec<Block> {
        docs::blocks(self.page)
    }

    /// What the settings need to know of it.
    #[must_use]
    pub const fn info(&self) -> RuleInfo {
        RuleInfo { id: self.id, severity: self.severity }
    }
}

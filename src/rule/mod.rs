//! The definition of a rule, and the contexts that rules receive.

mod archive;
mod context;
mod dates;
mod docs;
mod faulty_text;
mod findings;
mod inline_text;
mod insertion;
pub mod link_repair;
mod naming;
mod page;
mod pages;
mod title;
mod topic;

pub use archive::ArchiveContext;
pub use context::{Lapse, OnlineContext, SourceContext, SuppressionContext};
pub use docs::Block;
pub use findings::{Findings, MAX_FINDINGS, MAX_FINDINGS_TO_FIX};
pub use inline_text::InlineText;
pub use insertion::InsertionPoints;
pub use naming::Naming;
pub use page::{PageContext, repeated};
pub use pages::{AnchorHashes, PageFailure, Pages};
pub use title::{StaleText, Title, Topic, UnknownTopic};

use crate::config::RuleInfo;
use crate::diagnostic::{Applicability, Severity};

/// The address of the project.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Returns the web address of the page of the rule with this id.
#[must_use]
pub fn page_url(id: &str) -> String {
    format!("{HOME}/blob/HEAD/rules/{id}.md")
}

/// A rule: its id, its documentation, and its check.
#[derive(Debug)]
pub struct Rule {
    /// The id, as `group/name`.
    pub id: &'static str,
    /// A short description of what the rule reports.
    pub summary: &'static str,
    /// The default severity. `None` if the rule is off by default.
    pub severity: Option<Severity>,
    /// The check function.
    pub check: Check,
    /// The best applicability of its fixes. `None` if it has no fixes.
    pub fix: Option<Applicability>,
    /// The settings that the rule uses, as `table.key`. The page of the rule explains each.
    pub options: &'static [&'static str],
    /// Additional data that the rule needs. It is collected only if a rule that needs it can run.
    pub needs: &'static [Need],
    /// The page of the rule: documentation, output of `dateline explain`, and test cases.
    pub page: &'static str,
    /// The version of Dateline that introduced the rule.
    pub since: &'static str,
}

/// Data that is collected only for rules that need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The anchors of the pages that fragments refer to (see [`Pages::anchors`]).
    Anchors,
    /// The pages that day pages refer to (see [`Pages::names`] and [`Pages::meant`]).
    DayEntries,
    /// The pages that broken links probably refer to (see [`Nearest`](crate::archive::nearest::Nearest)).
    NearestPages,
    /// Pages of nearby days that cite the same sources (see [`Pages::duplicate_of`]).
    SharedSources,
    /// What the related items of pages that are not checked lead to.
    RelatedLinks,
    /// Archived copies of lost sources, which the rule's fix cites.
    ArchivedCopies,
}

/// The check function of a rule. The variant determines what the rule can see.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// A check of the bytes of one file, whether or not they are text.
    Source(fn(&SourceContext<'_>, &mut Findings)),
    /// A check of one page, while it is being read.
    Page(fn(&PageContext<'_>, &mut Findings)),
    /// A check of one page in its archive, based on the facts of all pages.
    Archive(fn(&ArchiveContext<'_>, &mut Findings)),
    /// A check of one source URL, based on its status.
    Online(fn(&OnlineContext<'_>, &mut Findings)),
    /// A check of the suppression comments of one page, after all other rules have run.
    Suppressions(fn(&SuppressionContext<'_>, &mut Findings)),
}

impl Check {
    /// Returns the scope, as listings show it.
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
    /// Returns the group, which is the part of the id before the slash.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// Returns whether the rule checks the status of sources.
    #[must_use]
    pub fn is_online(&self) -> bool {
        matches!(self.check, Check::Online(_))
    }

    /// Returns the applicability of its fixes, as listings show it.
    #[must_use]
    pub fn fix_name(&self) -> &'static str {
        self.fix.map_or("none", Applicability::name)
    }

    /// Splits the page of the rule into blocks of prose and examples.
    #[must_use]
    pub fn docs(&self) -> Vec<Block> {
        docs::blocks(self.page)
    }

    /// Returns what the settings need to know about the rule.
    #[must_use]
    pub const fn info(&self) -> RuleInfo {
        RuleInfo { id: self.id, severity: self.severity }
    }
}

//! The rules, as a list and by their pages.

use crate::diagnostic::Severity;
use crate::rule::{Block, Rule};
use crate::rules::{RULES, find};

/// A rule, described.
#[derive(Clone, Copy, Debug)]
pub struct RuleDescription {
    rule: &'static Rule,
}

impl RuleDescription {
    /// Its id: `related/not-found`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.rule.id
    }

    /// Its group, the part of the id before the slash.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.rule.group()
    }

    /// Its default severity: `error`, `warning`, or `off`.
    #[must_use]
    pub fn severity(self) -> &'static str {
        self.rule.severity.map_or("off", Severity::name)
    }

    /// What it looks at: `page`, `archive` or `online`.
    #[must_use]
    pub fn scope(self) -> &'static str {
        self.rule.check.scope()
    }

    /// How safe its fix is at best: `safe`, `unsafe`, or `none`.
    #[must_use]
    pub fn fix(self) -> &'static str {
        self.rule.fix_name()
    }

    /// What it reports, in a few words.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.rule.summary
    }

    /// The version of Dateline that introduced it.
    #[must_use]
    pub fn since(self) -> &'static str {
        self.rule.since
    }

    /// The keys of the settings that matter to it, as `table.key`.
    #[must_use]
    pub fn settings(self) -> &'static [&'static str] {
        self.rule.options
    }

    /// Its page, in blocks.
    #[must_use]
    pub fn page(self) -> Vec<Block> {
        self.rule.docs()
    }
}

/// All rules, sorted by their ids.
pub fn rules() -> impl Iterator<Item = RuleDescription> {
    RULES.iter().map(|rule| RuleDescription { rule })
}

/// The rule with this id.
///
/// # Errors
/// If there is none.
pub fn rule(id: &str) -> Result<RuleDescription, UnknownRule> {
    find(id).map(|rule| RuleDescription { rule }).map_err(|nearest| UnknownRule {
        id: id.to_owned(),
        help: nearest.map_or_else(
            || "`dateline rules` lists all rules".to_owned(),
            |nearest| format!("did you mean {nearest}?"),
        ),
    })
}

/// There is no rule with an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {id:?}; {help}")]
pub struct UnknownRule {
    /// The id.
    pub id: String,
    /// What to do.
    pub help: String,
}

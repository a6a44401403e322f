//! The rules and their documentation.

use crate::diagnostic::Severity;
use crate::rule::{Block, Rule};
use crate::rules::{RULES, find};

/// The description of a rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleDescription {
    rule: &'static Rule,
}

impl RuleDescription {
    /// Returns the id, such as `related/not-found`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.rule.id
    }

    /// Returns the group, which is the part of the id before the slash.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.rule.group()
    }

    /// Returns the default severity: `error`, `warning` or `off`.
    #[must_use]
    pub fn severity(self) -> &'static str {
        self.rule.severity.map_or("off", Severity::name)
    }

    /// Returns the scope: `page`, `archive` or `online`.
    #[must_use]
    pub fn scope(self) -> &'static str {
        self.rule.check.scope()
    }

    /// Returns the highest safety of the rule's fixes: `safe`, `unsafe` or `none`.
    #[must_use]
    pub fn fix(self) -> &'static str {
        self.rule.fix_name()
    }

    /// Returns a short description of what the rule reports.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.rule.summary
    }

    /// Returns the version of Dateline that introduced the rule.
    #[must_use]
    pub fn since(self) -> &'static str {
        self.rule.since
    }

    /// Returns the settings that affect the rule, as `table.key`.
    #[must_use]
    pub fn settings(self) -> &'static [&'static str] {
        self.rule.options
    }

    /// Returns the documentation of the rule as blocks.
    #[must_use]
    pub fn page(self) -> Vec<Block> {
        self.rule.docs()
    }
}

/// Returns all rules, sorted by id.
pub fn rules() -> impl Iterator<Item = RuleDescription> {
    RULES.iter().map(|rule| RuleDescription { rule })
}

/// Returns the rule with this id.
///
/// # Errors
/// Returns an error if no rule has this id.
pub fn rule(id: &str) -> Result<RuleDescription, UnknownRule> {
    find(id)
        .map(|rule| RuleDescription { rule })
        .map_err(|nearest| UnknownRule { id: id.to_owned(), nearest })
}

/// The error for an unknown rule id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {id:?}{}", suggestion(*.nearest))]
pub struct UnknownRule {
    /// The unknown id.
    pub id: String,
    /// The most similar id, if one is similar enough.
    pub nearest: Option<&'static str>,
}

/// Returns the end of the message about an unknown rule.
fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default()
}

//! Entries whose text differs from the event's title.

use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Applicability, Severity};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/stale-text",
    summary: "an entry whose text differs from the title of the event",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["event.title"],
    needs: &[],
    page: include_str!("../../../rules/day/stale-text.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    context.report_stale(LinkRole::Entry, findings, |text| {
        format!("the entry text {text} differs from the event's title")
    });
}

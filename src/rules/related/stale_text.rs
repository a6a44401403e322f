//! Related items whose text differs from the title of their target.

use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Applicability, Severity};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/stale-text",
    summary: "a related item whose text differs from the title of its target",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["event.title", "event.related"],
    needs: &[],
    page: include_str!("../../../rules/related/stale-text.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    context.report_stale(LinkRole::Related, findings, |text| {
        format!("the link text {text} differs from the linked page's title")
    });
}

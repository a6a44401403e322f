//! Events with two pages.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/duplicate-event",
    summary: "two pages with nearly the same title, the same source and close dates",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: None,
    options: &[],
    needs: &[Need::SharedSources],
    page: include_str!("../../../rules/archive/duplicate-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(other) = context.pages.duplicate_of(context.file) else { return };
    let path = quote(context.archive.path(other));
    findings.push(
        Finding::new(
            context.title_span(context.file),
            format!("the page {path} already covers this event"),
        )
        .about(context.archive.path(other))
        .help("keep one page, delete the other, and change the links to the deleted page")
        .label(other, context.title_span(other), "the other page is here"),
    );
}

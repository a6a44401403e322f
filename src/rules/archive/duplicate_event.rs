//! Events that have two pages.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/duplicate-event",
    summary: "two pages of one event: near days, a shared source, nearly one title",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: None,
    options: &[],
    needs: &[Need::SharedSources],
    page: include_str!("../../../rules/archive/duplicate-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(other) = context.pages.twin(context.file) else { return };
    let path = quote(context.archive.path(other));
    findings.push(
        Finding::new(
            context.title_span(context.file),
            format!("this event is told of in {path} already"),
        )
        .about(context.archive.path(other))
        .help("keep one page, and have links to the other name it")
        .label(other, context.title_span(other), "the same event is here"),
    );
}

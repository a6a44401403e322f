//! Event pages without a title.

use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/missing-title",
    summary: "an event page without a title heading",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.title"],
    needs: &[],
    page: include_str!("../../../rules/heading/missing-title.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    if event.titles.is_empty() {
        let marks = "#".repeat(context.settings.event.title_level.into());
        findings.push(
            Finding::new(context.whole_page(), "the event page has no title heading")
                .about("")
                .help(format!("add the event's title as a heading: `{marks} Title`")),
        );
    }
}

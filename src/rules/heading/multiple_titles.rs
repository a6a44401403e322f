//! Event pages with more than one title.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/multiple-titles",
    summary: "more than one title heading",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.title"],
    needs: &[],
    page: include_str!("../../../rules/heading/multiple-titles.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let Some((&first, others)) = event.titles.split_first() else { return };
    let page = context.page;
    for &title in others {
        findings.push(
            Finding::new(
                page.heading_span(title),
                format!("the page has another title: {}", quote(page.heading_words(title))),
            )
            .help(
                "keep one title per page: turn this one into a paragraph, or give it its own page",
            )
            .label(page.file, page.heading_span(first), "the first title is here"),
        );
    }
}

//! Headings without text.

use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/empty",
    summary: "a heading without text",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/heading/empty.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for heading in &context.page.document.headings {
        if !context.page.document.words(heading.text).is_empty() {
            continue;
        }
        let what = if heading.links.is_empty() { "no text" } else { "a link without text" };
        findings.push(
            Finding::new(heading.span, format!("the level-{} heading has {what}", heading.level))
                .help("write the text, or remove the heading"),
        );
    }
}

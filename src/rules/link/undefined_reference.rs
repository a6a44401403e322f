//! Reference links whose label is not defined.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/undefined-reference",
    summary: "`[text][label]` whose label is not defined",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["site.template"],
    needs: &[],
    page: include_str!("../../../rules/link/undefined-reference.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for reference in &page.document.undefined {
        let (label, line) =
            (quote(&reference.label), quote(&format!("[{}]: destination", reference.label)));
        findings.push(
            Finding::new(reference.span, format!("the label {label} is not defined in this page"))
                .help(format!("add a line {line}, or write the destination here")),
        );
    }
}

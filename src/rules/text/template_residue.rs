//! Placeholders that a template left in a page.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/template-residue",
    summary: "a template placeholder, such as `${…}`",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["site.template"],
    needs: &[],
    page: include_str!("../../../rules/text/template-residue.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for &span in &context.page.document.template_leftovers {
        let text = quote(span.of(context.page.text()));
        findings.push(
            Finding::new(span, format!("{text} is left over from a template"))
                .help("write the text that the template should have filled in"),
        );
    }
}

//! Byte order marks, which UTF-8 does not need.

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/byte-order-mark",
    summary: "the file begins with a byte order mark",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/byte-order-mark.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let text = context.page.text();
    let marks = text.len() - text.trim_start_matches('\u{FEFF}').len();
    if marks > 0 {
        let span = Span::new(0, marks);
        let edits = vec![Edit::remove(context.page.file, span)];
        findings.push(
            Finding::new(span, "the file begins with a byte order mark: U+FEFF")
                .help("save the page as UTF-8 without a byte order mark")
                .fix(Fix::safe("remove the mark", edits)),
        );
    }
}

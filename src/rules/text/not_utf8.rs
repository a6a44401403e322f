//! Bytes that are no text.

use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/not-utf8",
    summary: "bytes that are no UTF-8",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    page: include_str!("../../../rules/text/not-utf8.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for (span, bytes) in context.page.source.invalid() {
        let hex: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02X}")).collect();
        let (what, verb) = if bytes.len() == 1 { ("byte", "is") } else { ("bytes", "are") };
        findings.push(
            Finding::new(span, format!("the {what} {} {verb} not UTF-8", hex.join(" ")))
                .help("save the page as UTF-8"),
        );
    }
}

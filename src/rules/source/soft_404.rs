//! Sources whose servers answer with an error page, but without an error status.

use crate::diagnostic::{Applicability, Severity, quote};
use crate::rule::{Check, Findings, Need, OnlineContext, Rule};
use crate::source_status::Verdict;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/soft-404",
    summary: "a source whose server shows an error page without an error status",
    severity: Some(Severity::Error),
    check: Check::Online(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[Need::ArchivedCopies],
    page: include_str!("../../../rules/source/soft-404.md"),
    since: "0.1.0",
};

fn check(context: &OnlineContext<'_>, findings: &mut Findings) {
    let outcome = context.outcome;
    if outcome.verdict != Verdict::Soft404 {
        return;
    }
    let url = quote(&outcome.url);
    let message = format!("{url} answers with an error page: {}", outcome.evidence);
    findings.push(context.lost(message, "find the page's new address, or cite an archived copy"));
}

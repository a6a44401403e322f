//! Sources whose domain has been taken over.

use crate::diagnostic::{Applicability, Severity, quote};
use crate::rule::{Check, Findings, Need, OnlineContext, Rule};
use crate::source_status::Verdict;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/usurped",
    summary: "a source whose domain has been taken over",
    severity: Some(Severity::Error),
    check: Check::Online(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[Need::ArchivedCopies],
    page: include_str!("../../../rules/source/usurped.md"),
    since: "0.1.0",
};

fn check(context: &OnlineContext<'_>, findings: &mut Findings) {
    let outcome = context.outcome;
    if outcome.verdict != Verdict::Usurped {
        return;
    }
    let url = quote(&outcome.url);
    let message = format!("the domain of {url} has been taken over: {}", outcome.evidence);
    findings.push(context.lost(message, "cite an archived copy instead of sending readers there"));
}

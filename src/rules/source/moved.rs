//! Sources that have moved permanently.

use crate::diagnostic::{Applicability, Finding, Severity, quote_pair};
use crate::rule::{Check, Findings, OnlineContext, Rule};
use crate::source_status::Verdict;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/moved",
    summary: "a source that redirects permanently to the same document",
    severity: Some(Severity::Warning),
    check: Check::Online(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/source/moved.md"),
    since: "0.1.0",
};

fn check(context: &OnlineContext<'_>, findings: &mut Findings) {
    let outcome = context.outcome;
    if outcome.verdict != Verdict::Moved {
        return;
    }
    let Some(new) = &outcome.evidence.final_url else { return };
    let (url, moved) = quote_pair(&outcome.url, new);
    findings.push(
        Finding::new(context.destination, format!("{url} has moved permanently to {moved}"))
            .help("cite the new address")
            .fix(context.cite(new, "cite the new address")),
    );
}

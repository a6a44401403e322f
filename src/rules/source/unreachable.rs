//! Sources that cannot be reached.

use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{Check, Findings, Need, OnlineContext, Rule};
use crate::source_status::Verdict;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/unreachable",
    summary: "a source that cannot be reached",
    severity: Some(Severity::Error),
    check: Check::Online(check),
    fix: Some(Applicability::Unsafe),
    options: &["sources.timeout", "sources.ledger"],
    needs: &[Need::ArchivedCopies],
    page: include_str!("../../../rules/source/unreachable.md"),
    since: "0.1.0",
};

fn check(context: &OnlineContext<'_>, findings: &mut Findings) {
    let outcome = context.outcome;
    let url = quote(&outcome.url);
    let finding = match outcome.verdict {
        Verdict::Dead => context.lost(
            format!("{url} is dead: {}", outcome.evidence),
            "find the page's new address, or cite an archived copy",
        ),
        Verdict::Unproven => Finding::new(
            context.destination,
            format!("{url} could not be reached, but may still exist: {}", outcome.evidence),
        )
        .help("check again another day before you change the source")
        .severity(Severity::Warning),
        Verdict::TlsBroken => Finding::new(
            context.destination,
            format!("{url} answers, but its certificate is not valid"),
        )
        .help("cite an address that browsers accept, or an archived copy")
        .severity(Severity::Warning),
        Verdict::Alive
        | Verdict::Moved
        | Verdict::Blocked
        | Verdict::Unknown
        | Verdict::Failing
        | Verdict::Soft404
        | Verdict::Usurped => return,
    };
    findings.push(finding);
}

//! Sources that are cited as `http:` although their servers redirect to `https:`.

use url::Url;

use crate::archive::sources;
use crate::diagnostic::{Applicability, Finding, quote};
use crate::rule::{Check, Findings, OnlineContext, Rule};
use crate::source_status::Verdict;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/insecure",
    summary: "a source cited as `http:` whose server redirects to `https:`",
    severity: None,
    check: Check::Online(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/source/insecure.md"),
    since: "0.1.0",
};

fn check(context: &OnlineContext<'_>, findings: &mut Findings) {
    let outcome = context.outcome;
    let Some(end) = &outcome.evidence.final_url else { return };
    let is_alive = outcome.verdict == Verdict::Alive;
    let (Ok(cited), Ok(answered)) = (Url::parse(&outcome.url), Url::parse(end)) else { return };
    if !is_alive || cited.scheme() != "http" || answered.scheme() != "https" {
        return;
    }
    // The redirect may lead to another document, such as a maintenance page. Only report a redirect to the same
    // document.
    if sources::key(&cited) != sources::key(&answered) {
        return;
    }
    let message = format!("the server redirects {} to {}", quote(&outcome.url), quote(end));
    findings.push(
        Finding::new(context.destination, message)
            .help("cite the `https:` address")
            .fix(context.cite(end, "cite the `https:` address")),
    );
}

//! URLs that browsers do not accept.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/invalid-url",
    summary: "an absolute URL that is not valid by the WHATWG URL standard",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/link/invalid-url.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for made in &page.urls {
        let Err(reason) = made.url else { continue };
        let link = &page.document.links[made.link as usize];
        let target = quote(link.target(page.text()));
        findings.push(
            Finding::new(link.destination, format!("{target} is not a valid URL: {reason}"))
                .help("copy the URL as the browser shows it"),
        );
    }
}

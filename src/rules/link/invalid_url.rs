//! URLs that no browser accepts.

use url::Url;

use crate::archive::resolve::Destination;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/invalid-url",
    summary: "an absolute URL that the WHATWG parser refuses",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/link/invalid-url.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for link in page.document.links.iter().filter(|link| !link.faulty) {
        let target = link.target(page.text());
        let is_url = matches!(Destination::parse(target), Destination::Web(_))
            || matches!(Destination::parse(target), Destination::OtherScheme { .. });
        if is_url && let Err(reason) = Url::parse(target) {
            findings.push(
                Finding::new(link.destination, format!("{} is no URL: {reason}", quote(target)))
                    .help("correct the URL as the browser shows it"),
            );
        }
    }
}

//! Sources that no reader can reach.

use url::Url;

use crate::address::refused_host;
use crate::archive::facts::LinkRole;
use crate::archive::resolve::Destination;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/private-address",
    summary: "a source URL whose host is a loopback, private or metadata address",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/source/private-address.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for (link, _) in page.links_with(LinkRole::Source).filter(|(link, _)| !link.faulty) {
        let target = link.target(page.text());
        if !matches!(Destination::parse(target), Destination::Web(_)) {
            continue;
        }
        let Ok(url) = Url::parse(target) else { continue };
        if let Some(class) = url.host().and_then(|host| refused_host(host)) {
            findings.push(
                Finding::new(link.destination, format!("the host of {} is {class}", quote(target)))
                    .help("cite an address that readers can reach"),
            );
        }
    }
}

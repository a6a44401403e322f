//! Sources at addresses that readers cannot reach.

use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/private-address",
    summary: "a source URL whose host is a loopback, private or metadata address",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.sources"],
    needs: &[],
    page: include_str!("../../../rules/source/private-address.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let (page, policy) = (context.page, &context.settings.policy);
    for (link, url) in page.web_links(LinkRole::Source) {
        let host = url.host();
        if let Some(class) = host.and_then(|host| policy.check_host(host).err()) {
            let target = quote(link.target(page.text()));
            findings.push(
                Finding::new(link.destination, format!("the host of {target} is {class}"))
                    .help("cite an address that readers can reach"),
            );
        }
    }
}

//! Sources that are named twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use url::Url;

use crate::archive::facts::LinkRole;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/duplicate",
    summary: "the same source URL twice",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    page: include_str!("../../../rules/source/duplicate.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if page.web_links(LinkRole::Source).nth(1).is_none() {
        return;
    }
    let mut seen: HashMap<String, Span> = HashMap::new();
    for (link, url) in page.web_links(LinkRole::Source) {
        let Some(key) = key(url) else { continue };
        let first = match seen.entry(key) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(link.destination);
                continue;
            }
        };
        let destination = quote(link.destination.of(page.text()));
        findings.push(
            Finding::new(link.destination, format!("the source {destination} is listed already"))
                .help("remove one of the two")
                .label(page.file, first, "it is listed here first"),
        );
    }
}

/// Parameters that say where a reader came from, not what is read.
const TRACKING: &[&str] =
    &["fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga"];

/// What two URLs of one page have in common: all but scheme, `www.`, fragment, default port and
/// tracking parameters.
fn key(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().unwrap_or_default().split('&');
    let kept: Vec<_> = query.filter(|parameter| !is_tracking(parameter)).collect();
    Some(format!("{host}{port}{}?{}", url.path(), kept.join("&")))
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name)
}

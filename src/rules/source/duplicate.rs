//! Sources that are listed twice.

use crate::archive::page_facts::LinkRole;
use crate::archive::sources::key;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule, repeated};

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/duplicate",
    summary: "a source URL that is listed twice",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/source/duplicate.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if page.web_links(LinkRole::Source).nth(1).is_none() {
        return;
    }
    let sources = page.web_links(LinkRole::Source).map(|(link, url)| (link, key(url)));
    for (first, link) in repeated(sources) {
        findings.push_with(|| {
            let destination = quote(link.shown(page.text()));
            let message = format!("the source {destination} is already listed");
            let finding = Finding::new(link.destination, message)
                .help("remove one of the two")
                .label(page.file, first.destination, "first listed here");
            Some(finding.fix(context.remove_second_item(first, link)))
        });
    }
}

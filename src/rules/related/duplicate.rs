//! Related items that link to the same page.

use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule, repeated};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/duplicate",
    summary: "a related item that links to the same page as an earlier one",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/related/duplicate.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let related = page.links_with(LinkRole::Related);
    for (first, link) in repeated(related.map(|(link, target)| (link, target.file()))) {
        findings.push_with(|| {
            let destination = quote(link.shown(page.text()));
            let message = format!("the page {destination} is already listed");
            let finding = Finding::new(link.destination, message)
                .help("remove one of the two items")
                .label(page.file, first.destination, "first listed here");
            Some(finding.fix(context.remove_second_item(first, link)))
        });
    }
}

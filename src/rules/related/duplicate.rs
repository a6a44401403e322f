//! Pages that are named twice.

use crate::archive::facts::LinkRole;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::{FileId, Span};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/duplicate",
    summary: "a related item names the same page twice",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    page: include_str!("../../../rules/related/duplicate.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let mut seen: Vec<(FileId, Span)> = Vec::new();
    for (link, target) in context.page.links_with(LinkRole::Related) {
        let Some(file) = target.file() else { continue };
        let Some((_, first)) = seen.iter().find(|(other, _)| *other == file) else {
            seen.push((file, link.destination));
            continue;
        };
        let destination = quote(link.destination.of(context.page.text()));
        findings.push(
            Finding::new(link.destination, format!("the page {destination} is related already"))
                .help("remove one of the two items")
                .label(context.page.file, *first, "it is named here first"),
        );
    }
}

//! Pages that are named twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::archive::facts::LinkRole;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::document::Link;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/duplicate",
    summary: "a related item names the same page twice",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    page: include_str!("../../../rules/related/duplicate.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let mut seen: HashMap<FileId, &Link> = HashMap::new();
    for (link, target) in context.page.links_with(LinkRole::Related) {
        let Some(file) = target.file() else { continue };
        let first = match seen.entry(file) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(link);
                continue;
            }
        };
        let destination = quote(link.destination.of(context.page.text()));
        findings.push(
            Finding::new(link.destination, format!("the page {destination} is related already"))
                .help("remove one of the two items")
                .label(context.page.file, first.destination, "it is named here first")
                .fix(context.remove_second_item(first, link)),
        );
    }
}

//! Pages that are named twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
    let mut seen: HashMap<FileId, Span> = HashMap::new();
    for (link, target) in context.page.links_with(LinkRole::Related) {
        let Some(file) = target.file() else { continue };
        let first = match seen.entry(file) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(link.destination);
                continue;
            }
        };
        let destination = quote(link.destination.of(context.page.text()));
        findings.push(
            Finding::new(link.destination, format!("the page {destination} is related already"))
                .help("remove one of the two items")
                .label(context.page.file, first, "it is named here first"),
        );
    }
}

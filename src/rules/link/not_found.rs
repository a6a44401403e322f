//! Links into the archive whose target does not exist.

use crate::archive::page_facts::{LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Severity};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/not-found",
    summary: "an internal destination that leads to no file and to no address of the site",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Unsafe),
    options: &[
        "archive.url-prefixes",
        "archive.generated",
        "site.host",
        "site.permalink",
        "site.content",
        "site.static",
        "site.languages",
        "site.generated",
        "site.source-links",
        "site.references",
        "site.template",
    ],
    needs: &[Need::NearestPages],
    page: include_str!("../../../rules/link/not-found.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in &facts.links {
        if link.target() != Target::Missing || is_told_elsewhere(context, link) {
            continue;
        }
        let is_address = context.names_address(link);
        let describe = |destination: &str| {
            if is_address {
                format!("{destination} leads to nothing on the site")
            } else {
                format!("{destination} does not match any file in the archive")
            }
        };
        context.report_missing(link, findings, describe, "correct the path, or add the page");
    }
}

/// Returns whether another rule reports the link.
fn is_told_elsewhere(context: &ArchiveContext<'_>, link: &LinkFact) -> bool {
    match link.role {
        LinkRole::Other => false,
        // `day/missing-page` reports a day without a page once, however many events link to that
        // page.
        LinkRole::Date => context.day().is_some_and(|date| {
            let day = context.archive.day(context.file, date);
            day.is_some_and(|day| day.pages.is_empty()) && context.linked_day(link) == Some(date)
        }),
        LinkRole::Previous => context.day().is_some(),
        LinkRole::Related | LinkRole::Source | LinkRole::OtherDay | LinkRole::Entry => true,
    }
}

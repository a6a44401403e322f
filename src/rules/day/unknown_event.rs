//! Entries of a day page whose target does not exist.

use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/unknown-event",
    summary: "a day page lists an event page that does not exist",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Unsafe),
    options: &["archive.url-prefixes", "archive.generated"],
    needs: &[Need::DayEntries],
    page: include_str!("../../../rules/day/unknown-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links_with(LinkRole::Entry).filter(|link| link.target() == Target::Missing) {
        let destination = quote(&context.shown(link));
        let finding =
            Finding::new(link.destination, format!("the event page {destination} does not exist"));
        findings.push(match context.pages.meant(context.file, link.destination) {
            None => finding.help("correct the path, or remove the entry"),
            Some(file) => {
                let naming = context.rename(link, file);
                let path = quote(&naming.destination);
                finding
                    .help(format!("did you mean {path}?"))
                    .fix(naming.fix(Applicability::Unsafe, format!("link to {path}")))
            }
        });
    }
}

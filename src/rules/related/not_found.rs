//! Related items that link to missing files.

use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Severity};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/not-found",
    summary: "a related item that links to no file of the archive",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &[
        "archive.url-prefixes",
        "archive.generated",
        "site.host",
        "site.permalink",
        "site.references",
        "event.related",
    ],
    needs: &[Need::NearestPages],
    page: include_str!("../../../rules/related/not-found.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links_with(LinkRole::Related).filter(|link| link.target() == Target::Missing)
    {
        let describe = |destination: &str| format!("the related page {destination} does not exist");
        context.report_missing(link, findings, describe, "correct the path, or remove the item");
    }
}

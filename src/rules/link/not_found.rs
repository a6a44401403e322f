//! Links into the archive that name nothing.

use crate::archive::facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/not-found",
    summary: "an internal destination that names no file of the archive",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    page: include_str!("../../../rules/link/not-found.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in &facts.links {
        let elsewhere =
            matches!(link.role, LinkRole::Related | LinkRole::Source | LinkRole::OtherDay);
        if link.target != Target::Missing || elsewhere {
            continue;
        }
        let destination = quote(&context.excerpt(link.destination));
        findings.push(
            Finding::new(link.destination, format!("{destination} names no file of the archive"))
                .help("correct the path, or add the page"),
        );
    }
}

//! Links that lead out of the archive.

use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/escapes-root",
    summary: "a destination outside the archive's root",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["archive.root"],
    needs: &[],
    page: include_str!("../../../rules/link/escapes-root.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links.iter().filter(|link| link.target() == Target::Outside) {
        let destination = quote(&context.shown(link));
        findings.push(
            Finding::new(
                link.destination,
                format!("{destination} leads outside the archive"),
            )
            .help("link to a file in the archive, preferably by its path from the root: `/news/…`"),
        );
    }
}

//! Links that differ from a file's path only in case or Unicode normal form.

use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/wrong-case",
    summary: "a destination that matches a file except for case or Unicode normal form",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["event.related"],
    needs: &[],
    page: include_str!("../../../rules/link/wrong-case.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in &facts.links {
        let Target::Miscased(file) = link.target() else { continue };
        let destination = quote(&context.shown(link));
        // If several files differ only in case or normal form, the link may mean any of them.
        let is_sole = context.archive.is_sole_but_for_case(file);
        let applicability = Applicability::safe_if(is_sole);
        let naming = context.rename(link, file);
        let name = quote(&naming.destination);
        findings.push(
            Finding::new(
                link.destination,
                format!(
                    "{destination} differs from the file's name in case or Unicode normal form"
                ),
            )
            .help(format!("use the file's exact name: {name}"))
            .fix(naming.fix(applicability, "use the file's exact name")),
        );
    }
}

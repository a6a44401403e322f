//! Paths that some systems treat as the same file.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/name-collision",
    summary: "two paths that differ only in case or Unicode normal form",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/archive/name-collision.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(first) = context.archive.collides_with(context.file) else { return };
    let (own, other) = (context.archive.path(context.file), context.archive.path(first));
    let how =
        if own.to_lowercase() == other.to_lowercase() { "case" } else { "Unicode normal form" };
    findings.push(
        Finding::new(
            context.whole_page(),
            format!("the path {} differs from {} only in {how}", quote(own), quote(other)),
        )
        .about(other)
        .help("rename one of them: some systems treat them as the same file"),
    );
}

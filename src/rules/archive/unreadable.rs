//! Files that cannot be read, and `.gitignore` files that are not applied.

use crate::archive::walked::Obstacle;
use crate::diagnostic::{Finding, Severity};
use crate::rule::{ArchiveContext, Check, Findings, PageFailure, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/unreadable",
    summary: "a file that cannot be read, or a `.gitignore` that is not applied",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["archive.exclude"],
    needs: &[],
    page: include_str!("../../../rules/archive/unreadable.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let (message, help) = match context.facts {
        Ok(_) | Err(PageFailure::NotText) => return,
        Err(PageFailure::Unreadable(reason)) => (
            format!("the file or folder cannot be read: {reason}"),
            "Dateline did not check it: repair or replace it, or list it in `archive.exclude`",
        ),
        Err(PageFailure::NotApplied(obstacle)) => (
            format!("Dateline applies no `.gitignore` of the archive: {obstacle}"),
            match obstacle {
                Obstacle::IgnoreFile => "replace it with a regular file",
                Obstacle::IgnoreFiles => {
                    "shorten the `.gitignore` files, or list the files that they match, and this \
                     `.gitignore`, in `archive.exclude`"
                }
                _ => {
                    "shorten it, or list the files that it matches, and the `.gitignore` itself, in \
                     `archive.exclude`"
                }
            },
        ),
        Err(PageFailure::Internal(reason)) => (
            format!("Dateline failed on this page: {reason}"),
            "this is a bug in Dateline; please report it with the page",
        ),
    };
    findings.push(Finding::new(context.whole_page(), message).about("").help(help));
}

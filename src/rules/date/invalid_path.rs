//! Paths that do not contain a valid date.

use crate::archive::layout::FolderDate;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/invalid-path",
    summary: "the folder is not a calendar day, or its leading zeros differ from the layout",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["layout.event", "layout.day"],
    needs: &[],
    page: include_str!("../../../rules/date/invalid-path.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let path = context.archive.path(context.file);
    let (message, help) = match context.place.date {
        Some(FolderDate::Impossible) => (
            format!("the path does not contain a valid date: {}", quote(path)),
            "move the page to the folder of its day".to_owned(),
        ),
        Some(FolderDate::Padding(day)) => {
            let layout = &context.archive.layout;
            let patterns = layout.day.iter().chain(&layout.event);
            let captured =
                patterns.clone().find_map(|pattern| Some((pattern, pattern.read(path)?)));
            let Some((pattern, read)) = captured else { return };
            (
                format!("the leading zeros in the path differ from the layout: {}", quote(path)),
                format!("move the page to {}", quote(&pattern.write(day, read.slug))),
            )
        }
        Some(FolderDate::Day(_)) | None => return,
    };
    findings.push(Finding::new(context.whole_page(), message).about("").help(help));
}

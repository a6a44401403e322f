//! Paths that do not contain a valid date.

use crate::archive::layout::{FolderDate, LayoutMatch};
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/invalid-path",
    summary: "the date in the path is invalid, or written differently from the layout",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["layout.event", "layout.day"],
    needs: &[],
    page: include_str!("../../../rules/date/invalid-path.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    if matches!(context.place.date, Some(FolderDate::Day(_)) | None) {
        return;
    }
    let path = context.archive.path(context.file);
    let Some(LayoutMatch { pattern, captures, .. }) = context.archive.layout.read(path) else {
        return;
    };
    let home = || "move the page to the folder of its day".to_owned();
    let (message, help) = match captures.date {
        Some(FolderDate::Impossible) => {
            (format!("the path does not contain a valid date: {}", quote(path)), home())
        }
        Some(FolderDate::Contradictory) => {
            let Some(found) = captures.contradiction else { return };
            let [first, second] = [found.first, found.second].map(quote);
            let part = found.part.name();
            (
                format!(
                    "the path contains two different {part}s, {first} and {second}: {}",
                    quote(path)
                ),
                format!("write the same {part} in both places"),
            )
        }
        Some(FolderDate::WrittenDifferently(day)) => {
            let moved = pattern.rewrite(path, day);
            let is_case = moved.as_ref().is_some_and(|moved| moved.eq_ignore_ascii_case(path));
            let differs = if is_case { "case of the month" } else { "leading zeros" };
            let verb = if is_case { "differs" } else { "differ" };
            (
                format!("the {differs} in the path {verb} from the layout: {}", quote(path)),
                moved.map_or_else(home, |moved| format!("move the page to {}", quote(&moved))),
            )
        }
        Some(FolderDate::Day(_)) | None => return,
    };
    findings.push(Finding::new(context.whole_page(), message).about("").help(help));
}

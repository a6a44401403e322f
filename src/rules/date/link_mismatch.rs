//! Date headings that link to another day's page.

use jiff::civil::Date;

use crate::archive::layout::FolderDate;
use crate::diagnostic::{Applicability, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/link-mismatch",
    summary: "the date heading links to another day's page",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["layout.day", "archive.url-prefixes"],
    needs: &[],
    page: include_str!("../../../rules/date/link-mismatch.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(date) = page.outline.date() else { return };
    let folder = page.place.date.and_then(FolderDate::day);
    let (Some(link), Some(linked)) = (date.link, date.link_day) else { return };
    // If the link agrees with the folder, the heading's text is wrong. `date/path-mismatch` reports
    // that.
    let Some(day) = date.written.day().or(folder) else { return };
    // The text may have no year or be ambiguous. It then agrees with several days.
    let says = |day: Date| date.written.agrees_with(day) == Some(true);
    let is_path_wrong = says(linked) && !folder.is_some_and(says);
    if linked == day || Some(linked) == folder || is_path_wrong {
        return;
    }
    let link = &page.document.links[link as usize];
    // If the folder agrees with the heading, the link must be wrong. Without a folder date, the
    // heading may be wrong instead, so the fix is unsafe.
    let agrees = folder == Some(day);
    let applicability = Applicability::safe_if(agrees);
    let fix = context
        .link_to_day(date, day)
        .map(|edit| Fix::new(applicability, format!("link to the page of {day}"), vec![edit]));
    // A heading without a valid day does not say anything.
    let message = if date.written.day().is_some() {
        format!("the heading says {day}, but its link leads to {linked}")
    } else {
        format!("the folder says {day}, but the heading's link leads to {linked}")
    };
    findings.push(
        Finding::new(link.destination, message).help(format!("link to the page of {day}")).fix(fix),
    );
}

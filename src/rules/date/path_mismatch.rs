//! Date headings that name a different day than the folder.

use jiff::civil::Date;

use crate::archive::layout::FolderDate;
use crate::diagnostic::{Applicability, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/path-mismatch",
    summary: "the date in the heading differs from the date of the folder",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["layout.event", "layout.day"],
    needs: &[],
    page: include_str!("../../../rules/date/path-mismatch.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(date) = page.outline.date() else { return };
    let folder = page.place.date.and_then(FolderDate::day);
    let differs = |folder: &Date| date.written.agrees_with(*folder) == Some(false);
    let Some(folder) = folder.filter(differs) else { return };
    let Some(day) = date.written.in_words() else { return };
    let agrees = date.link_day == Some(folder);
    let linked = if agrees { ", and so does the heading's link" } else { "" };
    let applicability = Applicability::safe_if(agrees);
    let written = context.date_texts().rewrite(page.heading_words(date.heading), folder);
    let fix = context.redate(date, &written).map(|edit| {
        let link = context.link_to_day(date, folder).filter(|_| !agrees);
        let edits = std::iter::once(edit).chain(link).collect();
        Fix::new(applicability, format!("date the page {folder}"), edits)
    });
    findings.push(
        Finding::new(
            context.date_span(date),
            format!("the heading says {day}, but the folder says {folder}"),
        )
        .help(format!("the path says {folder}{linked}: correct the heading, or move the page"))
        .fix(fix),
    );
}

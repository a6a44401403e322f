//! Dates that name a different day than the path.

use jiff::civil::Date;

use crate::archive::fields::PageDate;
use crate::archive::layout::PathParts;
use crate::diagnostic::{Applicability, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/path-mismatch",
    summary: "a date that differs from the date of the path",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["layout.event", "layout.day", "event.date", "event.field", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/date/path-mismatch.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for date in &context.page.dates {
        let differs = |path: &Date| date.written.agrees_with(*path) == Some(false);
        if let Some(path) = context.path_day(date).filter(differs) {
            findings.extend_from(mismatch(context, date, path));
        } else if let Some(parts) = context.differing_parts(date) {
            findings.extend_from(partial_mismatch(context, date, parts));
        }
    }
}

/// Returns the finding for a path that contains only parts of the date.
fn partial_mismatch(
    context: &PageContext<'_>,
    date: &PageDate,
    parts: PathParts,
) -> Option<Finding> {
    let (place, day) = (context.date_place(date), date.written.in_words()?);
    let message = format!("{place} says {day}, but the path says {parts}");
    let help = format!("correct the {}, or move the page", PageContext::to_correct(date));
    Some(Finding::new(context.date_span(date), message).help(help))
}

fn mismatch(context: &PageContext<'_>, date: &PageDate, path: Date) -> Option<Finding> {
    let day = date.written.in_words()?;
    let is_linked = date.heading().is_some_and(|heading| heading.link_day == Some(path));
    // Two of three places that agree are no guess, unless the text says more than the date: it may then be
    // about something else.
    let others = context.page.dates.iter().filter(|other| other.field == date.field);
    let mut others = others.filter(|other| *other != date);
    let is_confirmed = others.any(|other| other.written.day() == Some(path));
    let agrees = is_linked || is_confirmed && context.is_date_alone(date);
    let linked = if is_linked { ", and so does the heading's link" } else { "" };
    let written = context.texts_of(date).rewrite(context.date_words(date), path);
    let edit = context.redate(date, &written).filter(|_| !date.is_range);
    let fix = edit.map(|edit| {
        let heading = date.heading().filter(|_| !is_linked);
        let link = heading.and_then(|heading| context.link_to_day(heading, path));
        let edits = std::iter::once(edit).chain(link).collect();
        Fix::new(Applicability::safe_if(agrees), format!("date the page {path}"), edits)
    });
    let (place, wrong) = (context.date_place(date), PageContext::to_correct(date));
    let message = format!("{place} says {day}, but the path says {path}");
    let help = format!("the path says {path}{linked}: correct the {wrong}, or move the page");
    Some(Finding::new(context.date_span(date), message).help(help).fix(fix))
}

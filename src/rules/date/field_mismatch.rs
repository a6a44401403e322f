//! Dates of one page that name different days.

use crate::archive::fields::PageDate;
use crate::diagnostic::{Applicability, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/field-mismatch",
    summary: "two places of a page that give different dates for the same field",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &["event.date", "event.field", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/date/field-mismatch.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let of_one_field = |one: &PageDate, other: &PageDate| one.field == other.field;
    for dates in context.page.dates.chunk_by(of_one_field) {
        // If the path has the date, `date/path-mismatch` compares each place with it.
        let is_date = |date: &&PageDate| date.written.in_words().is_some();
        let mut dates = dates.iter().filter(is_date);
        let Some(first) = dates.next().filter(|first| context.path_day(first).is_none()) else {
            continue;
        };
        for other in dates.filter(|other| !first.written.may_agree_with(other.written)) {
            findings.extend_from(finding(context, first, other));
        }
    }
}

fn finding(context: &PageContext<'_>, first: &PageDate, other: &PageDate) -> Option<Finding> {
    let (place, day) = (context.date_place(other), other.written.in_words()?);
    let (known, first_day) = (context.date_place(first), first.written.in_words()?);
    let message = format!("{place} says {day}, but {known} says {first_day}");
    let fix = first.written.day().filter(|_| !other.is_range).and_then(|day| {
        let written = context.texts_of(other).rewrite(context.date_words(other), day);
        let edit = context.redate(other, &written)?;
        Some(Fix::uncertain(format!("write {day} in both places"), vec![edit]))
    });
    let finding = Finding::new(context.date_span(other), message)
        .help("correct one of the two")
        .label(context.page.file, context.date_span(first), "the other date is here")
        .fix(fix);
    Some(finding)
}

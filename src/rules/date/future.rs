//! Pages about future days.

use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/future",
    summary: "a date after today",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.date", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/date/future.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    // Fields that only this archive has may announce a day.
    if context.page.hidden {
        return;
    }
    for date in context.page.dates.iter().filter(|date| date.field.is_none()) {
        if let Some(day) = date.written.day().filter(|day| *day > context.today) {
            findings.push(
                Finding::new(
                    context.date_span(date),
                    format!("{day} is in the future: today is {} (UTC)", context.today),
                )
                .help("correct the year, the month or the day"),
            );
        }
    }
}

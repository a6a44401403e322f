//! Dates that do not name a valid day.

use crate::archive::date::WrittenDate;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/invalid",
    summary: "a date that is not a valid calendar date",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/date/invalid.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for date in &context.page.dates {
        let text = context.date_words(date);
        let message = match date.written {
            WrittenDate::Impossible => {
                format!("there is no such day as {}", quote(context.date_text(date)))
            }
            WrittenDate::None if text.is_empty() => continue,
            WrittenDate::None if date.heading().is_some() => {
                format!("the date heading does not contain a date: {}", quote(text))
            }
            WrittenDate::None => {
                format!("{} does not begin with a date: {}", context.date_place(date), quote(text))
            }
            _ => continue,
        };
        let mut finding = Finding::new(context.date_span(date), message);
        if let Some(day) = context.path_day(date) {
            let day = quote(&context.texts_of(date).write(day));
            let (path, what) = context.path_and_place(date);
            finding = finding
                .help(format!("the {path} says {day}: correct the {what}, or move the page"));
        }
        findings.push(finding);
    }
}

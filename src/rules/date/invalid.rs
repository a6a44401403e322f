//! Date headings that do not name a valid day.

use crate::archive::date::WrittenDate;
use crate::archive::layout::FolderDate;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/invalid",
    summary: "a date heading without a valid calendar date",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/date/invalid.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(date) = page.outline.date() else { return };
    let text = page.heading_words(date.heading);
    let message = match date.written {
        WrittenDate::Impossible => format!("there is no such day as {}", quote(text)),
        WrittenDate::None if !text.is_empty() => {
            format!("the date heading does not contain a date: {}", quote(text))
        }
        _ => return,
    };
    let mut finding = Finding::new(context.date_span(date), message);
    if let Some(day) = page.place.date.and_then(FolderDate::day) {
        let day = quote(&context.date_texts().write(day));
        finding =
            finding.help(format!("the folder says {day}: correct the heading, or move the page"));
    }
    findings.push(finding);
}

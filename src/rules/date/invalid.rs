//! Dates that do not name a valid day.

use crate::archive::date::WrittenDate;
use crate::archive::fields::{DatePlace, PageDate};
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/invalid",
    summary: "a date that is not a valid calendar date",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.date", "event.field", "day.date"],
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
            WrittenDate::None if text.is_empty() || is_prose(date, text) => continue,
            WrittenDate::None if is_continued(context, date) => {
                format!("{} contains more than the date: {}", context.date_place(date), quote(text))
            }
            WrittenDate::None if date.heading().is_some() => {
                format!("the date heading does not contain a date: {}", quote(text))
            }
            WrittenDate::None => {
                format!("{} is not a date: {}", context.date_place(date), quote(text))
            }
            _ => continue,
        };
        findings.push(Finding::new(context.date_span(date), message).help(help(context, date)));
    }
}

/// Returns whether other text follows a date, and no format of the archive allows it.
fn is_continued(context: &PageContext<'_>, date: &PageDate) -> bool {
    date.written == WrittenDate::None
        && context.texts_of(date).is_continued(context.date_words(date))
}

fn help(context: &PageContext<'_>, date: &PageDate) -> String {
    let texts = context.texts_of(date);
    if is_continued(context, date) {
        return "remove the other text, or allow it with the format `{date}*`".to_owned();
    }
    match (context.path_day(date), texts.written().first()) {
        (Some(day), _) => {
            let (day, wrong) = (quote(&texts.write(day)), PageContext::to_correct(date));
            format!("the path says {day}: correct the {wrong}, or move the page")
        }
        (None, Some(format)) if date.written == WrittenDate::None => {
            format!("write a date in the format {}", quote(format))
        }
        (None, _) => "correct the year, the month or the day".to_owned(),
    }
}

/// Returns whether the text of a line is prose that happens to follow a label, as in `When: as soon as we can`.
/// A date has a number among its first two words.
fn is_prose(date: &PageDate, text: &str) -> bool {
    let has_number = |word: &str| word.contains(|char: char| char.is_ascii_digit());
    matches!(date.place, DatePlace::Line(_)) && !text.split_whitespace().take(2).any(has_number)
}

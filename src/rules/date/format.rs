//! Dates that are not in the archive's format.

use crate::archive::fields::{DatePlace, PageDate};
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/format",
    summary: "a valid date in a format that the archive does not use",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["event.date", "event.field", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/date/format.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    for date in
        context.page.dates.iter().filter(|date| date.written.is_in_other_format() && !date.is_range)
    {
        findings.push(finding(context, date));
    }
}

fn finding(context: &PageContext<'_>, date: &PageDate) -> Finding {
    let (texts, text) = (context.texts_of(date), context.date_words(date));
    // A date in another format can be ambiguous. The fix is safe only if the path agrees with the
    // date as read, or the link if the path has no date.
    let linked = date.heading().and_then(|heading| heading.link_day);
    let known = context.path_day(date).or(linked);
    let meant = known.filter(|known| date.written.agrees_with(*known) == Some(true));
    let days = meant.map_or_else(|| date.written.readings(), |meant| vec![meant]);
    let mut written: Vec<String> = days.iter().map(|day| texts.rewrite(text, *day)).collect();
    // The archive's format may have no room for the zone in the text.
    written.retain(|written| written != text && !texts.read(written).is_in_other_format());
    let fix = match written.as_slice() {
        [written] => context.redate(date, written).map(|edit| {
            let message = "write the day in the archive's format";
            // A value of front matter that says more than the date, such as a path, may have readers.
            let is_front = matches!(date.place, DatePlace::FrontMatter(_));
            let is_sure = meant.is_some() && (!is_front || context.is_date_alone(date));
            Fix::new(Applicability::safe_if(is_sure), message, vec![edit])
        }),
        _ => None,
    };
    let quoted: Vec<String> = written.iter().map(|written| quote(written)).collect();
    let help = match texts.written().first() {
        Some(format) if quoted.is_empty() => format!("use the format {}", quote(format)),
        _ => format!("write {}", quoted.join(" or ")),
    };
    let quoted = quote(context.date_text(date));
    let message = format!("the date {quoted} is not in the archive's format");
    Finding::new(context.date_span(date), message).help(help).fix(fix)
}

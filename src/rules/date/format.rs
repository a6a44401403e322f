//! Dates that are not in the archive's format.

use crate::archive::date::WrittenDate;
use crate::archive::layout::FolderDate;
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "date/format",
    summary: "a valid date in a format that the archive does not use",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["event.date", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/date/format.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let Some(date) = page.outline.date() else { return };
    let WrittenDate::OtherFormat(day) = date.written else { return };
    let formats = context.date_formats();
    let text = quote(page.heading_words(date.heading));
    let written = formats.write(day);
    // A date in another format can be ambiguous. The fix is safe only if the folder agrees with the
    // date as read, or the link if the folder has no date.
    let folder = page.place.date.and_then(FolderDate::day);
    let agrees = folder == Some(day) || (folder.is_none() && date.link_day == Some(day));
    let fix = context.redate(date, &written).map(|edit| {
        let message = "write the day in the archive's format";
        Fix::new(Applicability::safe_if(agrees), message, vec![edit])
    });
    findings.push(
        Finding::new(
            page.heading_span(date.heading),
            format!("the date {text} is not in the archive's format"),
        )
        .help(format!("write {}", quote(&written)))
        .fix(fix),
    );
}

//! Pages that are not dated.

use crate::archive::layout::FolderDate;
use crate::archive::outline::Outline;
use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/missing-date",
    summary: "an event or day page without a date heading",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/heading/missing-date.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let template = match page.outline {
        Outline::Event(_) => &context.settings.event.date,
        Outline::Day(_) => &context.settings.day.date,
        Outline::Other => return,
    };
    if page.outline.date().is_some() {
        return;
    }
    let marks = "#".repeat(template.level.into());
    let day = page.place.date.and_then(FolderDate::day);
    let heading = day.map_or_else(
        || format!("a level-{} heading with the day", template.level),
        |day| format!("`{marks} {}`", template.formats.write(day)),
    );
    findings.push(
        Finding::new(context.whole_page(), "the page has no date heading")
            .help(format!("add {heading}, linked to the page of its day")),
    );
}

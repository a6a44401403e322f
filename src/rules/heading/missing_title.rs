//! Event pages without a title.

use crate::archive::places::Place;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/missing-title",
    summary: "an event page without a title",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.title"],
    needs: &[],
    page: include_str!("../../../rules/heading/missing-title.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let template = &context.settings.event.title;
    let has_title = !event.titles.is_empty() || event.front_title.is_some();
    if has_title || !template.required || !context.has_readable_front_matter() {
        return;
    }
    let (message, help) = if let Some(key) = template.from.first().and_then(Place::front_key) {
        let help = format!("add the event's title to the front matter: {}", quote(key));
        ("the event page has no title", help)
    } else {
        let marks = "#".repeat(template.level.into());
        let help = format!("add the event's title as a heading: `{marks} Title`");
        ("the event page has no title heading", help)
    };
    findings.push(Finding::new(context.whole_page(), message).about("").help(help));
}

//! Fields that the settings require and a page lacks.

use crate::archive::outline::Outline;
use crate::archive::places::Place;
use crate::archive::template::FieldTemplate;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "front-matter/missing-field",
    summary: "a field that the settings require is missing",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &["event.date", "event.field", "day.date"],
    needs: &[],
    page: include_str!("../../../rules/front-matter/missing-field.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    // A page whose front matter cannot be read may have all of its fields there.
    if matches!(page.outline, Outline::Other) || !context.has_readable_front_matter() {
        return;
    }
    let mut report = |name: &str, from: &[Place]| {
        let keys = from.iter().filter_map(Place::front_key);
        let list = { keys }.find(|key| page.front_matter().is_some_and(|front| front.has(key)));
        let (message, help) = match list {
            Some(key) => (
                format!(
                    "the page has no single {}: {} has several values",
                    quote(name),
                    quote(key)
                ),
                "write one value".to_owned(),
            ),
            None => (format!("the page has no {}", quote(name)), where_to_write(from)),
        };
        findings.push(Finding::new(context.whole_page(), message).about(name).help(help));
    };
    let template = context.date_template();
    // `heading/missing-date` reports pages that should have a date heading.
    let is_dated = page.dates.iter().any(|date| date.field.is_none());
    if template.required && !template.has_heading() && !is_dated {
        report("date", &template.from);
    }
    if context.event().is_none() {
        return;
    }
    let fields = context.settings.event.fields.iter();
    for field in fields.filter(|field| field.required && !is_present(context, field)) {
        report(&field.name, &field.from);
    }
}

/// Returns whether a place of a field has any text. A path always has.
fn is_present(context: &PageContext<'_>, field: &FieldTemplate) -> bool {
    field.from.iter().any(|place| match place {
        Place::Path => context.page.place.date.is_some(),
        Place::Heading => context.page.outline.date().is_some(),
        Place::Front(key) => context.page.front_matter().is_some_and(|front| front.has(key)),
        Place::Line(label) => {
            let mut lines = context.page.document.lines.iter();
            lines.any(|line| context.archive.syntax.label(line) == label)
        }
        Place::Section => false,
    })
}

fn where_to_write(from: &[Place]) -> String {
    let place = from.iter().find(|place| !matches!(place, Place::Path));
    match place {
        Some(Place::Front(key)) => format!("add {} to the front matter", quote(key)),
        Some(Place::Line(label)) => format!("add a line `{label}: …`"),
        Some(Place::Heading) => "add the date heading".to_owned(),
        Some(Place::Section | Place::Path) | None => {
            "add the field in one of its places, or set `required = false` in the settings"
                .to_owned()
        }
    }
}

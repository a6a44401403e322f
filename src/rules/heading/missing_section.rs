//! Required sections and topics that a page lacks.

use crate::archive::places::Place;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/missing-section",
    summary: "a section or topic that the settings require is missing",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &["event.section", "event.topic"],
    needs: &[],
    page: include_str!("../../../rules/heading/missing-section.md"),
    since: "0.1.0",
};

/// Returns whether the topic is, or may be, in the page's front matter.
fn has_front_topic(context: &PageContext<'_>) -> bool {
    let topic = &context.settings.event.topic;
    let mut keys = topic.from.iter().filter_map(Place::front_key);
    let front = context.page.front_matter();
    topic.has_front() && !context.has_readable_front_matter()
        || front.is_some_and(|front| keys.any(|key| front.has(key)))
}

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let mut missing = |name: &str, what: String, help: String| {
        findings.push(
            Finding::new(context.whole_page(), format!("the page has no {what}"))
                .about(name)
                .help(help),
        );
    };
    let topic = &context.settings.event.topic;
    if topic.required && event.topics.is_empty() && !has_front_topic(context) {
        let place = match topic.from.first().and_then(Place::front_key) {
            Some(key) => format!("{} to the front matter", quote(key)),
            None => format!("a heading `{} Topic`", "#".repeat(topic.level.into())),
        };
        let help =
            format!("add {place}, or set `required = false` in `event.topic` of the settings");
        missing("", "topic".to_owned(), help);
    }
    for (index, template) in context.settings.event.sections.iter().enumerate() {
        let present = event.sections.iter().any(|section| section.template as usize == index);
        if template.required && !present {
            let marks = "#".repeat(template.level.into());
            let text = template.headings.first().map_or("", String::as_str);
            let help = format!(
                "add a heading `{marks} {text}`, or set `required = false` for this section in the \
                 settings"
            );
            missing(&template.name, format!("section {}", quote(&template.name)), help);
        }
    }
}

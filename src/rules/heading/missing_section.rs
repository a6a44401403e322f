//! Required sections and topics that a page lacks.

use crate::archive::outline::EventPage;
use crate::archive::places::Place;
use crate::archive::template::FrontText;
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
    if topic.required && !has_topic(context, event) {
        let key = topic.from.iter().find_map(Place::front_key);
        let place = match (topic.from.first(), key) {
            (Some(Place::Heading), _) if topic.level > 0 => {
                format!("add a heading `{} Topic`, or ", "#".repeat(topic.level.into()))
            }
            (_, Some(key)) => format!("add {} to the front matter, or ", quote(key)),
            _ => String::new(),
        };
        let help = format!("{place}set `required = false` in `event.topic` of the settings");
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

/// Returns whether an event page has a topic. Front matter that cannot be read may contain it.
fn has_topic(context: &PageContext<'_>, event: &EventPage) -> bool {
    let may_be_in_front = context.settings.event.topic.has_front();
    !event.topics.is_empty()
        || event.front_topic != FrontText::Missing
        || may_be_in_front && !context.has_readable_front_matter()
}

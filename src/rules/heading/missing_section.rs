//! Required sections and topics that a page lacks.

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
    if context.settings.topic_required && event.topics.is_empty() {
        let marks = "#".repeat(context.settings.event.topic_level.into());
        let help = format!(
            "add a heading `{marks} Topic`, or set `required = false` in `event.topic` of the \
             settings"
        );
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

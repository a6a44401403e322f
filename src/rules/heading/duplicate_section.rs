//! Sections that occur more than once.

use crate::archive::outline::Section;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/duplicate-section",
    summary: "a section that occurs more than once",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.section"],
    needs: &[],
    page: include_str!("../../../rules/heading/duplicate-section.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let mut known: Vec<Option<&Section>> = vec![None; context.settings.event.sections.len()];
    for section in page.outline.sections() {
        let Some(first) = known.get_mut(section.template as usize) else { continue };
        let first = *first.get_or_insert(section);
        if first.heading != section.heading {
            let text = quote(page.heading_words(section.heading));
            findings.push(
                Finding::new(
                    page.heading_span(section.heading),
                    format!("the section {text} repeats an earlier one"),
                )
                .help("move its items into the earlier section, and remove this heading")
                .label(
                    page.file,
                    page.heading_span(first.heading),
                    "the earlier section is here",
                ),
            );
        }
    }
}

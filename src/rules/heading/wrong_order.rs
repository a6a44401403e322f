//! Headings in the wrong order.

use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/wrong-order",
    summary: "date, topic, title and sections out of order",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &["event.section"],
    needs: &[],
    page: include_str!("../../../rules/heading/wrong-order.md"),
    since: "0.1.0",
};

/// What messages call a section.
const SECTION: &str = "the section";

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let templates = &context.settings.event.sections;
    let mut ranked: Vec<(u32, u32, &str)> = Vec::new();
    ranked.extend(event.date.iter().map(|date| (date.heading, 0, "the date heading")));
    // Only the first title counts: `heading/multiple-titles` reports the others.
    ranked.extend(event.titles.first().map(|&title| (title, 2, "the title")));
    ranked.extend(
        event.sections.iter().map(|section| {
            (section.heading, 3 + templates[section.template as usize].order, SECTION)
        }),
    );
    if let Some(&topic) = event.topics.first() {
        ranked.push((topic, 1, "the topic"));
    }
    ranked.sort_unstable();
    let mut last: Option<(u32, u32, &str)> = None;
    for (heading, rank, what) in ranked {
        if let Some((before, _, other)) = last.filter(|(_, highest, _)| *highest > rank) {
            let page = context.page;
            let text = quote(page.heading_words(heading));
            // A page has several sections, so name the one that should come later.
            let named = if other == SECTION {
                format!("{other} {}", quote(page.heading_words(before)))
            } else {
                other.to_owned()
            };
            findings.push(
                Finding::new(
                    page.heading_span(heading),
                    format!("{what} {text} comes after {named}"),
                )
                .help(
                    "the order is date, topic, title, sections; by default, sources precede other \
                     sections",
                )
                .label(
                    page.file,
                    page.heading_span(before),
                    format!("{other} is here"),
                ),
            );
        } else {
            last = Some((heading, rank, what));
        }
    }
}

//! Headings at a different level than the settings define.

use crate::archive::outline::Outline;
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/wrong-level",
    summary: "a date or section heading whose level differs from the layout",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &["event.date", "event.section", "day.date", "day.previous"],
    needs: &[],
    page: include_str!("../../../rules/heading/wrong-level.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let (event, day) = (&context.settings.event, &context.settings.day);
    let mut expect = |index: u32, level: u8, what: &str| {
        let page = context.page;
        let heading = page.heading(index);
        if heading.level != level {
            let words = page.heading_words(index);
            let text = quote(words);
            let message = format!("{what} {text} is at level {} instead of {level}", heading.level);
            let marks = "#".repeat(level.into());
            let edits = rewrite::set_level(page.file, page.text(), heading, words, level);
            let fix = edits.map(|edits| Fix::safe(format!("move it to level {level}"), edits));
            findings.push(
                Finding::new(heading.span, message)
                    .help(format!("start it with `{marks}`"))
                    .fix(fix),
            );
        }
    };
    match &context.page.outline {
        Outline::Event(page) => {
            if let Some(date) = page.date.filter(|_| event.date.required) {
                expect(date.heading, event.date.level, "the date heading");
            }
            for section in &page.sections {
                let template = &event.sections[section.template as usize];
                expect(section.heading, template.level, "the section heading");
            }
        }
        Outline::Day(page) => {
            if let Some(date) = page.date.filter(|_| day.date.required) {
                expect(date.heading, day.date.level, "the date heading");
            }
            if let Some(previous) = page.previous {
                expect(previous, day.previous_level, "the previous-day heading");
            }
        }
        Outline::Other => {}
    }
}

//! Section headings that the archive does not have.

use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::suggest;

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/unknown-section",
    summary: "a section heading that is none of the archive's",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &["event.section"],
    page: include_str!("../../../rules/heading/unknown-section.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let templates = &context.settings.event.sections;
    let known = || templates.iter().flat_map(|template| &template.headings).map(String::as_str);
    for &index in &event.unknown {
        let text = context.page.heading_words(index);
        if text.is_empty() {
            continue;
        }
        findings.push_slow(|| {
            let near = suggest::nearest(text, known());
            let fix = near.and_then(|near| {
                let edit = context.reword(context.page.heading(index).content, near)?;
                Some(Fix::uncertain(format!("write {}", quote(near)), vec![edit]))
            });
            let help = match near {
                Some(near) => format!("did you mean {}?", quote(near)),
                None => format!(
                    "this archive's sections: {}",
                    known().map(quote).collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("{} is no section of this archive", quote(text));
            let span = context.page.heading_span(index);
            Some(Finding::new(span, message).help(help).fix(fix))
        });
    }
}

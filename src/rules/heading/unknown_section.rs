//! Section headings that the settings do not define.

use std::cell::OnceCell;

use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::suggest;

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/unknown-section",
    summary: "a section heading that is not one of the archive's sections",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &["event.section"],
    needs: &[],
    page: include_str!("../../../rules/heading/unknown-section.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let templates = &context.settings.event.sections;
    let known = || templates.iter().flat_map(|template| &template.headings).map(String::as_str);
    let listed = OnceCell::new();
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
                None => listed.get_or_init(|| list(known())).clone(),
            };
            let message = format!("{} is not a section of this archive", quote(text));
            let span = context.page.heading_span(index);
            Some(Finding::new(span, message).help(help).fix(fix))
        });
    }
}

/// Lists the first section headings that the archive defines, and the number of the others.
fn list<'a>(known: impl Iterator<Item = &'a str>) -> String {
    let mut names = known.map(quote);
    let first: Vec<_> = names.by_ref().take(MOST_LISTED).collect();
    let rest = names.count();
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    format!(
        "use one of the archive's sections ({}{more}), or add this one to `event.section`",
        first.join(", ")
    )
}

/// The maximum number of section headings that the help text lists.
const MOST_LISTED: usize = 12;

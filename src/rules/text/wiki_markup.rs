//! Leftovers of wiki markup.

use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/wiki-markup",
    summary: "leftover wiki markup in a title, a topic or a source label",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/wiki-markup.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let page = context.page;
    let values = [page.front_title(), page.front_topic()].into_iter().flatten();
    let in_values = values.filter_map(|value| value.wiki_leftover(page.text()));
    let headings = event.topics.iter().chain(&event.titles);
    let headings = headings.map(|&heading| page.heading(heading).content);
    let labels = page.links_with(LinkRole::Source).map(|(link, _)| link.content);
    let places = headings.chain(labels);
    let in_places = places.filter_map(|place| page.document.wiki_leftover(page.text(), place));
    for span in in_values.chain(in_places) {
        findings.push(
            Finding::new(
                span,
                format!("{} is left over from wiki markup", quote(span.of(page.text()))),
            )
            .help("write the text as the wiki displayed it"),
        );
    }
}

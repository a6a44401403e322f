//! Related items that are not a link with an optional remark.

use crate::archive::template::SectionKind;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/malformed-item",
    summary: "a related item that is not a link with an optional remark",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/related/malformed-item.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for section in page.sections(SectionKind::Related) {
        for item in page.items(section) {
            if page.document.has_fault_in(item.span) {
                continue;
            }
            let links = page.document.links_in(&item.links).iter().filter(|link| !link.image);
            let whole = if item.content.is_empty() { item.span } else { item.content };
            let text = |span: Span| quote(span.of(page.text()));
            let finding = match (links.count(), item.stray) {
                (0, _) if item.content.is_empty() => {
                    Finding::new(whole, "the related item is empty").help("remove it")
                }
                (0, _) => {
                    Finding::new(whole, format!("the related item {} has no link", text(whole)))
                        .help("link it to the page of the event")
                }
                (_, Some(stray)) => Finding::new(
                    stray,
                    format!("{} does not belong in a related item", text(stray)),
                )
                .help("an item is one link, optionally followed by one remark: `_Context: …_`"),
                (_, None) => continue,
            };
            findings.push(finding);
        }
    }
}

//! Sections without items.

use crate::archive::template::SectionKind;
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/empty-section",
    summary: "a section without items",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/heading/empty-section.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for section in page.outline.sections() {
        let heading = page.heading(section.heading);
        let is_empty = match section.kind {
            SectionKind::Sources | SectionKind::Related => page.items(*section).is_empty(),
            SectionKind::Other => !heading.has_content,
        };
        // Broken links can hide items from the parser. `link/malformed` reports these links.
        let below = Span { start: heading.span.end, end: next_heading(context, section.heading) };
        if is_empty && !page.document.has_fault_in(below) {
            let text = quote(page.heading_words(section.heading));
            let edit = rewrite::remove_lines(page.file, page.text(), heading.span);
            let fix = edit.map(|edit| Fix::uncertain("remove the heading", vec![edit]));
            findings.push(
                Finding::new(
                    page.heading_span(section.heading),
                    format!("the section {text} has no items"),
                )
                .help("add its items as a list, or remove the heading")
                .fix(fix.filter(|_| !heading.has_content)),
            );
        }
    }
}

/// Returns the start of the heading after `index`, or the end of the page if there are no more
/// headings.
fn next_heading(context: &PageContext<'_>, index: u32) -> u32 {
    let next = context.page.document.headings.get(index as usize + 1);
    next.map_or_else(|| Span::at(context.page.text().len()).end, |next| next.span.start)
}

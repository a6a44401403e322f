//! Residue of wiki text.

use crate::archive::facts::LinkRole;
use crate::archive::page::Page;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/wiki-markup",
    summary: "residue of wiki text in a title, a topic or a source's label",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &[],
    page: include_str!("../../../rules/text/wiki-markup.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let Some(event) = context.event() else { return };
    let page = context.page;
    let headings = event.topics.iter().chain(&event.titles);
    let headings = headings.map(|&heading| page.heading(heading).content);
    let labels = page.links_with(LinkRole::Source).map(|(link, _)| link.content);
    for place in headings.chain(labels) {
        let Some(span) = first_residue(page, place) else { continue };
        findings.push(
            Finding::new(
                span,
                format!("{} is left over from wiki text", quote(span.of(page.text()))),
            )
            .help("write the text as a reader of the wiki saw it"),
        );
    }
}

/// What wiki text is known by.
const MARKS: &[&str] =
    &["\'\'", "{{", "}}", "[[", "]]", "-{", "[http:", "[https:", "]date=", "|lc="];

/// The first residue of wiki text in a part of the page.
fn first_residue(page: &Page<'_>, place: Span) -> Option<Span> {
    let text = place.of(page.text());
    // Most titles have none of what all the marks begin with.
    memchr::memchr3(b'\'', b'{', b'[', text.as_bytes())
        .or_else(|| memchr::memchr3(b']', b'}', b'|', text.as_bytes()))?;
    let hits = MARKS.iter().flat_map(|mark| {
        text.match_indices(mark).filter(|(at, _)| is_residue(text, *at, mark)).map(|(at, mark)| {
            let start = place.start as usize + at;
            Span::new(start, start + mark.len())
        })
    });
    hits.filter(|hit| !page.document.is_verbatim(hit.start) && !is_of_a_link(page, *hit)).min()
}

/// Whether a mark at `at` can be nothing else.
fn is_residue(text: &str, at: usize, mark: &str) -> bool {
    let (before, behind) = (&text[..at], &text[at + mark.len()..]);
    let surplus =
        |open: char, close: char| text.matches(close).count() > text.matches(open).count();
    match mark {
        // Inches.
        "\'\'" => !before.ends_with(|char: char| char.is_ascii_digit()),
        "-{" => behind.contains("}-") || behind.starts_with("zh"),
        "]]" => surplus('[', ']'),
        "}}" => surplus('{', '}'),
        _ => true,
    }
}

/// Whether a mark is made of the brackets of a link.
fn is_of_a_link(page: &Page<'_>, hit: Span) -> bool {
    let links = &page.document.links;
    let before = links.partition_point(|link| link.span.start < hit.end);
    links[..before]
        .iter()
        .rev()
        .take(4)
        .any(|link| link.span.overlaps(hit) && !link.content.contains(hit))
}

//! The parser: every text is a document, and all of its spans are valid.

use dateline::internals::document::{
    AnchorStyle, Document, Link, LinkKind, ReferencePattern, Syntax, TemplateLanguage, anchors,
};
use dateline::internals::span::SourceText;

use super::pages::{fit_in_order, fits};

/// Parses a page in each template language and checks its spans.
pub fn check(data: &[u8]) {
    let source = SourceText::from_bytes(data);
    let text = source.text();
    check_document(text, &Document::parse(text));
    for template in TemplateLanguage::NAMES.iter().filter_map(|name| TemplateLanguage::named(name))
    {
        check_document(text, &Document::parse_with(text, &syntax(template)));
    }
}

/// Returns the syntax of an archive with a template language and references.
fn syntax(template: TemplateLanguage) -> Syntax {
    let patterns = ["{% link {path} %}", "{{< ref \"{path}\" >}}", "@/{path}", "[[{stem}]]"];
    let parse = |pattern: &str| ReferencePattern::parse(pattern).expect("a pattern");
    Syntax { template, references: patterns.map(parse).into(), ..Syntax::default() }
}

fn check_document(text: &str, document: &Document) {
    check_headings(text, document);
    check_links(text, document);
    check_items(text, document);
    fit_in_order(text, document.faults.iter().map(|fault| fault.span), "faults");
    for link in document.faults.iter().filter_map(|fault| fault.link) {
        fits(text, link, "the link of a fault");
    }
    fit_in_order(text, document.undefined.iter().map(|found| found.span), "undefined references");
    fit_in_order(text, document.references.iter().copied(), "character references");
    fit_in_order(text, document.verbatim.iter().copied(), "verbatim text");
    fit_in_order(text, document.template_leftovers.iter().copied(), "residue");
    fit_in_order(text, document.template_tags.iter().copied(), "template tags");
    check_suppressions(text, document);
    check_anchors(text, document);
}

/// Checks the anchors of all styles. On GitHub, each heading has one.
fn check_anchors(text: &str, document: &Document) {
    for style in AnchorStyle::NAMES.into_iter().filter_map(AnchorStyle::named) {
        let syntax = Syntax { anchors: style, ..Syntax::default() };
        let found = anchors(text, &syntax).known;
        assert!(style != AnchorStyle::Github || found.len() >= document.headings.len());
        check_headings(text, &Document::parse_with(text, &syntax));
    }
}

fn check_headings(text: &str, document: &Document) {
    fit_in_order(text, document.headings.iter().map(|heading| heading.span), "headings");
    for heading in &document.headings {
        fits(text, heading.content, "a heading's content");
        assert!((1..=6).contains(&heading.level), "{heading:?}");
        assert!(heading.links.start <= heading.links.end, "{heading:?}");
        assert!(heading.links.end as usize <= document.links.len(), "{heading:?}");
        check_words(document.words(heading.text));
    }
}

fn check_words(words: &str) {
    assert!(!words.contains(['\n', '\r', '\t']) && !words.contains("  "), "{words:?}");
}

fn check_links(text: &str, document: &Document) {
    fit_in_order(text, document.links.iter().map(|link| link.span), "links");
    for link in &document.links {
        fits(text, link.destination, "a destination");
        fits(text, link.content, "a link's text");
        assert!(
            link.kind == LinkKind::Reference || link.span.contains(link.destination),
            "{link:?} has its destination elsewhere"
        );
        check_words(document.words(link.text));
        if let Some(reference) = document.reference_of(link) {
            let value = link.target(text).get(reference.value.clone());
            assert!(value.is_some_and(|value| !value.is_empty()), "{reference:?}");
        }
        if !link.destination.is_empty() && !document.has_tag_in(link.destination) {
            let target = link.target(text);
            let decoded = decoded(text, link);
            assert_eq!(decoded.as_deref(), Some(target), "{link:?} is not what its span says");
        }
    }
}

/// Parses a destination alone, in the syntax of its link, and returns the decoded destination.
fn decoded(text: &str, link: &Link) -> Option<String> {
    let written = link.destination.of(text);
    let is_angled = text[..link.destination.start as usize].ends_with('<');
    let page = match link.kind {
        // The parser splits a table row into cells before it decodes escapes.
        LinkKind::Inline if link.in_table => {
            let (open, close) = if is_angled { ("<", ">") } else { ("", " ") };
            format!("| a |\n|---|\n| [x]({open}{written}{close}) |\n")
        }
        // At the beginning of a line, it could start an HTML block.
        LinkKind::Autolink => format!("x <{written}>"),
        LinkKind::Bare => format!("- {written}"),
        // No attribute value contains both kinds of quotes.
        LinkKind::Html if written.contains('"') => format!("x <a href='{written}'>"),
        LinkKind::Html => format!("x <a href=\"{written}\">"),
        LinkKind::Inline if is_angled => format!("[x](<{written}>)"),
        LinkKind::Inline => format!("[x]({written} )"),
        LinkKind::Reference if is_angled => format!("[x]\n\n[x]: <{written}>\n"),
        LinkKind::Reference => format!("[x]\n\n[x]: {written}\n"),
        // The default syntax has no links in front matter.
        LinkKind::FrontMatter => return None,
        LinkKind::Tag | LinkKind::Wiki => return Some(written.to_owned()),
    };
    let document = Document::parse(&page);
    let [link] = document.links.as_slice() else { return None };
    Some(link.target(&page).to_owned())
}

fn check_items(text: &str, document: &Document) {
    fit_in_order(text, document.items.iter().map(|item| item.span), "items");
    for item in &document.items {
        fits(text, item.content, "an item's content");
        assert!(item.links.start <= item.links.end, "{item:?}");
        assert!(item.links.end as usize <= document.links.len(), "{item:?}");
        assert!(item.heading.is_none_or(|heading| (heading as usize) < document.headings.len()));
        if let Some(stray) = item.stray {
            fits(text, stray, "stray text of an item");
        }
    }
}

fn check_suppressions(text: &str, document: &Document) {
    let comments = document.suppressions.iter().map(|found| found.comment);
    fit_in_order(text, comments, "comments");
    for found in &document.suppressions {
        if let Some(scope) = found.scope {
            fits(text, scope, "the scope of a comment");
        }
        for selector in &found.selectors {
            fits(text, selector.span, "a selector");
            assert_eq!(selector.span.of(text), &*selector.text);
            assert!(found.comment.contains(selector.span), "{found:?}");
        }
    }
}

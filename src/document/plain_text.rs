//! Finds the parts of a page that are plain text.

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::body::{Body, shifted};
use super::syntax::Syntax;
use crate::span::Span;

/// Returns the spans of a page that the parser reads as text, in order. Code, HTML, destinations,
/// definitions and front matter are not text. A [`Document`](super::Document) does not store these
/// spans, because only damaged pages need them.
#[must_use]
pub fn text_spans(source: &str, syntax: &Syntax) -> Vec<Span> {
    let body = Body::of(source, syntax);
    let mut spans = Vec::new();
    let mut is_code = false;
    let mut autolinks = 0_u32;
    let mut links = Vec::new();
    for (event, range) in Parser::new_ext(body.text(), body.options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Link { link_type, .. }) => {
                let is_autolink = matches!(link_type, LinkType::Autolink | LinkType::Email);
                autolinks += u32::from(is_autolink);
                links.push(is_autolink);
            }
            Event::End(TagEnd::Link) => {
                autolinks -= u32::from(links.pop().unwrap_or_default());
            }
            Event::Text(_) if !is_code && autolinks == 0 => {
                spans.push(shifted(&range, body.skipped).into());
            }
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::{Syntax, text_spans};

    #[test]
    fn text_is_told_from_code_html_and_destinations() {
        let page = "---\ntitle: front\n---\n# One\n\n[two](/x.md \"t\") <i title=\"t\">three</i> `code`\n\n\
                    <p>html</p>\n\n    code\n\n<https://a.example>\n\n[unused]: /y.md\n";
        let texts: Vec<_> =
            text_spans(page, &Syntax::default()).iter().map(|span| span.of(page).trim()).collect();
        assert_eq!(
            texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>(),
            ["One", "two", "three"]
        );
    }
}

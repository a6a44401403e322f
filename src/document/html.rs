//! Reads the links, images and anchors in HTML.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// A part of a piece of HTML. Offsets are in bytes from the start of the piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HtmlPart {
    /// An anchor, from an `id` attribute or the `name` of an `a` element.
    Anchor(String),
    /// The start tag of a link, or an image.
    Link {
        /// The span of the tag.
        tag: Range<usize>,
        /// The span of the destination, without quotes.
        destination: Range<usize>,
        /// The destination with character references resolved.
        target: String,
        /// Whether this is an image.
        image: bool,
    },
    /// Text between tags.
    Text(String),
    /// The end tag of a link, which starts and ends here.
    LinkEnd(Range<usize>),
}

/// Returns the parts of a piece of HTML. Comments have none, and neither have other elements.
pub(super) fn read(html: &str) -> Vec<HtmlPart> {
    let mut reader = Reader {
        html,
        tag: Tag::Other,
        name: Attribute::Other,
        parts: Vec::new(),
        start: 0,
        link: None,
    };
    let take = |event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
        reader.take(&event, span.start..span.end);
        None
    };
    let mut emitter = CallbackEmitter::new(take);
    // Reads the contents of scripts and styles as text, because they contain no tags.
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    reader.parts
}

struct Reader<'a> {
    html: &'a str,
    tag: Tag,
    name: Attribute,
    parts: Vec<HtmlPart>,
    /// The offset of the current start tag.
    start: usize,
    /// The destination of the current tag, once it is read.
    link: Option<(Range<usize>, String)>,
}

/// The element of the current start tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Link,
    Image,
    Other,
}

/// The attribute whose value follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Anchor,
    Destination,
    Other,
}

impl Reader<'_> {
    fn take(&mut self, event: &CallbackEvent<'_>, span: Range<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = match *name {
                    b"a" => Tag::Link,
                    b"img" => Tag::Image,
                    _ => Tag::Other,
                };
                self.start = self.html[..span.end].rfind('<').unwrap_or(span.start);
                self.link = None;
                self.name = Attribute::Other;
            }
            CallbackEvent::AttributeName { name } => {
                self.name = match (self.tag, *name) {
                    (_, b"id") | (Tag::Link, b"name") => Attribute::Anchor,
                    (Tag::Link, b"href") | (Tag::Image, b"src") => Attribute::Destination,
                    _ => Attribute::Other,
                };
            }
            CallbackEvent::AttributeValue { value } => {
                let value = String::from_utf8_lossy(value).into_owned();
                match self.name {
                    Attribute::Anchor if !value.is_empty() => {
                        self.parts.push(HtmlPart::Anchor(value));
                    }
                    // Of two attributes with the same name, the first one counts.
                    Attribute::Destination if self.link.is_none() => {
                        self.link = Some((span, value));
                    }
                    _ => {}
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                if let Some((destination, target)) = self.link.take() {
                    let image = self.tag == Tag::Image;
                    let tag = self.start..self.end_of_tag(destination.end);
                    self.parts.push(HtmlPart::Link { tag, destination, target, image });
                }
            }
            CallbackEvent::EndTag { name } if *name == b"a" => {
                let start = self.html[..span.end].rfind("</").unwrap_or(span.start);
                let end = self.end_of_tag(span.end.saturating_sub(1));
                self.parts.push(HtmlPart::LinkEnd(start..end));
            }
            CallbackEvent::String { value } => {
                self.parts.push(HtmlPart::Text(String::from_utf8_lossy(value).into_owned()));
            }
            _ => {}
        }
    }

    /// Returns the offset after the `>` that follows `from`.
    fn end_of_tag(&self, from: usize) -> usize {
        self.html[from..].find('>').map_or(self.html.len(), |at| from + at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the links of a piece of HTML: the tag, the destination as written, and its target.
    fn links(html: &str) -> Vec<(&str, &str, String)> {
        let link = |part: HtmlPart| match part {
            HtmlPart::Link { tag, destination, target, .. } => {
                Some((&html[tag], &html[destination], target))
            }
            _ => None,
        };
        read(html).into_iter().filter_map(link).collect()
    }

    fn anchors(html: &str) -> Vec<String> {
        let anchor = |part| match part {
            HtmlPart::Anchor(name) => Some(name),
            _ => None,
        };
        read(html).into_iter().filter_map(anchor).collect()
    }

    #[test]
    fn destinations_have_exact_spans() {
        for (html, tag, written, target) in [
            ("<a href=\"/a.md\">x</a>", "<a href=\"/a.md\">", "/a.md", "/a.md"),
            ("é<A HREF='/a&amp;b'>", "<A HREF='/a&amp;b'>", "/a&amp;b", "/a&b"),
            ("<a class=x href=/a.md>x", "<a class=x href=/a.md>", "/a.md", "/a.md"),
            ("<a href = \"/a\"\n title='>'>", "<a href = \"/a\"\n title='>", "/a", "/a"),
            ("<img alt='x' src=\"b.png\" />", "<img alt='x' src=\"b.png\" />", "b.png", "b.png"),
        ] {
            assert_eq!(links(html), [(tag, written, target.to_owned())], "{html}");
        }
    }

    #[test]
    fn only_links_and_images_have_destinations() {
        for html in [
            "<!-- <a href=/a> -->",
            "<script>x = '<a href=/a>'</script>",
            "<link href=/a>",
            "<a data-href=/a>",
            "<a>",
            "<area href=/a>",
        ] {
            assert_eq!(links(html), [], "{html}");
        }
        assert_eq!(links("<a href=/a href=/b>").len(), 1);
    }

    #[test]
    fn anchors_are_ids_of_elements_and_names_of_links() {
        let html = "<a id=one></a><A NAME=\"two\"><h2 id = 'three'><p data-id=four><!-- id=five -->\
                    <input name=six><p id=a&amp;b>";
        assert_eq!(anchors(html), ["one", "two", "three", "a&b"]);
    }

    #[test]
    fn an_end_tag_has_a_span() {
        let html = "x</A >y";
        let ends: Vec<_> =
            read(html).into_iter().filter(|part| matches!(part, HtmlPart::LinkEnd(_))).collect();
        assert_eq!(ends, [HtmlPart::LinkEnd(1..6)]);
    }
}

//! Reads the links, images and anchors in HTML.

use std::borrow::Cow;
use std::ops::Range;

use super::inline::decode_reference;

/// A part of a piece of HTML. Offsets are in bytes from the start of the piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HtmlPart {
    /// The span of an anchor: the value of an `id` attribute, or of the `name` of an `a` element.
    Anchor(Range<usize>),
    /// The start tag of a heading.
    HeadingStart,
    /// The end tag of a heading.
    HeadingEnd,
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
    /// The span of a piece of text.
    Text(Range<usize>),
    /// The end tag of a link, which starts and ends here.
    LinkEnd(Range<usize>),
}

/// Returns the parts of a piece of HTML: links, images, anchors, headings and text. Skips comments.
///
/// The scan follows the tokenization of the HTML standard as far as tags and attributes need it. It
/// is not recursive, because a tag can have any number of attributes.
///
/// Source: <https://html.spec.whatwg.org/multipage/parsing.html#tokenization>
pub(super) fn read(html: &str) -> Vec<HtmlPart> {
    let mut scanner = Scanner { html, at: 0, parts: Vec::new() };
    while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[scanner.at..]) {
        scanner.text(scanner.at + open);
        scanner.markup();
    }
    scanner.text(html.len());
    scanner.parts
}

struct Scanner<'a> {
    html: &'a str,
    at: usize,
    parts: Vec<HtmlPart>,
}

/// Elements whose content is text without tags.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

impl Scanner<'_> {
    /// Records the text up to an offset.
    fn text(&mut self, end: usize) {
        if self.at < end {
            self.parts.push(HtmlPart::Text(self.at..end));
        }
        self.at = end;
    }

    /// Reads what starts with the `<` at the current offset.
    fn markup(&mut self) {
        let start = self.at;
        let rest = &self.html[start..];
        let find = |end: &str| rest.find(end).map_or(self.html.len(), |at| start + at + end.len());
        let name_at = |at: usize| {
            let name = rest.get(at..)?;
            // Check the first letter before searching for the end of the name, because that search
            // can read the whole rest.
            if !name.starts_with(|char: char| char.is_ascii_alphabetic()) {
                return None;
            }
            let end =
                name.find(|char: char| char.is_ascii_whitespace() || matches!(char, '/' | '>'));
            Some(&name[..end.unwrap_or(name.len())])
        };
        if rest.starts_with("<!--") {
            self.at = find("-->");
        } else if let Some(name) = name_at(1) {
            let name = name.to_ascii_lowercase();
            self.at = start + 1 + name.len();
            self.tag(start, &name);
            if RAW.contains(&&*name) {
                self.skip_raw(&name);
            }
        } else if rest.starts_with("</")
            && let Some(name) = name_at(2)
        {
            self.at = find(">");
            self.end_tag(start, name);
        } else if rest.starts_with("</") || rest.starts_with("<!") || rest.starts_with("<?") {
            self.at = find(">");
        } else {
            self.at += 1;
        }
    }

    /// Records the end tag that starts at `start` and ends at the current offset.
    fn end_tag(&mut self, start: usize, element: &str) {
        if element.eq_ignore_ascii_case("a") {
            self.parts.push(HtmlPart::LinkEnd(start..self.at));
        } else if is_heading(element) {
            self.parts.push(HtmlPart::HeadingEnd);
        }
    }

    /// Reads the attributes of a start tag whose name has been read.
    fn tag(&mut self, start: usize, element: &str) {
        if is_heading(element) {
            self.parts.push(HtmlPart::HeadingStart);
        }
        let is_image = element == "img";
        let mut link = None;
        while let Some((name, value)) = self.attribute() {
            let is_destination = (element == "a" && name == "href") || (is_image && name == "src");
            if is_destination && link.is_none() {
                link = Some(value);
            } else if !value.is_empty() && (name == "id" || element == "a" && name == "name") {
                self.parts.push(HtmlPart::Anchor(value));
            }
        }
        if let Some(value) = link {
            // Browsers ignore white space around a URL, and line breaks in it.
            let written = &self.html[value.clone()];
            let blank = written.len() - written.trim_ascii_start().len();
            let from = value.start + blank;
            let destination = from..from + written.trim_ascii().len();
            let target = decode_references(&self.html[destination.clone()]);
            let target = target.replace(['\n', '\r', '\t'], "");
            let tag = start..self.at;
            self.parts.push(HtmlPart::Link { tag, destination, target, image: is_image });
        }
    }

    /// Reads the next attribute: its name in lower case, and the range of its value. Returns `None`
    /// after the end of the tag.
    fn attribute(&mut self) -> Option<(String, Range<usize>)> {
        let bytes = self.html.as_bytes();
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
        self.at += bytes[self.at..].iter().take_while(|byte| is_blank(byte)).count();
        match bytes.get(self.at) {
            None => return None,
            Some(b'>') => {
                self.at += 1;
                return None;
            }
            Some(_) => {}
        }
        let start = self.at;
        let in_name = |byte: &&u8| !is_blank(byte) && !matches!(byte, b'=' | b'>');
        // A `=` at the start is part of the name.
        self.at += 1 + bytes[start + 1..].iter().take_while(in_name).count();
        let name = String::from_utf8_lossy(&bytes[start..self.at]).to_ascii_lowercase();
        let blanks = bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if bytes.get(self.at + blanks) != Some(&b'=') {
            return Some((name, self.at..self.at));
        }
        self.at += blanks + 1;
        self.at += bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = self.at;
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(start) {
            let end = memchr::memchr(*quote, &bytes[start + 1..]);
            let end = end.map_or(bytes.len(), |at| start + 1 + at);
            self.at = (end + 1).min(bytes.len());
            return Some((name, start + 1..end));
        }
        let in_value = |byte: &&u8| !byte.is_ascii_whitespace() && **byte != b'>';
        self.at += bytes[start..].iter().take_while(in_value).count();
        Some((name, start..self.at))
    }

    /// Skips the content of an element that has no tags, up to its end tag.
    fn skip_raw(&mut self, element: &str) {
        while let Some(end) = self.html[self.at..].find("</") {
            self.at += end;
            let rest = &self.html[self.at + 2..];
            if rest.get(..element.len()).is_some_and(|name| name.eq_ignore_ascii_case(element)) {
                return;
            }
            self.at += 2;
        }
        self.at = self.html.len();
    }
}

/// Returns whether an element is a heading.
fn is_heading(element: &str) -> bool {
    matches!(element.as_bytes(), [b'h' | b'H', b'1'..=b'6'])
}

/// Decodes the character references in a text.
#[must_use]
pub fn decode_references(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return text.into() };
    let mut decoded = text[..first].to_owned();
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let start = &rest.as_bytes()[..LONGEST.min(rest.len())];
        let reference = memchr::memchr(b';', start).map(|end| &rest[..=end]);
        if let Some((reference, known)) = reference.and_then(|found| Some((found, known(found)?))) {
            decoded.push_str(&known);
            rest = &rest[reference.len()..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
        let next = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    decoded.into()
}

/// The maximum length of a character reference, in bytes. The longest name has 31 letters.
const LONGEST: usize = 40;

/// Returns the text that a character reference stands for. Decodes common references without the
/// parser.
fn known(reference: &str) -> Option<Cow<'_, str>> {
    Some(match reference {
        "&amp;" => "&".into(),
        "&lt;" => "<".into(),
        "&gt;" => ">".into(),
        "&quot;" => "\"".into(),
        "&nbsp;" => "\u{A0}".into(),
        _ => decode_reference(reference)?.into(),
    })
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
            HtmlPart::Anchor(name) => Some(decode_references(&html[name]).into_owned()),
            _ => None,
        };
        read(html).into_iter().filter_map(anchor).collect()
    }

    #[test]
    fn destinations_have_exact_spans() {
        for (html, tag, written, target) in [
            ("<a href=\"/a.md\">x</a>", "<a href=\"/a.md\">", "/a.md", "/a.md"),
            ("é<A HREF='/a&amp;b'>", "<A HREF='/a&amp;b'>", "/a&amp;b", "/a&b"),
            ("<a href=' /a.md\n'>", "<a href=' /a.md\n'>", "/a.md", "/a.md"),
            ("<a href=\"\">x</a>", "<a href=\"\">", "", ""),
            ("<a class=x href=/a.md>x", "<a class=x href=/a.md>", "/a.md", "/a.md"),
            ("<a href = \"/a\"\n title='>'>", "<a href = \"/a\"\n title='>'>", "/a", "/a"),
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
    fn headings_have_a_start_and_an_end() {
        let html = "<H2 class=x>a</h2><header>b</header>";
        let parts = [
            HtmlPart::HeadingStart,
            HtmlPart::Text(12..13),
            HtmlPart::HeadingEnd,
            HtmlPart::Text(26..27),
        ];
        assert_eq!(read(html), parts);
    }

    #[test]
    fn an_end_tag_has_a_span() {
        let html = "x</A >y";
        let ends: Vec<_> =
            read(html).into_iter().filter(|part| matches!(part, HtmlPart::LinkEnd(_))).collect();
        assert_eq!(ends, [HtmlPart::LinkEnd(1..6)]);
    }
}

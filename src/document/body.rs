//! The Markdown part of a page: the text after byte order marks and front matter.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::Options;

use super::front_matter::Block;
use super::syntax::Syntax;
use super::template_tags;
use crate::span::{BYTE_ORDER_MARK, Span};

/// The Markdown part of a page, and the options to parse it with.
pub(super) struct Body<'a> {
    /// The number of bytes of byte order marks at the start of the page.
    pub(super) marks: usize,
    /// The number of bytes before the Markdown: byte order marks and front matter.
    pub(super) skipped: usize,
    /// The front matter.
    pub(super) front_matter: Option<Block>,
    /// The template tags, in order.
    pub(super) tags: Vec<Span>,
    /// The whole page as the parser reads it: with a word in place of each template tag. Offsets are
    /// those of the page.
    pub(super) page: Cow<'a, str>,
    /// The parser options, with only the extensions that the text could need.
    pub(super) options: Options,
}

impl<'a> Body<'a> {
    /// Finds the Markdown part of a page.
    pub(super) fn of(source: &'a str, syntax: &Syntax) -> Self {
        let marks = source.len() - source.trim_start_matches(BYTE_ORDER_MARK).len();
        let (_, text) = source.split_at(marks);
        let front_matter = Block::find(text, syntax.forms);
        let skipped = marks + front_matter.as_ref().map_or(0, |block| block.len);
        let tags = template_tags::find(source, skipped, syntax.template);
        let page = template_tags::mask(source, &tags);
        let options = options(&page[skipped..], syntax);
        Self { marks, skipped, front_matter, tags, page, options }
    }

    /// Returns the Markdown.
    pub(super) fn text(&self) -> &str {
        self.page.get(self.skipped..).unwrap_or_default()
    }
}

/// Returns the parser options for a text. An extension costs time even if the text does not use it.
fn options(text: &str, syntax: &Syntax) -> Options {
    let bytes = text.as_bytes();
    // Most texts hold none of the three bytes, so one search for all of them saves two others.
    let is_plain = memchr::memchr3(b'|', b'~', b'^', bytes).is_none();
    let holds = |byte| !is_plain && memchr::memchr(byte, bytes).is_some();
    let mut options = Options::ENABLE_TASKLISTS;
    options.set(Options::ENABLE_TABLES, holds(b'|'));
    options.set(Options::ENABLE_STRIKETHROUGH, holds(b'~'));
    options.set(Options::ENABLE_FOOTNOTES, holds(b'^'));
    let has_attributes = syntax.anchors.has_heading_attributes() && text.contains('{');
    options.set(Options::ENABLE_HEADING_ATTRIBUTES, has_attributes);
    options.set(Options::ENABLE_WIKILINKS, syntax.has_wiki_links() && text.contains("[["));
    options
}

/// Returns `range` moved towards the end by `by` bytes.
pub(super) fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

//! The part of a page that is Markdown.

use std::ops::Range;

use pulldown_cmark::Options;

use super::front_matter;

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The part of a page that is Markdown, and how it is parsed.
pub(super) struct Body<'a> {
    /// Bytes of byte order marks at the top.
    pub(super) marks: usize,
    /// Bytes before the text: byte order marks and front matter.
    pub(super) skipped: usize,
    pub(super) text: &'a str,
    pub(super) options: Options,
}

impl<'a> Body<'a> {
    pub(super) fn of(source: &'a str) -> Self {
        let marks = source.len() - source.trim_start_matches(BYTE_ORDER_MARK).len();
        let (_, text) = source.split_at(marks);
        let front = front_matter::length(text).unwrap_or_default();
        let (_, text) = text.split_at(front);
        let holds = |byte| memchr::memchr(byte, text.as_bytes()).is_some();
        // Extensions cost time even where they are not used.
        let mut options = Options::ENABLE_TASKLISTS;
        options.set(Options::ENABLE_TABLES, holds(b'|'));
        options.set(Options::ENABLE_STRIKETHROUGH, holds(b'~'));
        options.set(Options::ENABLE_FOOTNOTES, holds(b'^'));
        Self { marks, skipped: marks + front, text, options }
    }
}

pub(super) fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

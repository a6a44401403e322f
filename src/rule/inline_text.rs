//! Checks whether edits change the visible text of a heading or a link.

use crate::archive::page::Page;
use crate::diagnostic::Edit;
use crate::document::{Document, LinkKind, heading_words};
use crate::rewrite;
use crate::span::Span;

/// The maximum length of a text that is checked, in bytes. Each check of edits parses the whole
/// text.
const LONGEST: usize = 4096;

/// The maximum number of times that one text is parsed.
const MOST_PARSES: u32 = 24;

/// The text of a heading or a link, if it is on one line.
#[derive(Debug)]
pub struct InlineText<'a> {
    text: &'a str,
    /// The byte offset of the text on its page.
    start: u32,
    /// Whether the text belongs to a heading with an underline. Such a text may start another
    /// block.
    is_underlined: bool,
    /// The visible text.
    words: String,
    parses_left: u32,
}

impl<'a> InlineText<'a> {
    /// Returns the span of the text that `span` is part of: the content of a heading or, outside
    /// headings, of a link.
    #[must_use]
    pub fn place(document: &Document, span: Span) -> Option<Span> {
        let heading = document.heading_around(span).and_then(|index| document.headings.get(index));
        let before = document.links.partition_point(|link| link.span.start <= span.start);
        let mut near = document.links.get(..before)?.iter().rev().take(8);
        let link = || Some(near.find(|link| link.content.contains(span))?.content);
        heading.map(|heading| heading.content).or_else(link)
    }

    /// Reads the text at a [`place`](Self::place). Returns `None` if edits of the text cannot be
    /// checked:
    ///
    /// - The text is too long.
    /// - The text is or contains what may be the label of a definition.
    /// - The text has several lines, each of which may start a block.
    #[must_use]
    pub fn new(page: &'a Page<'_>, place: Span) -> Option<Self> {
        let (document, text) = (&page.document, place.of(page.text()));
        if text.len() > LONGEST || text.contains(['\n', '\r']) {
            return None;
        }
        let before = document.links.partition_point(|link| link.span.start < place.end);
        let mut near = document.links.get(..before)?.iter().rev().take(8);
        let is_label = near.any(|link| link.content == place && link.kind != LinkKind::Inline);
        let may_name_a_label =
            text.contains('[') && memchr::memmem::find(page.text().as_bytes(), b"]:").is_some();
        if is_label || may_name_a_label {
            return None;
        }
        let heading = document.heading_around(place).and_then(|index| document.headings.get(index));
        let is_underlined =
            heading.is_some_and(|heading| !heading.span.of(page.text()).starts_with('#'));
        let words = heading_words(text, is_underlined)?;
        let parses_left = MOST_PARSES;
        Some(Self { text, start: place.start, is_underlined, words, parses_left })
    }

    /// Returns whether edits leave the visible text unchanged. `but` is a pair of texts that count
    /// as equal. Returns `None` if checking takes too long or the edits do not fit the text.
    pub fn reads_the_same(&mut self, edits: &[&Edit], but: Option<(&str, &str)>) -> Option<bool> {
        self.parses_left = self.parses_left.checked_sub(1)?;
        let edited = rewrite::edited(self.text, self.start, edits)?;
        let Some(new) = heading_words(&edited, self.is_underlined) else { return Some(false) };
        let same = match but {
            None => new == self.words,
            Some((one, other)) => new.replace(one, other) == self.words.replace(one, other),
        };
        Some(same)
    }

    /// Returns for each edit, in the same order, whether it is among the edits that can be made
    /// together without changing the visible text. The value is `None` if checking takes too long.
    pub fn harmless(&mut self, edits: &[&Edit]) -> Vec<Option<bool>> {
        rewrite::keep_most(edits, |edits| self.reads_the_same(edits, None))
    }
}

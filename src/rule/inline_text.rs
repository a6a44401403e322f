//! The text of a heading or a link, and which edits leave it reading the same.

use crate::archive::page::Page;
use crate::diagnostic::Edit;
use crate::document::{Document, LinkKind, heading_words};
use crate::rewrite;
use crate::span::Span;

/// Longer texts are not looked into, in bytes: each edit of them takes a parse.
const LONGEST: usize = 4096;

/// How often one text is parsed at most.
const MOST_PARSES: u32 = 24;

/// The text of a heading or a link, on one line.
#[derive(Debug)]
pub struct InlineText<'a> {
    text: &'a str,
    start: u32,
    /// Whether it is a heading with a line of marks below it, so that a block may begin in it.
    is_underlined: bool,
    words: String,
    parses_left: u32,
}

impl<'a> InlineText<'a> {
    /// Finds the text that `span` is part of: a heading's, or else a link's.
    #[must_use]
    pub fn place(document: &Document, span: Span) -> Option<Span> {
        let heading = document.heading_around(span).and_then(|index| document.headings.get(index));
        let before = document.links.partition_point(|link| link.span.start <= span.start);
        let mut near = document.links.get(..before)?.iter().rev().take(8);
        let link = || Some(near.find(|link| link.content.contains(span))?.content);
        heading.map(|heading| heading.content).or_else(link)
    }

    /// Reads the text at a [`place`](Self::place). Returns `None` if it cannot check that the text stays the
    /// same: if it has several lines, any of which may start a block, if it may be the label of a definition,
    /// or if it is too long.
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

    /// Returns whether the text reads the same after edits, which are in order, one visible text taken for another.
    /// None where that would take too long to tell.
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

    /// Returns which of the edits, given in order, can be made together without changing the rendered text. An
    /// edit is `None` if checking it would take too long.
    pub fn harmless(&mut self, edits: &[&Edit]) -> Vec<Option<bool>> {
        rewrite::keep_most(edits, |edits| self.reads_the_same(edits, None))
    }
}

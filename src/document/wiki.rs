//! Detects leftover wiki markup.

use std::ops::Range;

use super::front_matter::FrontValue;
use super::model::Document;
use crate::span::{Span, any_byte};

/// Sequences that are typical of wiki markup.
const MARKS: &[&str] = &["''", "{{", "}}", "[[", "]]", "-{", "[http:", "[https:", "]date=", "|lc="];

impl Document {
    /// Returns the first leftover wiki markup in a part of the page. `source` is the page's text.
    #[must_use]
    pub fn wiki_leftover(&self, source: &str, place: Span) -> Option<Span> {
        let at = |found: &Range<usize>| {
            let start = place.start as usize;
            Span::new(start + found.start, start + found.end)
        };
        let is_text = |found: &Range<usize>| {
            let hit = at(found);
            // Where pages contain template tags, braces are those of a tag that is shown as text.
            let is_brace = self.has_templates && matches!(hit.of(source), "{{" | "}}");
            !is_brace && !self.is_verbatim(hit.start) && !self.is_of_a_link(hit)
        };
        first_leftover(place.of(source), &is_text).map(|found| at(&found))
    }

    /// Returns whether a mark consists of the brackets of a link.
    fn is_of_a_link(&self, hit: Span) -> bool {
        let before = self.links.partition_point(|link| link.span.start < hit.end);
        let mut near = self.links[..before].iter().rev().take(4);
        near.any(|link| link.span.overlaps(hit) && !link.content.contains(hit))
    }
}

impl FrontValue {
    /// Returns the first leftover wiki markup in the value. `source` is the page's text. If the value is
    /// written with escapes, the span is that of the whole value.
    #[must_use]
    pub fn wiki_leftover(&self, source: &str) -> Option<Span> {
        let found = first_leftover(&self.text, &|_| true)?;
        let place = self.unquoted(source);
        if place.of(source) != &*self.text {
            return Some(place);
        }
        let start = place.start as usize;
        Some(Span::new(start + found.start, start + found.end))
    }
}

/// Returns the first wiki mark in a text for which `is_text` returns `true`.
fn first_leftover(text: &str, is_text: &dyn Fn(&Range<usize>) -> bool) -> Option<Range<usize>> {
    // Return early if the text contains none of the characters that the marks need. This is true of most
    // titles.
    let is_of_a_mark =
        |byte| b"'{}[]|".iter().fold(0, |found, mark| found | u8::from(byte == *mark));
    if !any_byte(text.as_bytes(), is_of_a_mark) {
        return None;
    }
    let balance = Balance::of(text);
    let first = |mark: &&str| {
        let hits = text.match_indices(*mark).filter(|(at, _)| balance.convicts(text, *at, mark));
        hits.map(|(at, mark)| at..at + mark.len()).find(is_text)
    };
    MARKS.iter().filter_map(first).min_by_key(|found| (found.start, found.end))
}

/// Properties of a text that distinguish wiki marks from ordinary uses of the same characters.
struct Balance {
    /// Whether there are more closing than opening brackets.
    brackets: bool,
    /// Whether there are more closing than opening braces.
    braces: bool,
    /// The byte offset of the last `}-`, which ends a `-{…}-` block of language variants.
    variant_end: Option<usize>,
}

impl Balance {
    fn of(text: &str) -> Self {
        let count = |wanted: u8| memchr::memchr_iter(wanted, text.as_bytes()).count();
        Self {
            brackets: count(b']') > count(b'['),
            braces: count(b'}') > count(b'{'),
            variant_end: text.rfind("}-"),
        }
    }

    /// Returns whether the mark at `at` can only be wiki markup.
    fn convicts(&self, text: &str, at: usize, mark: &str) -> bool {
        match mark {
            // Two apostrophes after a digit stand for inches.
            "''" => !text[..at].ends_with(|char: char| char.is_ascii_digit()),
            "-{" => self.variant_end.is_some_and(|end| end > at) || text[at..].starts_with("-{zh"),
            "]]" => self.brackets,
            "}}" => self.braces,
            _ => true,
        }
    }
}

//! Leftovers of wiki markup.

use super::model::Document;
use crate::span::Span;

/// What wiki text is known by.
const MARKS: &[&str] = &["''", "{{", "}}", "[[", "]]", "-{", "[http:", "[https:", "]date=", "|lc="];

impl Document {
    /// The first leftover wiki markup in a part of the page; `source` is the page's text.
    #[must_use]
    pub fn wiki_leftover(&self, source: &str, place: Span) -> Option<Span> {
        let text = place.of(source);
        // Most titles have none of what all the marks begin with.
        memchr::memchr3(b'\'', b'{', b'[', text.as_bytes())
            .or_else(|| memchr::memchr3(b']', b'}', b'|', text.as_bytes()))?;
        let balance = Balance::of(text);
        let first = |mark: &&str| {
            let hits =
                text.match_indices(*mark).filter(|(at, _)| balance.convicts(text, *at, mark));
            hits.map(|(at, mark)| {
                let start = place.start as usize + at;
                Span::new(start, start + mark.len())
            })
            .find(|hit| !self.is_verbatim(hit.start) && !self.is_of_a_link(*hit))
        };
        MARKS.iter().filter_map(first).min()
    }

    /// Whether a mark is made of the brackets of a link.
    fn is_of_a_link(&self, hit: Span) -> bool {
        let before = self.links.partition_point(|link| link.span.start < hit.end);
        let mut near = self.links[..before].iter().rev().take(4);
        near.any(|link| link.span.overlaps(hit) && !link.content.contains(hit))
    }
}

/// What tells marks from text that has a use for their characters.
struct Balance {
    /// Whether brackets are closed that were not opened.
    brackets: bool,
    /// Whether braces are closed that were not opened.
    braces: bool,
    /// Where the last `}-` stands, which ends a choice between variants of a word.
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

    /// Whether a mark at `at` can be nothing else.
    fn convicts(&self, text: &str, at: usize, mark: &str) -> bool {
        match mark {
            // Inches.
            "''" => !text[..at].ends_with(|char: char| char.is_ascii_digit()),
            "-{" => self.variant_end.is_some_and(|end| end > at) || text[at..].starts_with("-{zh"),
            "]]" => self.brackets,
            "}}" => self.braces,
            _ => true,
        }
    }
}

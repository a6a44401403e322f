//! Residue of wiki text.

use super::Document;
use crate::span::Span;

/// What wiki text is known by.
const MARKS: &[&str] =
    &["\'\'", "{{", "}}", "[[", "]]", "-{", "[http:", "[https:", "]date=", "|lc="];

impl Document {
    /// The first residue of wiki text in a part of the page; `source` is the page's text.
    #[must_use]
    pub fn wiki_residue(&self, source: &str, place: Span) -> Option<Span> {
        let text = place.of(source);
        // Most titles have none of what all the marks begin with.
        memchr::memchr3(b'\'', b'{', b'[', text.as_bytes())
            .or_else(|| memchr::memchr3(b']', b'}', b'|', text.as_bytes()))?;
        let hits = MARKS.iter().flat_map(|mark| {
            text.match_indices(mark).filter(|(at, _)| is_residue(text, *at, mark)).map(
                |(at, mark)| {
                    let start = place.start as usize + at;
                    Span::new(start, start + mark.len())
                },
            )
        });
        hits.filter(|hit| !self.is_verbatim(hit.start) && !self.is_of_a_link(*hit)).min()
    }

    /// Whether a mark is made of the brackets of a link.
    fn is_of_a_link(&self, hit: Span) -> bool {
        let before = self.links.partition_point(|link| link.span.start < hit.end);
        self.links[..before]
            .iter()
            .rev()
            .take(4)
            .any(|link| link.span.overlaps(hit) && !link.content.contains(hit))
    }
}

/// Whether a mark at `at` can be nothing else.
fn is_residue(text: &str, at: usize, mark: &str) -> bool {
    let (before, behind) = (&text[..at], &text[at + mark.len()..]);
    let surplus =
        |open: char, close: char| text.matches(close).count() > text.matches(open).count();
    match mark {
        // Inches.
        "\'\'" => !before.ends_with(|char: char| char.is_ascii_digit()),
        "-{" => behind.contains("}-") || behind.starts_with("zh"),
        "]]" => surplus('[', ']'),
        "}}" => surplus('{', '}'),
        _ => true,
    }
}

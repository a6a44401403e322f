//! The offending text of a finding, which identifies the finding after the rest of its page has changed.

use std::borrow::Cow;
use std::fmt::Write as _;

use xxhash_rust::xxh3::xxh3_128;

use crate::diagnostic::Finding;
use crate::span::{SourceText, Span};

/// The maximum length of a text that is not shortened, in Unicode scalar values.
const LONGEST: usize = 200;

/// The number of Unicode scalar values that are kept from the start of a longer text.
const KEPT: usize = 100;

/// Returns the offending text of a finding: its subject if it has one, and otherwise the text of its span. The
/// text is empty if the finding concerns the whole page.
#[must_use]
pub fn offending_text<'a>(source: &'a SourceText, finding: &'a Finding) -> Cow<'a, str> {
    match &finding.subject {
        Some(subject) => kept(subject),
        None => text_at(source, finding.span),
    }
}

/// Returns the text of a span, normalized and shortened like an [`offending_text`]. Returns an
/// empty text if the span is not within the page or not at character boundaries.
#[must_use]
pub fn text_at(source: &SourceText, span: Span) -> Cow<'_, str> {
    kept(span.of(source.text()))
}

/// Normalizes the line endings of a text to line feeds. Shortens a long text to its beginning, `…` and a
/// hash of the whole text.
fn kept(text: &str) -> Cow<'_, str> {
    let text = match memchr::memchr(b'\r', text.as_bytes()) {
        Some(_) => Cow::from(text.replace("\r\n", "\n").replace('\r', "\n")),
        None => Cow::from(text),
    };
    if text.char_indices().nth(LONGEST).is_none() {
        return text;
    }
    let mut short: String = text.chars().take(KEPT).collect();
    let _ = write!(short, "…{:032x}", xxh3_128(text.as_bytes()));
    short.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, span: impl Into<Span>) -> String {
        text_at(&SourceText::from_bytes(text.as_bytes()), span.into()).into_owned()
    }

    #[test]
    fn what_a_finding_is_about_goes_before_the_text_at_its_place() {
        let source = SourceText::from_bytes("漢字".as_bytes());
        let finding = Finding::new(Span::new(0, 3), "x");
        assert_eq!(offending_text(&source, &finding), "漢");
        assert_eq!(offending_text(&source, &finding.clone().about("")), "");
        assert_eq!(offending_text(&source, &finding.about("related")), "related");
    }

    #[test]
    fn line_endings_are_all_one() {
        let text = of("-a\r\nb\rc\nd", 1..9);
        assert_eq!(text, "a\nb\nc\nd");
    }

    #[test]
    fn long_texts_differ_though_they_begin_alike_and_short_ones_stay() {
        let (whole, longer) = (format!("-{}", "漢".repeat(200)), format!("-{}", "漢".repeat(201)));
        assert_eq!(of(&whole, 1..whole.len()), "漢".repeat(200));
        let short = of(&longer, 1..longer.len());
        assert_eq!(short.chars().count(), 133);
        let other = format!("{}字", &longer[..longer.len() - 3]);
        let other = of(&other, 1..other.len());
        assert_eq!(other[..300], short[..300]);
        assert_ne!(other, short);
    }

    #[test]
    fn a_span_that_does_not_fit_has_no_text() {
        assert_eq!(of("漢字", 1..2), "");
        assert_eq!(of("a", 5..9), "");
    }
}

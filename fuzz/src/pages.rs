//! Assertions about the spans of any page.

use dateline::internals::span::Span;

/// Asserts that a span lies within a text, on character boundaries.
pub fn fits(text: &str, span: Span, what: &str) {
    assert!(
        span.start <= span.end && text.get(span.range()).is_some(),
        "{what}: {span:?} does not fit a text of {} bytes",
        text.len()
    );
}

/// Asserts that spans lie within a text and are sorted by their starts.
pub fn fit_in_order(text: &str, spans: impl Iterator<Item = Span>, what: &str) {
    let mut last = 0;
    for span in spans {
        fits(text, span, what);
        assert!(last <= span.start, "{what}: {span:?} begins before {last}");
        last = span.start;
    }
}

//! What every span of a page must be, whatever the page.

use dateline::internals::span::Span;

/// Asserts that a span lies in a text, on the boundaries of characters.
pub fn fits(text: &str, span: Span, what: &str) {
    assert!(
        span.start <= span.end && text.get(span.range()).is_some(),
        "{what}: {span:?} does not fit a text of {} bytes",
        text.len()
    );
}

/// Asserts that spans fit a text and are in the order of their beginnings.
pub fn fit_in_order(text: &str, spans: impl Iterator<Item = Span>, what: &str) {
    let mut last = 0;
    for span in spans {
        fits(text, span, what);
        assert!(last <= span.start, "{what}: {span:?} begins before {last}");
        last = span.start;
    }
}

//! Parses a piece of inline Markdown without the rest of its page.

use super::model::Document;

/// Returns the visible text of a heading that contains this inline Markdown, or `None` if the
/// Markdown does not form exactly one heading.
#[must_use]
pub fn inline_words(markdown: &str) -> Option<String> {
    heading_words(markdown, false)
}

/// Returns the visible text of a heading that contains this inline Markdown, or `None` if the
/// Markdown does not form exactly one heading. If `is_underlined`, the heading has an underline of
/// `=` instead of a leading `#`.
#[must_use]
pub fn heading_words(markdown: &str, is_underlined: bool) -> Option<String> {
    let page = if is_underlined { format!("{markdown}\n===\n") } else { format!("# {markdown}\n") };
    let document = Document::parse(&page);
    let [heading] = document.headings.as_slice() else { return None };
    Some(document.words(heading.text).to_owned())
}

/// Returns the text that a character reference such as `&quot;` stands for, or `None` if
/// `reference` is anything else.
#[must_use]
pub fn decode_reference(reference: &str) -> Option<String> {
    let words = inline_words(&format!("x{reference}x"))?;
    let decoded = words.strip_prefix('x')?.strip_suffix('x')?;
    (decoded != reference && !decoded.is_empty()).then(|| decoded.to_owned())
}

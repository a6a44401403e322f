//! Inline Markdown, read as a page of its own.

use super::model::Document;

/// The text that a reader sees of a heading with this inline Markdown; none where it is no heading
/// of one line.
#[must_use]
pub fn inline_words(markdown: &str) -> Option<String> {
    heading_words(markdown, false)
}

/// The text that a reader sees of a heading with this inline Markdown, with a line of marks below it or with
/// one in front; none where it is no heading of one line.
#[must_use]
pub fn heading_words(markdown: &str, is_underlined: bool) -> Option<String> {
    let page = if is_underlined { format!("{markdown}\n===\n") } else { format!("# {markdown}\n") };
    let document = Document::parse(&page);
    let [heading] = document.headings.as_slice() else { return None };
    Some(document.words(heading.text).to_owned())
}

/// What a character reference such as `&quot;` stands for; none for a text that is not just that.
#[must_use]
pub fn decode_reference(reference: &str) -> Option<String> {
    let words = inline_words(&format!("x{reference}x"))?;
    let decoded = words.strip_prefix('x')?.strip_suffix('x')?;
    (decoded != reference && !decoded.is_empty()).then(|| decoded.to_owned())
}

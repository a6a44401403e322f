//! Template syntax that was left unexpanded in a page.

use super::model::Document;
use super::template_tags::TemplateLanguage;
use crate::span::Span;

/// Returns the spans of `${…}`, `{% … %}` and `<% … %>`, each within one line and outside code. If the
/// generator runs `{% … %}`, none is left over: the page shows those in raw blocks on purpose.
pub(super) fn find(source: &str, document: &Document, template: TemplateLanguage) -> Vec<Span> {
    let bytes = source.as_bytes();
    let mut found: Vec<Span> = Vec::new();
    // URLs contain many percent signs, but few texts contain these.
    for at in memchr::memchr2_iter(b'{', b'<', bytes) {
        for (start, close) in openings(bytes, at, template) {
            if found.last().is_some_and(|last| start < last.end as usize)
                || document.is_verbatim(start as u32)
            {
                continue;
            }
            let inside = start + 2;
            let end = (inside + LONGEST).min(source.len());
            let line = &bytes[inside..end];
            let line = memchr::memchr2(b'\n', b'\r', line).map_or(line, |end| &line[..end]);
            let Some(len) = memchr::memmem::find(line, close.as_bytes()) else { continue };
            let end = inside + len + close.len();
            if bytes[start] != b'$' || is_expression(&bytes[inside..end - 1], bytes.get(end)) {
                found.push(Span::new(start, end));
            }
        }
    }
    found
}

/// Returns the starts of what the `{` or `<` at an offset can open, with its end.
fn openings(
    bytes: &[u8],
    at: usize,
    template: TemplateLanguage,
) -> impl Iterator<Item = (usize, &'static str)> {
    let is_brace = bytes[at] == b'{';
    let before = at.checked_sub(1).filter(|before| is_brace && bytes[*before] == b'$');
    let opens_statement = bytes.get(at + 1) == Some(&b'%');
    let statement = if is_brace {
        (!template.has_statements()).then_some((at, "%}"))
    } else {
        Some((at, "%>"))
    };
    let statement = statement.filter(|_| opens_statement);
    before.map(|start| (start, "}")).into_iter().chain(statement)
}

/// The maximum number of bytes to search for the end of a leftover.
const LONGEST: usize = 1024;

/// Returns whether the text between `${` and `}` can be an expression rather than a TeX formula. A
/// formula contains TeX commands, braces or superscripts, or is followed by a subscript, a
/// superscript or a closing `$`.
fn is_expression(inside: &[u8], behind: Option<&u8>) -> bool {
    let begins = inside.trim_ascii_start().first();
    begins.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && !inside.iter().any(|byte| matches!(byte, b'\\' | b'^' | b'{' | b'$'))
        && !behind.is_some_and(|byte| matches!(byte, b'_' | b'^' | b'$'))
}

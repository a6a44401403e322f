//! Where destinations stand in a source, and whether their characters are in order.

use pulldown_cmark::CowStr;

use super::broken_links::LinkFaultKind;
use crate::span::{Span, holds_control};

/// The span of a string that the parser borrowed from `source`; none where it had to be rewritten.
pub(super) fn borrowed_span(source: &str, text: &CowStr<'_>) -> Option<Span> {
    let CowStr::Borrowed(text) = text else { return None };
    let start = (text.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
    let span = Span::new(start, start + text.len());
    (source.get(span.range()) == Some(text)).then_some(span)
}

/// Returns the destination of an inline link whose text ends at or shortly before `from`: the one after
/// the next `](`, parsed as in CommonMark 0.31, section 6.3. `end` is the end of the link.
pub(super) fn inline_span(source: &str, from: usize, end: usize) -> Span {
    let link = source.get(..end).unwrap_or(source);
    let Some(open) = link.get(from..).and_then(|rest| rest.find("](")) else {
        return Span::at(end);
    };
    let start = skip_space(link, from + open + 2);
    let rest = link.as_bytes().get(start..).unwrap_or_default();
    if let Some(inside) = rest.strip_prefix(b"<") {
        let (len, _) = scan(inside, |byte, _| byte == b'>');
        return Span::new(start + 1, start + 1 + len);
    }
    let (len, _) = scan(rest, ends_bare);
    Span::new(start, start + len)
}

/// The destination in a reference definition that stands at `definition`.
pub(super) fn definition_span(source: &str, definition: Span) -> Span {
    let text = definition.of(source);
    // The label ends at the first bracket that no backslash escapes.
    let (label, _) = scan(text.as_bytes(), |byte, _| byte == b']');
    if !text.get(label..).is_some_and(|rest| rest.starts_with("]:")) {
        return definition;
    }
    let at = skip_space(text, label + 2);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let (skip, (len, _)) = match rest.strip_prefix(b"<") {
        Some(inside) => (1, scan(inside, |byte, _| byte == b'>')),
        None => (0, scan(rest, |byte, _| byte <= b' ')),
    };
    let start = definition.start as usize + at + skip;
    Span::new(start, start + len)
}

/// Skips white space, and the block quote markers that a broken line begins with.
fn skip_space(text: &str, from: usize) -> usize {
    let mut at = from;
    let mut line_start = false;
    for byte in text.as_bytes().get(from..).unwrap_or_default() {
        match byte {
            b'\n' | b'\r' => line_start = true,
            b' ' | b'\t' => {}
            b'>' if line_start => {}
            _ => break,
        }
        at += 1;
    }
    at
}

/// Whether a byte ends a destination without angle brackets, at a depth of parentheses.
pub(super) fn ends_bare(byte: u8, depth: u32) -> bool {
    byte <= b' ' || (byte == b')' && depth == 0)
}

/// Counts bytes up to the first unescaped one that `stop` accepts, given the depth of parentheses;
/// and the parentheses that are open there.
pub(super) fn scan(bytes: &[u8], stop: impl Fn(u8, u32) -> bool) -> (usize, u32) {
    let mut at = 0;
    let mut depth = 0_u32;
    while let Some(&byte) = bytes.get(at) {
        if stop(byte, depth) {
            break;
        }
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    (at.min(bytes.len()), depth)
}

/// What is wrong with the characters of a destination, escapes already resolved.
pub(super) fn fault(destination: &str) -> Option<LinkFaultKind> {
    if destination.is_empty() {
        return Some(LinkFaultKind::EmptyDestination);
    }
    let bytes = destination.as_bytes();
    if let Some(escape) = bad_escape(destination) {
        return Some(LinkFaultKind::BadEscape(escape.into()));
    }
    let end = memchr::memchr2(b'?', b'#', bytes).unwrap_or(bytes.len());
    let (path, _) = bytes.split_at(end);
    if memchr::memchr(b'\\', path).is_some() {
        return Some(LinkFaultKind::Backslash);
    }
    holds_control(bytes).then_some(LinkFaultKind::ControlCharacter)
}

/// The first `%` that two hexadecimal digits do not follow, with the up to two characters there.
fn bad_escape(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'%', bytes).find_map(|at| {
        let digits = bytes.get(at + 1..at + 3);
        if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            return None;
        }
        let rest = text.get(at..)?;
        let end = rest.char_indices().nth(3).map_or(rest.len(), |(end, _)| end);
        rest.get(..end)
    })
}

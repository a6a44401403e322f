//! Finds the spans of destinations, and checks their characters.

use pulldown_cmark::CowStr;

use super::broken_links::LinkFaultKind;
use crate::span::{Span, any_byte, holds_control};

/// Returns the span of a string that the parser borrowed from `source`, or `None` if the parser had
/// to copy it.
pub(super) fn borrowed_span(source: &str, text: &CowStr<'_>) -> Option<Span> {
    let CowStr::Borrowed(text) = text else { return None };
    let start = (text.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
    let span = Span::new(start, start + text.len());
    (source.get(span.range()) == Some(text)).then_some(span)
}

/// Returns the span of the destination of an inline link. `from` is the end of the last event
/// inside the link, and `end` is the end of the link. The destination follows the next `](` after
/// `from`, and is parsed as in CommonMark 0.31, section 6.3.
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

/// Returns the span of the destination in the reference definition at `definition`.
pub(super) fn definition_span(source: &str, definition: Span) -> Span {
    let text = definition.of(source);
    // The label ends at the first unescaped bracket.
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

/// Skips white space and any block quote markers at the start of a new line.
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

/// Returns whether a byte ends a destination without angle brackets. `depth` is the number of open
/// parentheses.
pub(super) fn ends_bare(byte: u8, depth: u32) -> bool {
    byte <= b' ' || (byte == b')' && depth == 0)
}

/// Scans to the first unescaped byte for which `stop` returns `true`, given the byte and the number
/// of open parentheses. Returns the number of bytes before it, and the number of parentheses that
/// are open there.
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

/// Returns the first problem with the characters of a destination. Its escapes must already be
/// resolved.
pub(super) fn fault(destination: &str) -> Option<LinkFaultKind> {
    if destination.is_empty() {
        return Some(LinkFaultKind::EmptyDestination);
    }
    let bytes = destination.as_bytes();
    let is_suspect = |byte| {
        u8::from(byte == b'%')
            | u8::from(byte == b'\\')
            | u8::from(byte < b' ')
            | u8::from(byte == 0x7F)
    };
    if !any_byte(bytes, is_suspect) {
        return None;
    }
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

/// Returns the first `%` without two hexadecimal digits after it, together with up to two following
/// characters.
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

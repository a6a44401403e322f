//! Destinations as the source writes them: where they stand, what CommonMark makes of their escapes
//! and character references, how another one is written in their place, and whether their
//! characters are in order.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::CowStr;

use super::broken_links::{LinkFault, LinkFaultKind};
use super::{Link, LinkKind, decode_reference};
use crate::span::{Span, holds_control};

/// The span of a string that the parser borrowed from `source`; none where it had to be rewritten.
pub(super) fn borrowed_span(source: &str, text: &CowStr<'_>) -> Option<Span> {
    let CowStr::Borrowed(text) = text else { return None };
    let start = (text.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
    let span = Span::new(start, start + text.len());
    (source.get(span.range()) == Some(text)).then_some(span)
}

/// The destination of an inline link whose text ends at or shortly before `from`: what stands
/// behind the next `](`, read as CommonMark 0.31, section 6.3, has it. `end` is the link's end.
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
fn ends_bare(byte: u8, depth: u32) -> bool {
    byte <= b' ' || (byte == b')' && depth == 0)
}

/// Counts bytes up to the first unescaped one that `stop` accepts, given the depth of parentheses;
/// and the parentheses that are open there.
fn scan(bytes: &[u8], stop: impl Fn(u8, u32) -> bool) -> (usize, u32) {
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

/// How a destination is written, which says what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `(/a.md)`, and `[label]: /a.md`.
    Bare,
    /// `(</a.md>)`, and `[label]: </a.md>`.
    Angled,
    /// `<https://…>`, in which nothing is escaped.
    Autolink,
}

/// A destination that names something else than before, in the place of the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The part of the source that changes, within the link's destination.
    pub part: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// The whole destination afterwards, as the source writes it.
    pub whole: String,
}

impl Link {
    /// Writes `text` in the place of the bytes `part` of the link's [`target`](Link::target), so that
    /// the link reads as that target with that change, and every other byte stays where it can.
    ///
    /// None where the place of the destination is not known for certain, or where no way of writing
    /// it is read alike by all: then the link is not to be edited.
    #[must_use]
    pub fn rewrite(&self, source: &str, part: Range<usize>, text: &str) -> Option<Rewritten> {
        let (raw, target) = (self.destination.of(source), self.target(source));
        let (before, behind) = (target.get(..part.start)?, target.get(part.end..)?);
        let meant = format!("{before}{text}{behind}");
        let form = self.form(source);
        let inside = locate(raw, target, part, form, self.in_table)?;
        let reads = |raw: &str| {
            stands(raw, form, self.in_table) && decode(raw, form, self.in_table) == meant
        };
        let replacement = encode(text, form)?;
        let whole = format!("{}{replacement}{}", raw.get(..inside.start)?, raw.get(inside.end..)?);
        if reads(&whole) {
            let start = self.destination.start as usize;
            let part = Span::new(start + inside.start, start + inside.end);
            return Some(Rewritten { part, replacement, whole });
        }
        // What stays may have been written for what goes: a parenthesis that the path opened.
        let whole = encode(&meant, form).filter(|whole| reads(whole))?;
        Some(Rewritten { part: self.destination, replacement: whole.clone(), whole })
    }

    /// What stands between the destination and the end of an inline link: a title, as it is written.
    #[must_use]
    pub fn title<'a>(&self, source: &'a str) -> &'a str {
        let rest = Span { start: self.destination.end, end: self.span.end }.of(source);
        let rest = rest.strip_suffix(')').unwrap_or(rest);
        rest.strip_prefix('>').unwrap_or(rest).trim()
    }

    fn form(&self, source: &str) -> Form {
        let before = source.get(..self.destination.start as usize).unwrap_or_default();
        match self.kind {
            LinkKind::Autolink => Form::Autolink,
            LinkKind::Inline | LinkKind::Reference if before.ends_with('<') => Form::Angled,
            LinkKind::Inline | LinkKind::Reference => Form::Bare,
        }
    }
}

impl LinkFault {
    /// Returns the destination that CommonMark would make of the faulty text.
    #[must_use]
    pub fn target<'a>(&self, source: &'a str) -> Cow<'a, str> {
        decode_destination(self.span.of(source))
    }
}

/// Returns what CommonMark makes of a destination as it is written outside of tables.
#[must_use]
pub fn decode_destination(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'&', raw.as_bytes()).is_none() {
        return raw.into();
    }
    decode(raw, Form::Bare, false).into()
}

/// Writes a destination so that it can stand between the parentheses of a link; none where no way
/// of writing it is read alike by all.
#[must_use]
pub fn encode_destination(target: &str) -> Option<String> {
    encode(target, Form::Bare)
        .filter(|raw| stands(raw, Form::Bare, true) && decode(raw, Form::Bare, true) == target)
}

/// Finds in `raw` the bytes that stand for `part` of `target`; none unless `raw` reads as `target`.
fn locate(
    raw: &str,
    target: &str,
    part: Range<usize>,
    form: Form,
    in_table: bool,
) -> Option<Range<usize>> {
    let (mut start, mut end) = (None, None);
    let (mut at, mut read) = (0, 0);
    loop {
        if read == part.start {
            start.get_or_insert(at);
        }
        if read == part.end {
            end.get_or_insert(at);
        }
        let rest = raw.get(at..)?;
        if rest.is_empty() {
            break;
        }
        let (len, piece) = piece(rest, form, in_table);
        target.get(read..)?.strip_prefix(&*piece)?;
        at += len;
        read += piece.len();
    }
    (read == target.len()).then_some(start?..end?)
}

fn decode(raw: &str, form: Form, in_table: bool) -> String {
    let mut target = String::with_capacity(raw.len());
    let mut rest = raw;
    while !rest.is_empty() {
        let (len, piece) = piece(rest, form, in_table);
        target.push_str(&piece);
        rest = rest.get(len..).unwrap_or_default();
    }
    target
}

/// Reads the first character of a destination, escaped or not: how many bytes it takes, and what it
/// stands for. `rest` is not empty.
fn piece(rest: &str, form: Form, in_table: bool) -> (usize, Cow<'_, str>) {
    let bytes = rest.as_bytes();
    if form != Form::Autolink {
        // The row of a table is split into its cells before the escapes are read.
        if in_table && rest.starts_with("\\\\|") {
            return (3, "|".into());
        }
        if let [b'\\', escaped, ..] = bytes
            && escaped.is_ascii_punctuation()
        {
            return (2, rest.get(1..2).unwrap_or_default().into());
        }
        if let Some(reference) = reference(rest) {
            let decoded = if reference == "&amp;" { Some("&".into()) } else { None };
            if let Some(decoded) = decoded.or_else(|| decode_reference(reference).map(Cow::from)) {
                return (reference.len(), decoded);
            }
        }
    }
    let len = rest.chars().next().map_or(1, char::len_utf8);
    (len, rest.get(..len).unwrap_or_default().into())
}

/// What may be a character reference at the beginning of `text`: the longest has 33 bytes.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(40).position(|byte| byte == b';')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    let is_reference = end > 0 && name.bytes().take(end).all(is_name);
    text.get(..end + 2).filter(|_| is_reference)
}

/// Writes a target, or a part of one, in a form.
fn encode(text: &str, form: Form) -> Option<String> {
    let escapes_parentheses = form == Form::Bare && !is_balanced(text);
    let mut raw = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let starts_reference = || reference(text.get(at..).unwrap_or_default()).is_some();
        match char {
            char if char.is_control() || char == ' ' => return None,
            // Readers differ in whether an autolink holds references, and in what else ends it.
            '<' | '>' | '`' | '|' if form == Form::Autolink => return None,
            '&' if form == Form::Autolink && starts_reference() => return None,
            char if form == Form::Autolink => raw.push(char),
            // Escaped or not, it could close a code span that begins before the link.
            '`' => raw.push_str("&#96;"),
            '&' if starts_reference() => raw.push_str("&amp;"),
            '(' | ')' if escapes_parentheses => raw.extend(['\\', char]),
            '<' | '>' | '\\' | '|' => raw.extend(['\\', char]),
            char => raw.push(char),
        }
    }
    Some(raw)
}

/// Whether a destination as it is written is one in its form, and ends where it ends.
fn stands(raw: &str, form: Form, in_table: bool) -> bool {
    let bytes = raw.as_bytes();
    let ends = |stop: &dyn Fn(u8, u32) -> bool| scan(bytes, stop).0 < bytes.len();
    // The first of two backslashes before a `|` does not escape the second in a table.
    let splits_row = in_table && (ends(&|byte, _| byte == b'|') || raw.contains("\\\\|"));
    !splits_row
        && !raw.is_empty()
        && match form {
            Form::Autolink => !bytes.iter().any(|byte| matches!(byte, 0..=b' ' | b'<' | b'>')),
            Form::Angled => !ends(&|byte, _| matches!(byte, b'<' | b'>' | b'\n' | b'\r')),
            Form::Bare => !raw.starts_with('<') && scan(bytes, ends_bare) == (bytes.len(), 0),
        }
}

/// Whether each parenthesis has its other, in a depth that Markdown allows by any reading.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_u32;
    for char in text.chars() {
        match char {
            '(' if depth == 3 => return false,
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
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

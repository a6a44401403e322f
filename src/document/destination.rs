//! Destinations of links: decodes them as CommonMark does, and rewrites them in the source.

use std::borrow::Cow;
use std::ops::Range;

use super::bare_urls;
use super::broken_links::LinkFault;
use super::destination_span::{ends_bare, scan};
use super::inline::decode_reference;
use super::model::{Document, Link, LinkKind};
use crate::span::Span;

/// The syntax of a destination, which determines the characters that it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `(/a.md)` or `[label]: /a.md`.
    Bare,
    /// `(</a.md>)` or `[label]: </a.md>`.
    Angled,
    /// `<https://…>`, which has no escapes.
    Autolink,
}

/// A changed destination and the edit that writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The span of the source to replace. It lies within [`Self::place`].
    pub part: Span,
    /// The text that replaces the span.
    pub replacement: String,
    /// The span of the whole destination. In front matter, it can include quotation marks.
    pub place: Span,
    /// The text that replaces this span: the whole destination after the change, as written in the source.
    pub whole: String,
}

impl Document {
    /// Returns the change that replaces the bytes `part` of the [`target`](Link::target) of a link with
    /// `text`. The rest of the destination stays as written where possible.
    ///
    /// Returns `None` if the span of the destination is not certain, or if there is no way to write
    /// the new destination on which all parsers agree. Such a link must not be edited.
    #[must_use]
    pub fn rewrite(
        &self,
        link: &Link,
        source: &str,
        part: Range<usize>,
        text: &str,
    ) -> Option<Rewritten> {
        if self.has_tag_in(link.destination) || link.kind == LinkKind::Wiki {
            return self.rewrite_reference(link, source, part, text);
        }
        if link.kind != LinkKind::FrontMatter {
            return link.rewrite(source, part, text);
        }
        let mut values = self.front_matter.iter().flat_map(|front| &front.values);
        let value = values.find(|value| value.span.contains(link.destination))?;
        let target = link.target(source);
        let (before, behind) = (target.get(..part.start)?, target.get(part.end..)?);
        let written = value.rewrite(source, &format!("{before}{text}{behind}"))?;
        // The destination is between the quotation marks. They stay if the new value has the same.
        let mark = value.quotation_mark().filter(|_| link.destination != value.span);
        let within = mark.and_then(|mark| written.strip_prefix(mark)?.strip_suffix(mark));
        let (place, whole) = match within {
            Some(within) => (link.destination, within.to_owned()),
            None => (value.span, written),
        };
        Some(Rewritten { part: place, replacement: whole.clone(), place, whole })
    }
}

impl Link {
    fn rewrite(&self, source: &str, part: Range<usize>, text: &str) -> Option<Rewritten> {
        // Markdown parsers do not agree on where HTML may be escaped. A value of front matter is not
        // Markdown.
        if matches!(
            self.kind,
            LinkKind::Html | LinkKind::FrontMatter | LinkKind::Tag | LinkKind::Wiki
        ) {
            return None;
        }
        let (raw, target) = (self.destination.of(source), self.target(source));
        let (before, behind) = (target.get(..part.start)?, target.get(part.end..)?);
        let meant = format!("{before}{text}{behind}");
        let form = self.form(source);
        let inside = locate(raw, target, part, form, self.in_table)?;
        let reads = |raw: &str| {
            stands(raw, form, self.in_table)
                && decode(raw, form, self.in_table) == meant
                && (self.kind != LinkKind::Bare || bare_urls::length(raw) == raw.len())
        };
        let replacement = encode(text, form)?;
        let whole = format!("{}{replacement}{}", raw.get(..inside.start)?, raw.get(inside.end..)?);
        if reads(&whole) {
            let start = self.destination.start as usize;
            let part = Span::new(start + inside.start, start + inside.end);
            return Some(Rewritten { part, replacement, place: self.destination, whole });
        }
        // The rest of the destination may depend on the replaced part: for example, it may close a
        // parenthesis that the part opened. Write the whole destination again.
        let whole = encode(&meant, form).filter(|whole| reads(whole))?;
        let place = self.destination;
        Some(Rewritten { part: place, replacement: whole.clone(), place, whole })
    }

    /// Returns the title of an inline link as written in the source, with its quotes, or an empty
    /// text if the link has no title.
    #[must_use]
    pub fn title<'a>(&self, source: &'a str) -> &'a str {
        let rest = Span { start: self.destination.end, end: self.span.end }.of(source);
        let rest = rest.strip_suffix(')').unwrap_or(rest);
        rest.strip_prefix('>').unwrap_or(rest).trim()
    }

    fn form(&self, source: &str) -> Form {
        let before = source.get(..self.destination.start as usize).unwrap_or_default();
        match self.kind {
            LinkKind::Inline | LinkKind::Reference if before.ends_with('<') => Form::Angled,
            LinkKind::Inline | LinkKind::Reference => Form::Bare,
            _ => Form::Autolink,
        }
    }
}

impl LinkFault {
    /// Returns the faulty text decoded as a destination.
    #[must_use]
    pub fn target<'a>(&self, source: &'a str) -> Cow<'a, str> {
        decode_destination(self.span.of(source))
    }
}

/// Decodes the backslash escapes and character references of a destination that is not in a table.
#[must_use]
pub fn decode_destination(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'&', raw.as_bytes()).is_none() {
        return raw.into();
    }
    decode(raw, Form::Bare, false).into()
}

/// Encodes a destination for use between the parentheses of a link. Returns `None` if no encoding
/// is safe with all Markdown parsers.
#[must_use]
pub fn encode_destination(target: &str) -> Option<String> {
    encode(target, Form::Bare)
        .filter(|raw| stands(raw, Form::Bare, true) && decode(raw, Form::Bare, true) == target)
}

/// Returns the range of bytes in `raw` that encode `part` of `target`, or `None` if `raw` does not
/// decode to `target`.
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

/// Decodes the first character of a destination. Returns its length in `rest`, in bytes, and the
/// decoded text. `rest` must not be empty.
fn piece(rest: &str, form: Form, in_table: bool) -> (usize, Cow<'_, str>) {
    let bytes = rest.as_bytes();
    if form != Form::Autolink {
        // Parsers split a table row into cells before they read escapes.
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

/// Returns the text at the start of `text` that could be a character reference. The longest valid
/// reference has 33 bytes.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(40).position(|byte| byte == b';')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    let is_reference = end > 0 && name.bytes().take(end).all(is_name);
    text.get(..end + 2).filter(|_| is_reference)
}

/// Encodes a destination, or a part of it, in a form. Returns `None` if the form cannot express it.
fn encode(text: &str, form: Form) -> Option<String> {
    let escapes_parentheses = form == Form::Bare && !is_balanced(text);
    let mut raw = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let starts_reference = || reference(text.get(at..).unwrap_or_default()).is_some();
        match char {
            char if char.is_control() || char == ' ' => return None,
            // Parsers disagree about character references in autolinks, and about which characters
            // end an autolink.
            '<' | '>' | '`' | '|' if form == Form::Autolink => return None,
            '&' if form == Form::Autolink && starts_reference() => return None,
            char if form == Form::Autolink => raw.push(char),
            // Even an escaped backtick could close a code span that starts before the link.
            '`' => raw.push_str("&#96;"),
            '&' if starts_reference() => raw.push_str("&amp;"),
            '(' | ')' if escapes_parentheses => raw.extend(['\\', char]),
            '<' | '>' | '\\' | '|' => raw.extend(['\\', char]),
            char => raw.push(char),
        }
    }
    Some(raw)
}

/// Returns whether a parser reads all of `raw`, and nothing more, as a destination in this form.
fn stands(raw: &str, form: Form, in_table: bool) -> bool {
    let bytes = raw.as_bytes();
    let ends = |stop: &dyn Fn(u8, u32) -> bool| scan(bytes, stop).0 < bytes.len();
    // Reject `\\|` too: in a table, the first backslash does not escape the second.
    let splits_row = in_table && (ends(&|byte, _| byte == b'|') || raw.contains("\\\\|"));
    !splits_row
        && !raw.is_empty()
        && match form {
            Form::Autolink => !bytes.iter().any(|byte| matches!(byte, 0..=b' ' | b'<' | b'>')),
            Form::Angled => !ends(&|byte, _| matches!(byte, b'<' | b'>' | b'\n' | b'\r')),
            Form::Bare => !raw.starts_with('<') && scan(bytes, ends_bare) == (bytes.len(), 0),
        }
}

/// Returns whether the parentheses are balanced and nested at most three deep, which every Markdown
/// parser accepts.
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

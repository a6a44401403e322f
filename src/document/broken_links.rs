//! Detects broken links: text that looks like a link but that the parser left as plain text.
//!
//! The search does not count brackets in the source. It considers only brackets that CommonMark
//! treats as literal text within one inline block, and skips code and HTML.

use std::ops::Range;

use super::meant_destination::{destination_range, ends_in_a_file, is_file_or_url, is_path_or_url};
use crate::span::{Span, any_byte};

/// Why a text is not a valid link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFaultKind {
    /// `[text]()`.
    EmptyDestination,
    /// `[text](a b)`.
    RawSpace,
    /// `[text](a` without a closing parenthesis.
    UnclosedParenthesis,
    /// `[text(a)` without a closing bracket.
    UnclosedBracket,
    /// `text](a)` without an opening bracket.
    UnopenedBracket,
    /// `[one [two](a)`: the second bracket opens the link, not the first.
    StrayBracket,
    /// `[one [two](a) three](b)`: a link must not contain another link.
    NestedLink,
    /// A `%` without two hexadecimal digits after it. The text is the `%` with up to two following
    /// characters.
    BadEscape(Box<str>),
    /// A `\` in place of a `/`.
    Backslash,
    /// A control character in the destination.
    ControlCharacter,
    /// `[text] (/a.md)`: white space between the brackets and the parentheses.
    DetachedParenthesis,
    /// `[text]（/a.md）`: full-width parentheses.
    WideParentheses,
    /// `(text)[/a.md]` or `（text）[/a.md]`: brackets and parentheses in each other's place.
    Reversed,
    /// `[text][/a.md]`: brackets in place of the parentheses.
    BracketedDestination,
    /// Any other `[text](destination rest)` that CommonMark does not accept as a link.
    Refused,
}

/// A broken link.
#[derive(Clone, Debug)]
pub struct LinkFault {
    /// The offending text: the destination, the stray brackets or the empty parentheses.
    pub span: Span,
    /// The kind of error.
    pub kind: LinkFaultKind,
    /// For a stray bracket, the span of the link that follows it.
    pub link: Option<Span>,
    /// For a link with an invalid destination, the index of the link in the document's links.
    /// `None` if CommonMark does not parse the text as a link.
    pub of: Option<u32>,
}

#[derive(Clone, Copy)]
struct Opener {
    at: usize,
    escaped: bool,
    /// The number of parentheses that are open before the bracket. If the number drops below this,
    /// the bracket is half of an interval such as `[0, 1)` and not the start of a link.
    depth: i32,
    /// The offset of the first opening parenthesis after the bracket that is not part of a link or an image.
    parenthesis: Option<usize>,
}

/// Tracks the literal brackets of one inline block.
pub(super) struct Brackets {
    /// The number of bytes of the page that may still be searched for closing parentheses and
    /// brackets.
    budget: usize,
    openers: Vec<Opener>,
    depth: i32,
    /// The links of the block, in order.
    links: Vec<Range<usize>>,
}

impl Brackets {
    /// Creates a tracker for a page of `len` bytes, without its front matter. The budget prevents
    /// quadratic time on a page full of opening parentheses. Once it is spent, the rest of the page
    /// is not checked.
    pub(super) fn new(len: usize) -> Self {
        let budget = len.saturating_mul(8).saturating_add(16 * DESTINATION_LIMIT);
        Self { budget, openers: Vec::new(), depth: 0, links: Vec::new() }
    }

    /// Processes a run of plain text, and adds the broken links that it completes to `faults`.
    /// `within_link` says whether the run is part of a link's text, and `block_end` is the offset
    /// at which the block ends.
    pub(super) fn text(
        &mut self,
        source: &str,
        run: Range<usize>,
        within_link: bool,
        block_end: usize,
        faults: &mut Vec<LinkFault>,
    ) {
        let bytes = source.as_bytes();
        let is_bracket = |byte| u8::from(byte == b'[') | u8::from(byte == b']');
        if self.openers.is_empty() && !any_byte(&bytes[run.clone()], is_bracket) {
            return;
        }
        for at in run.clone() {
            match bytes[at] {
                b'[' => {
                    let escaped = at == run.start && at > 0 && bytes[at - 1] == b'\\';
                    if !escaped && !within_link && source[..at].ends_with([')', WIDE_CLOSE]) {
                        faults.extend(self.reversed_link(source, at, block_end));
                    }
                    let opener = Opener { at, escaped, depth: self.depth, parenthesis: None };
                    self.openers.push(opener);
                }
                b']' => {
                    let escaped = at == run.start && at > 0 && bytes[at - 1] == b'\\';
                    let opener = self.openers.pop();
                    if !escaped && bytes.get(at + 1) == Some(&b'(') {
                        faults.extend(self.refused_link(source, opener, at, block_end));
                    } else if !escaped && !within_link {
                        faults.extend(self.detached_link(source, opener, at, block_end));
                    }
                }
                b'(' => {
                    // Openers without a parenthesis are at the end of the stack.
                    let waiting = self.openers.iter_mut().rev();
                    for opener in waiting.take_while(|opener| opener.parenthesis.is_none()) {
                        opener.parenthesis = Some(at);
                    }
                    self.depth += i32::from(!within_link);
                }
                b')' if !within_link => {
                    self.depth -= 1;
                    // Depths never decrease along the stack, so only openers at its end can be
                    // closed here.
                    while self.openers.pop_if(|opener| opener.depth > self.depth).is_some() {}
                }
                _ => {}
            }
        }
    }

    /// Records a link after its last event.
    pub(super) fn link(&mut self, span: Range<usize>) {
        self.links.push(span);
    }

    /// Ends the block and reports openers that were never closed.
    pub(super) fn finish(&mut self, source: &str, block_end: usize, faults: &mut Vec<LinkFault>) {
        self.openers.retain(|opener| !opener.escaped);
        if !self.openers.is_empty() {
            self.unclosed(source, block_end, faults);
        }
        self.openers.clear();
        self.links.clear();
        self.depth = 0;
    }

    /// Reports stray openers together with the link that follows them. An opener after the last
    /// link may start a link without a closing bracket.
    fn unclosed(&mut self, source: &str, block_end: usize, faults: &mut Vec<LinkFault>) {
        let mut openers = self.openers.iter().peekable();
        for link in &self.links {
            let mut stray: Option<Span> = None;
            while let Some(opener) = openers.next_if(|opener| opener.at < link.start) {
                match &mut stray {
                    Some(span) if span.end as usize == opener.at => span.end += 1,
                    Some(_) => {}
                    None => stray = Some(Span::new(opener.at, opener.at + 1)),
                }
            }
            faults.extend(stray.map(|span| LinkFault {
                span,
                kind: LinkFaultKind::StrayBracket,
                link: Some(link.clone().into()),
                of: None,
            }));
        }
        let Some(open) = openers.next().and_then(|opener| opener.parenthesis) else { return };
        let parenthesis = Parenthesis::read(source, open, block_end, &mut self.budget);
        faults.extend(parenthesis.meant(source, LinkFaultKind::UnclosedBracket, is_path_or_url));
    }

    /// Returns the broken link at a literal `] (` or `]（`. Returns `None` if no path or URL
    /// follows, or if the brackets are unlikely to contain the text of a link, such as a number or
    /// an editor's remark.
    fn detached_link(
        &mut self,
        source: &str,
        opener: Option<Opener>,
        close: usize,
        block_end: usize,
    ) -> Option<LinkFault> {
        let opener = opener.filter(|opener| !opener.escaped && self.budget > 0)?;
        let rest = source.get(close + 1..block_end)?;
        if !rest.starts_with([' ', '\t', WIDE_OPEN]) || close - opener.at > DESTINATION_LIMIT {
            return None;
        }
        let text = source.get(opener.at + 1..close)?.trim();
        self.budget = self.budget.saturating_sub(text.len());
        let before = source[..opener.at].chars().next_back();
        if is_remark(text) || before.is_some_and(|char| char.is_ascii_alphanumeric() || char == '$')
        {
            return None;
        }
        let blanks = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let open = close + 1 + blanks;
        let (kind, parenthesis) = if rest[blanks..].starts_with(WIDE_OPEN) {
            let start = open + WIDE_OPEN.len_utf8();
            let parenthesis =
                Parenthesis::until(WIDE_CLOSE, source, start, block_end, &mut self.budget)?;
            (LinkFaultKind::WideParentheses, parenthesis)
        } else {
            if blanks == 0 || source.as_bytes().get(open) != Some(&b'(') {
                return None;
            }
            let parenthesis = Parenthesis::read(source, open, block_end, &mut self.budget);
            (LinkFaultKind::DetachedParenthesis, parenthesis)
        };
        parenthesis.meant(source, kind, is_file_or_url)
    }

    /// Returns the broken link at a literal `)[` or `）[`. Returns `None` if the brackets contain no path or
    /// URL, or if the parentheses are unlikely to contain the text of a link.
    fn reversed_link(&mut self, source: &str, open: usize, block_end: usize) -> Option<LinkFault> {
        let is_link_end = self.links.last().is_some_and(|link| link.end == open);
        if is_link_end || self.budget == 0 {
            return None;
        }
        let brackets = Parenthesis::until(']', source, open + 1, block_end, &mut self.budget)?;
        let fault = brackets.meant(source, LinkFaultKind::Reversed, is_file_or_url)?;
        let start = source.floor_char_boundary(open.saturating_sub(DESTINATION_LIMIT));
        let inside = source[start..open].strip_suffix([')', WIDE_CLOSE])?;
        let opening = last_unclosed(inside);
        let text = inside.get(opening.map_or(0, |(at, char)| at + char.len_utf8())..)?;
        self.budget = self.budget.saturating_sub(text.len());
        let (at, char) = opening?;
        // `f(text)` is a call, but full-width parentheses may follow any word.
        let is_call = char == '('
            && inside[..at].ends_with(|char: char| char.is_ascii_alphanumeric() || char == '$');
        // A single letter, as in `(c)`, numbers an item. A single ideograph is a word.
        let is_word = text.chars().filter(|char| char.is_alphabetic()).nth(1).is_some()
            || text.contains(|char: char| char.is_alphabetic() && !char.is_ascii());
        (is_word && !is_call).then_some(fault)
    }

    /// Returns the broken link at a literal `](`, or `None` if the characters are there by
    /// coincidence.
    fn refused_link(
        &mut self,
        source: &str,
        opener: Option<Opener>,
        close: usize,
        block_end: usize,
    ) -> Option<LinkFault> {
        if opener.is_some_and(|opener| opener.escaped) {
            return None;
        }
        if self.budget == 0 {
            return None;
        }
        let parenthesis = Parenthesis::read(source, close + 1, block_end, &mut self.budget);
        if !parenthesis.is_destination(source) {
            return None;
        }
        let content = parenthesis.content.of(source);
        let kind = match opener {
            _ if !parenthesis.closed => LinkFaultKind::UnclosedParenthesis,
            None => LinkFaultKind::UnopenedBracket,
            Some(opener) if self.links.last().is_some_and(|link| link.start > opener.at) => {
                LinkFaultKind::NestedLink
            }
            Some(_) if content.contains(|char: char| char.is_control()) => {
                LinkFaultKind::ControlCharacter
            }
            Some(_) if content.contains(' ') => LinkFaultKind::RawSpace,
            Some(_) => LinkFaultKind::Refused,
        };
        Some(parenthesis.fault(kind))
    }
}

/// Returns the last parenthesis that opens on the last line of a text and does not close there, and its
/// offset.
fn last_unclosed(text: &str) -> Option<(usize, char)> {
    let mut depth = 0;
    let mut line = text.char_indices().rev().take_while(|(_, char)| !matches!(char, '\n' | '\r'));
    line.find(|(_, char)| {
        depth += match *char {
            '(' | WIDE_OPEN => -1,
            ')' | WIDE_CLOSE => 1,
            _ => 0,
        };
        depth < 0
    })
}

/// Returns the fault of a reference whose label is a path or a URL, such as `[text][/a.md]`.
pub(super) fn bracketed(source: &str, span: Span, label: &str) -> Option<LinkFault> {
    let end = span.end.checked_sub(1)?;
    let content = Span { start: end.checked_sub(u32::try_from(label.len()).ok()?)?, end };
    let brackets = Parenthesis { content, closed: true };
    let fault = brackets.meant(source, LinkFaultKind::BracketedDestination, is_path_or_url)?;
    (content.of(source) == label).then_some(fault)
}

/// Returns whether a text in brackets is a number, a footnote or an editor's remark rather than the
/// text of a link.
fn is_remark(text: &str) -> bool {
    const REMARKS: [&str; 5] = ["sic", "note", "see", "citation", "emphasis"];
    let first = text.split(|char: char| !char.is_alphanumeric()).next().unwrap_or_default();
    !text.contains(char::is_alphabetic)
        || text.starts_with(['^', '-', '…', '.'])
        || REMARKS.iter().any(|remark| remark.eq_ignore_ascii_case(first))
}

/// Full-width parentheses, which input methods for Chinese and Japanese write.
const WIDE_OPEN: char = '（';
const WIDE_CLOSE: char = '）';

/// The maximum number of bytes to search for a closing parenthesis. Without a limit, a long line of
/// opening parentheses would take quadratic time.
const DESTINATION_LIMIT: usize = 4096;

/// The content of parentheses where a destination is expected.
struct Parenthesis {
    content: Span,
    closed: bool,
}

impl Parenthesis {
    /// Reads the content from the `(` at `open` to the matching `)`, on the same line and within
    /// [`DESTINATION_LIMIT`]. If there is no matching `)`, the content ends at the first white
    /// space.
    fn read(source: &str, open: usize, block_end: usize, budget: &mut usize) -> Self {
        let start = open + 1;
        let end = source.floor_char_boundary((start + DESTINATION_LIMIT).min(block_end));
        let line = source.get(start..end).unwrap_or_default();
        let mut depth = 0;
        for (at, byte) in line.bytes().enumerate() {
            *budget = budget.saturating_sub(1);
            match byte {
                b'\n' | b'\r' => break,
                b'(' => depth += 1,
                b')' if depth == 0 => {
                    return Self { content: Span::new(start, start + at), closed: true };
                }
                b')' => depth -= 1,
                _ => {}
            }
        }
        let end = line.find(char::is_whitespace).unwrap_or(line.len());
        Self { content: Span::new(start, start + end), closed: false }
    }

    /// Reads the content from `start` to `close`, on the same line and within [`DESTINATION_LIMIT`].
    /// Returns `None` if there is no `close`, or if a `[` comes before it.
    fn until(
        close: char,
        source: &str,
        start: usize,
        block_end: usize,
        budget: &mut usize,
    ) -> Option<Self> {
        let end = source.floor_char_boundary((start + DESTINATION_LIMIT).min(block_end));
        let inside = source.get(start..end)?;
        let length = inside.find([close, '[', '\n', '\r']);
        *budget = budget.saturating_sub(length.unwrap_or(inside.len()));
        let length = length.filter(|length| inside[*length..].starts_with(close))?;
        Some(Self { content: Span::new(start, start + length), closed: true })
    }

    /// Returns a fault at the content, which is the destination of a text that is not parsed as a
    /// link.
    fn fault(&self, kind: LinkFaultKind) -> LinkFault {
        LinkFault { span: self.content, kind, link: None, of: None }
    }

    /// Returns whether the content looks like a destination rather than a remark.
    fn is_destination(&self, source: &str) -> bool {
        let content = self.content.of(source).trim();
        // A link within the parentheses is not a destination: `[sic](see [a](/b.md))`.
        let content = if content.contains("](") {
            content.split('[').next().unwrap_or_default()
        } else {
            content
        };
        content.starts_with(['/', '#', '<', '\\', '.'])
            || content.contains(['/', '\\'])
            || content.starts_with("mailto:")
            || ends_in_a_file(content)
    }

    /// Returns a fault at the destination in the content. Returns `None` if the content is not a
    /// destination, with a title or without one, or if `is_meant` does not accept the destination.
    fn meant(
        &self,
        source: &str,
        kind: LinkFaultKind,
        is_meant: fn(&str) -> bool,
    ) -> Option<LinkFault> {
        let content = self.content.of(source);
        let range = destination_range(content).filter(|_| self.closed)?;
        let start = self.content.start as usize;
        let span = Span::new(start + range.start, start + range.end);
        is_meant(&content[range]).then_some(LinkFault { span, kind, link: None, of: None })
    }
}

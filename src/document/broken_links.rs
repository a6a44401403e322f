//! Detects broken links: text that looks like a link but that the parser left as plain text.
//!
//! The search does not count brackets in the source. It considers only brackets that CommonMark
//! treats as literal text within one inline block, and skips code and HTML.

use std::ops::Range;

use crate::span::Span;

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
    /// `(text)[/a.md]`: brackets and parentheses in each other's place.
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
    /// The number of bytes left to search for closing parentheses, for the whole page.
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
        if self.openers.is_empty() && memchr::memchr2(b'[', b']', &bytes[run.clone()]).is_none() {
            return;
        }
        for at in run.clone() {
            match bytes[at] {
                b'[' => {
                    let escaped = at == run.start && at > 0 && bytes[at - 1] == b'\\';
                    if !escaped && at > 0 && bytes[at - 1] == b')' && !within_link {
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
        if parenthesis.closed && parenthesis.is_path_or_url(source) {
            faults.push(parenthesis.fault(LinkFaultKind::UnclosedBracket));
        }
    }

    /// Returns the broken link at a literal `] (` or `]（`, or `None` if no path or URL follows, or if the
    /// brackets hold a mark of an editor or a number.
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
        let (kind, parenthesis) = if rest.starts_with(WIDE_OPEN) {
            let start = close + 1 + WIDE_OPEN.len_utf8();
            let parenthesis =
                Parenthesis::until(WIDE_CLOSE, source, start, block_end, &mut self.budget)?;
            (LinkFaultKind::WideParentheses, parenthesis)
        } else {
            let blanks = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let open = close + 1 + blanks;
            if blanks == 0 || source.as_bytes().get(open) != Some(&b'(') {
                return None;
            }
            let parenthesis = Parenthesis::read(source, open, block_end, &mut self.budget);
            (LinkFaultKind::DetachedParenthesis, parenthesis)
        };
        let is_meant = parenthesis.closed && parenthesis.is_file_or_url(source);
        is_meant.then(|| parenthesis.fault(kind))
    }

    /// Returns the broken link at a literal `)[`, or `None` if the brackets hold no path or URL.
    fn reversed_link(&mut self, source: &str, open: usize, block_end: usize) -> Option<LinkFault> {
        let is_link_end = self.links.last().is_some_and(|link| link.end == open);
        if is_link_end || self.budget == 0 {
            return None;
        }
        let brackets = Parenthesis::until(']', source, open + 1, block_end, &mut self.budget)?;
        if !brackets.is_file_or_url(source) {
            return None;
        }
        let start = source.floor_char_boundary(open.saturating_sub(DESTINATION_LIMIT));
        let before = source[start..open - 1].rsplit(['\n', '(']).next().unwrap_or_default();
        self.budget = self.budget.saturating_sub(before.len());
        let parenthesis = (open - 1).checked_sub(before.len() + 1)?;
        let outside = source.get(..parenthesis)?.chars().next_back();
        let is_call = outside.is_some_and(|char| char.is_ascii_alphanumeric() || char == '$');
        let is_word = before.chars().filter(|char| char.is_alphabetic()).nth(1).is_some();
        let is_text = before.len() < open - 1 - start && is_word && !is_call;
        is_text.then(|| brackets.fault(LinkFaultKind::Reversed))
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

/// Returns the fault of a reference whose label is a path or a URL, such as `[text][/a.md]`.
pub(super) fn bracketed(source: &str, span: Span, label: &str) -> Option<LinkFault> {
    let end = span.end.checked_sub(1)?;
    let content = Span { start: end.checked_sub(u32::try_from(label.len()).ok()?)?, end };
    let brackets = Parenthesis { content, closed: true };
    let is_meant = content.of(source) == label && brackets.is_path_or_url(source);
    is_meant.then(|| brackets.fault(LinkFaultKind::BracketedDestination))
}

/// Returns whether a text in brackets is a number, a footnote or the remark of an editor, and not the
/// text of a link.
fn is_remark(text: &str) -> bool {
    const REMARKS: [&str; 6] = ["sic", "note", "see ", "citation", "emphasis", "..."];
    let starts = |remark: &str| {
        text.get(..remark.len()).is_some_and(|start| start.eq_ignore_ascii_case(remark))
    };
    !text.contains(char::is_alphabetic)
        || text.starts_with(['^', '-', '…'])
        || REMARKS.iter().any(|remark| starts(remark))
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

    /// Returns the fault of the content as the destination of a text that is not parsed as a link.
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
            || is_page_name(content)
            || content.starts_with("mailto:")
    }

    /// Returns whether the whole content is a URL or the path of a file with an extension, rather than a
    /// folder, an option or a pronunciation.
    fn is_file_or_url(&self, source: &str) -> bool {
        let content = self.content.of(source);
        let (path, _) = content.split_once('#').unwrap_or((content, ""));
        let name = path.rsplit('/').next().unwrap_or_default();
        let has_extension = name.rsplit_once('.').is_some_and(|(stem, extension)| {
            !stem.is_empty() && extension.starts_with(|char: char| char.is_ascii_alphanumeric())
        });
        self.is_path_or_url(source) && (has_extension || content.contains("://"))
    }

    /// Returns whether the whole content is a path or a URL.
    fn is_path_or_url(&self, source: &str) -> bool {
        let content = self.content.of(source);
        !content.contains(char::is_whitespace)
            && (content.starts_with('/')
                || content.starts_with("http://")
                || content.starts_with("https://")
                || is_page_name(content))
    }
}

/// Returns whether a text ends with a usual extension of Markdown files.
fn is_page_name(text: &str) -> bool {
    text.ends_with(".md") || text.ends_with(".markdown")
}

//! Finds the bytes of YAML nodes. The parser counts characters, leaves out the header of a block
//! scalar, and adds to a quoted scalar the comment behind it.

use std::ops::Range;

use saphyr_parser::{Marker, ScalarStyle};

use super::yaml_indent::quoted_end;

const BLANK: [char; 2] = [' ', '\t'];
const BREAK: [char; 2] = ['\n', '\r'];

/// Converts the parser's positions to byte offsets.
pub(super) struct Locator<'a> {
    text: &'a str,
    /// The character index of `bytes`.
    chars: usize,
    /// The byte offset of the last position that was converted.
    bytes: usize,
    /// The byte offset after the last node. Between it and the next node are only white space,
    /// comments, indicators, tags and anchors.
    behind: usize,
}

/// How a node is written.
pub(super) struct Written {
    /// The bytes in the parser's input.
    pub(super) range: Range<usize>,
    /// Whether a value may be written in this place.
    pub(super) is_open: bool,
}

/// The indicator behind which an empty scalar stands.
#[derive(Clone, Copy)]
pub(super) enum Empty {
    /// The colon behind the last key.
    Value,
    /// The hyphen of an item.
    Item,
    /// None.
    Nothing,
}

/// The kinds of syntax errors whose position differs from that of the parser.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// A line lacks a colon. The place is the line.
    Colon,
    /// There is a tab in the indentation. The place is the tab.
    Tab,
    /// Any other error.
    Other,
}

/// Returns the offset of the start of the last line.
fn line_start(text: &str) -> usize {
    text.rfind(BREAK).map_or(0, |at| at + 1)
}

impl<'a> Locator<'a> {
    /// Creates a locator for `text`, the parser's input.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, chars: 0, bytes: 0, behind: 0 }
    }

    /// Returns the byte offset of a marker. Positions are mostly in order, so this is fast.
    pub(super) fn offset(&mut self, marker: Marker) -> usize {
        let index = marker.index();
        if index >= self.chars {
            let rest = self.text.get(self.bytes..).unwrap_or_default();
            for char in rest.chars().take(index - self.chars) {
                self.chars += 1;
                self.bytes += char.len_utf8();
            }
        } else {
            let before = self.text.get(..self.bytes).unwrap_or_default();
            for char in before.chars().rev().take(self.chars - index) {
                self.chars -= 1;
                self.bytes -= char.len_utf8();
            }
        }
        self.bytes
    }

    /// Finds a scalar. `text` is its decoded text.
    pub(super) fn scalar(
        &mut self,
        span: saphyr_parser::Span,
        style: ScalarStyle,
        has_properties: bool,
        text: &str,
        empty: Empty,
    ) -> Written {
        if style == ScalarStyle::Plain && text.is_empty() {
            return self.empty(span, has_properties, empty);
        }
        let first = self.offset(span.start);
        let start = if has_properties { self.skip_properties(first) } else { first };
        let range = match style {
            ScalarStyle::Plain => start..self.offset(span.end).max(start),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                start..quoted_end(self.text, start)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = if has_properties { start } else { self.block_header(start) };
                let end = self.offset(span.end).max(start);
                let block = self.text.get(start..end).unwrap_or_default();
                start..start + block.trim_end_matches([' ', '\n', '\r']).len()
            }
        };
        self.behind = range.end;
        Written { range, is_open: true }
    }

    /// Finds a scalar without any characters.
    fn empty(&mut self, span: saphyr_parser::Span, has_properties: bool, empty: Empty) -> Written {
        let found = match empty {
            _ if has_properties => Some(self.offset(span.end)),
            Empty::Value => self.colon(),
            Empty::Item => {
                let limit = self.offset(span.start);
                self.last_hyphen(limit)
            }
            Empty::Nothing => None,
        };
        let at = found.unwrap_or_else(|| match empty {
            Empty::Value => self.behind,
            Empty::Item | Empty::Nothing => self.offset(span.start),
        });
        self.behind = at.max(self.behind);
        Written { range: at..at, is_open: found.is_some() }
    }

    /// Finds an alias.
    pub(super) fn alias(&mut self, span: saphyr_parser::Span) -> Written {
        let range = self.offset(span.start)..self.offset(span.end);
        self.behind = range.end;
        Written { range, is_open: true }
    }

    /// Returns whether a collection starts with a bracket.
    pub(super) fn is_flow(&mut self, span: saphyr_parser::Span, has_properties: bool) -> bool {
        let start = self.offset(span.start);
        let start = if has_properties { self.skip_properties(start) } else { start };
        !span.is_empty() && self.rest(start).starts_with(['[', '{'])
    }

    /// Returns whether there is a tab between the start of a line and a node, with only indicators of block
    /// collections beside it.
    pub(super) fn is_indented_with_tab(&mut self, node: Marker) -> bool {
        let at = self.offset(node);
        let before = self.text.get(..at).unwrap_or_default();
        let rest = before.trim_end_matches([' ', '\t', '-', '?']);
        let is_indentation = rest.is_empty() || rest.ends_with(BREAK);
        is_indentation && before[rest.len()..].contains('\t')
    }

    /// Finds the place of an error. The parser notices some errors only behind or before their
    /// place.
    pub(super) fn error(&mut self, marker: Marker, fault: Fault) -> Written {
        let at = self.offset(marker);
        let before = self.text.get(..at).unwrap_or_default();
        let end = self.text.trim_end().len();
        let range = match fault {
            Fault::Colon if !before.trim_end().is_empty() => {
                let before = before.trim_end();
                let line = before.get(line_start(before)..).unwrap_or_default();
                before.len() - line.trim_start_matches(BLANK).len()..before.len()
            }
            Fault::Tab => {
                let line = line_start(before);
                let tab = before.get(line..).unwrap_or_default().find('\t').map(|tab| line + tab);
                let tab = tab.or_else(|| self.next_indented_with_tab(at)).unwrap_or(at);
                tab..tab + usize::from(self.rest(tab).starts_with('\t'))
            }
            _ if at < end => {
                let char = self.rest(at).chars().next().filter(|char| !BREAK.contains(char));
                at..at + char.map_or(0, char::len_utf8)
            }
            _ => end..end,
        };
        Written { range, is_open: false }
    }

    /// Returns the offset of the first tab in the indentation of a line behind `at`.
    fn next_indented_with_tab(&self, at: usize) -> Option<usize> {
        let breaks = memchr::memchr2_iter(b'\n', b'\r', self.rest(at).as_bytes());
        breaks.map(|found| at + found + 1).find_map(|start| {
            let line = self.rest(start);
            let indent = line.len() - line.trim_start_matches(' ').len();
            line.get(indent..)?.starts_with('\t').then_some(start + indent)
        })
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Returns the offset behind the comment at `at`.
    fn skip_comment(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len())
    }

    /// Returns the offset behind the tag or anchor at `at`.
    fn skip_property(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len())
    }

    /// Returns the offset of the node behind the tag and the anchor at `at`.
    fn skip_properties(&self, mut at: usize) -> usize {
        loop {
            at = match self.rest(at).as_bytes() {
                [b'&' | b'!', ..] => self.skip_property(at),
                [b'#', ..] => self.skip_comment(at),
                [b' ' | b'\t' | b'\n' | b'\r', ..] => at + 1,
                _ => return at,
            }
        }
    }

    /// Returns the offset of the first indicator behind the last node, from `indicators`, before
    /// `limit`.
    fn indicator(&self, indicators: [u8; 2], limit: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.behind;
        while at < limit {
            at = match *bytes.get(at)? {
                byte if indicators.contains(&byte) => return Some(at),
                b'#' => self.skip_comment(at),
                b'&' | b'!' => self.skip_property(at),
                _ => at + 1,
            };
        }
        None
    }

    /// Returns the offset of the header of the block scalar with its content at `content`.
    fn block_header(&self, content: usize) -> usize {
        self.indicator([b'|', b'>'], self.text.len()).unwrap_or(content).min(content)
    }

    /// Returns the offset behind the colon behind the last node.
    fn colon(&self) -> Option<usize> {
        let at = self.skip_properties(self.behind);
        self.rest(at).starts_with(':').then_some(at + 1)
    }

    /// Returns the offset behind the last hyphen between the last node and `limit`.
    fn last_hyphen(&mut self, limit: usize) -> Option<usize> {
        let mut found = None;
        while let Some(at) = self.indicator([b'-'; 2], limit) {
            self.behind = at + 1;
            found = Some(at + 1);
        }
        found
    }
}

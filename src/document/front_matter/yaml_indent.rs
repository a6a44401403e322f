//! Accepts less indentation inside brackets and quotes than YAML 1.2 demands, and tabs after the colons of
//! keys, because the YAML libraries of site generators do. For example, many pages close a list with a `]` at
//! the start of a line. The parser gets a copy of the text in which such lines are indented, and in which such
//! tabs are spaces.

use std::borrow::Cow;

use saphyr_parser::ScanError;

use super::block::{Lines, starts_like_yaml};

/// The number of spaces that are added to a line.
const WIDTH: usize = 32;

/// The lines that are indented for the parser, and the tabs that are spaces for it.
#[derive(Clone, Default)]
pub(super) struct Indentation {
    /// The byte offsets in the text of the starts of the lines, in order.
    starts: Vec<usize>,
    /// The byte offsets in the text of the tabs, in order.
    tabs: Vec<usize>,
}

impl Indentation {
    /// Returns how often text of this length may be parsed. Each time, more lines are indented. The
    /// limit keeps the time linear in the length.
    pub(super) fn max_attempts(len: usize) -> usize {
        ((1 << 20) / len.max(1)).clamp(2, 64)
    }

    /// Returns `text` with the lines indented and the tabs replaced.
    pub(super) fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.tabs.is_empty() {
            return self.indent(text);
        }
        let mut tabs = self.tabs.iter().copied().peekable();
        let mut is_tab = |at: usize| tabs.next_if_eq(&at).is_some();
        let chars = text.char_indices();
        let spaced: String = chars.map(|(at, char)| if is_tab(at) { ' ' } else { char }).collect();
        Cow::Owned(self.indent(&spaced).into_owned())
    }

    fn indent<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.starts.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut indented = String::with_capacity(text.len() + self.starts.len() * WIDTH);
        let mut rest = 0;
        for &start in &self.starts {
            indented.push_str(text.get(rest..start).unwrap_or_default());
            indented.extend([' '; WIDTH]);
            rest = start;
        }
        indented.push_str(text.get(rest..).unwrap_or_default());
        Cow::Owned(indented)
    }

    /// Returns the offset in the text of an offset in the indented text.
    pub(super) fn original(&self, offset: usize) -> usize {
        let (mut before, mut end) = (0, self.starts.len());
        while before < end {
            let middle = usize::midpoint(before, end);
            let is_before = self.starts[middle] + middle * WIDTH < offset;
            (before, end) = if is_before { (middle + 1, end) } else { (before, middle) };
        }
        let last = before.checked_sub(1).map_or(0, |last| self.starts[last]);
        offset.saturating_sub(before * WIDTH).max(last)
    }

    /// Adds the lines or the tabs that may cause `error` at `offset` of the indented text. Returns whether
    /// there are any new ones.
    pub(super) fn add(
        &mut self,
        indented: &str,
        offset: usize,
        error: &ScanError,
        is_in_brackets: bool,
    ) -> bool {
        if error.info() == "':' must be followed by a valid YAML whitespace" {
            return self.add_tabs(tabs_after_colons(indented, offset));
        }
        let lines = match error.info() {
            // The parser checks the indentation of these only inside brackets.
            "invalid indentation" | "invalid indentation in flow construct" => {
                lines_in_brackets(indented, offset)
            }
            "tabs disallowed within this context (block indentation)" if is_in_brackets => {
                lines_in_brackets(indented, offset)
            }
            "invalid indentation in quoted scalar" => {
                line_starts(indented, offset, quoted_end(indented, offset))
            }
            // Only the indentation inside quotes ends with a tab there.
            "tab cannot be used as indentation" => lines_with_tab(indented, offset),
            _ => return false,
        };
        let starts = lines.into_iter().map(|start| self.original(start)).collect();
        merge(&mut self.starts, starts)
    }

    /// Adds tabs at offsets of the indented text. Returns whether there are any new ones.
    fn add_tabs(&mut self, tabs: Vec<usize>) -> bool {
        let tabs = tabs.into_iter().map(|tab| self.original(tab)).collect();
        merge(&mut self.tabs, tabs)
    }
}

/// Adds offsets to those in `known`, which are in order. Returns whether there are any new ones.
fn merge(known: &mut Vec<usize>, mut more: Vec<usize>) -> bool {
    let count = known.len();
    known.append(&mut more);
    known.sort_unstable();
    known.dedup();
    known.len() > count
}

/// Returns the start of the line of `offset`, and the starts of the lines directly after it that begin with a
/// tab.
fn lines_with_tab(text: &str, offset: usize) -> Vec<usize> {
    let first = line_start(text, offset);
    let rest = line_starts(text, offset, text.len());
    let is_tab = |start: &usize| text.as_bytes().get(*start) == Some(&b'\t');
    std::iter::once(first).chain(rest.into_iter().take_while(is_tab)).collect()
}

/// Returns the tab after the colon of a key, whose value is at `offset`, and the tabs after the later keys of
/// the same mapping.
fn tabs_after_colons(text: &str, offset: usize) -> Vec<usize> {
    let colon = text.get(..offset).and_then(|before| before.rfind(":\t"));
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let start = line_start(text, offset);
    let level = indent(text.get(start..).unwrap_or_default());
    let lines = Lines::of(text.get(start..).unwrap_or_default()).skip(1);
    let mapping = lines.filter(|(_, line)| !line.is_empty());
    let mapping = mapping.take_while(|(_, line)| indent(line) >= level);
    let keys =
        mapping.filter(|(_, line)| indent(line) == level && starts_like_yaml(&line[level..]));
    let later = keys.filter_map(|(at, line)| {
        let colon = line.find(':')?;
        line[colon..].starts_with(":\t").then_some(start + at + colon)
    });
    colon.into_iter().chain(later).map(|colon| colon + 1).collect()
}

/// Returns the start of the line of `offset`.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// Returns the starts of the lines in `start..end` that are not blank.
fn line_starts(text: &str, start: usize, end: usize) -> Vec<usize> {
    let bytes = text.as_bytes().get(start..end).unwrap_or_default();
    let starts = memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| start + at + 1);
    let is_blank = |at: &usize| matches!(text.as_bytes().get(*at), None | Some(b'\n' | b'\r'));
    starts.filter(|at| !is_blank(at)).collect()
}

/// Returns the starts of the line of `offset` and of the lines after it, up to the bracket that
/// closes the collection around `offset`.
fn lines_in_brackets(text: &str, offset: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, offset);
    // Quotes inside a scalar without quotes are part of it.
    let mut is_plain = false;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'[' | b'{' => (depth, is_plain) = (depth + 1, false),
            b']' | b'}' if depth == 0 => break,
            b']' | b'}' => (depth, is_plain) = (depth - 1, false),
            b',' => is_plain = false,
            b':' => is_plain &= !bytes.get(at).is_none_or(|next| ends_plain(*next)),
            b'&' | b'!' if !is_plain => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(|byte| ends_plain(*byte)).unwrap_or(rest.len());
            }
            b'"' | b'\'' if !is_plain => at = quoted_end(text, at - 1),
            b'#' if at < 2 || bytes[at - 2].is_ascii_whitespace() => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => is_plain = true,
        }
    }
    let first = line_start(text, offset);
    std::iter::once(first).chain(line_starts(text, offset, at)).collect()
}

/// Returns whether a tag, an anchor or a key without quotes ends before `byte` inside brackets.
fn ends_plain(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b",[]{}".contains(&byte)
}

/// Returns the offset behind the quoted scalar at `start`.
pub(super) fn quoted_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let Some(&quote) = bytes.get(start) else { return bytes.len() };
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        let is_doubled = quote == b'\'' && bytes.get(at + 1) == Some(&quote);
        match byte {
            b'\\' if quote == b'"' => at += 1,
            _ if byte == quote && is_doubled => at += 1,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

//! Positions as the protocol counts them: lines from 0, and code units within the line.

use std::path::Path;

use gen_lsp_types::{Position, Range};

use super::documents::Documents;
use crate::archive::page_texts::ReadPage;
use crate::span::Span;

/// The code units in which the client counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of 16 bits, the default of the protocol.
    #[default]
    Utf16,
}

impl Encoding {
    fn units(self, char: char) -> u32 {
        match self {
            Self::Utf8 => char.len_utf8() as u32,
            Self::Utf16 => char.len_utf16() as u32,
        }
    }

    /// Returns the position of a byte offset.
    pub(super) fn position(self, page: &ReadPage, offset: u32) -> Position {
        let line = page.position(offset).line.saturating_sub(1);
        let start = page.line_span(line as usize).start;
        let end = page.text().floor_char_boundary(offset as usize) as u32;
        let before = Span { start, end: end.max(start) }.of(page.text());
        Position { line, character: before.chars().map(|char| self.units(char)).sum() }
    }

    /// Returns the range of a span.
    pub(super) fn range(self, page: &ReadPage, span: Span) -> Range {
        Range { start: self.position(page, span.start), end: self.position(page, span.end) }
    }

    /// Returns the byte offset of a position. A position after the end of a line or of the page is
    /// that end. A position within a character is the start of the character.
    pub(super) fn offset(self, page: &ReadPage, position: Position) -> u32 {
        let line = page.line_span(position.line as usize);
        let mut left = position.character;
        let mut offset = line.start;
        for char in line.of(page.text()).chars() {
            let units = self.units(char);
            if left < units {
                break;
            }
            left -= units;
            offset += char.len_utf8() as u32;
        }
        offset
    }

    /// Returns the span of a range. If the range ends before it starts, the span is empty.
    pub(super) fn span(self, page: &ReadPage, range: Range) -> Span {
        let start = self.offset(page, range.start);
        Span { start, end: self.offset(page, range.end).max(start) }
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// Converts spans of files to ranges.
#[derive(Clone, Copy)]
pub(super) struct Ranges<'a> {
    documents: &'a Documents,
    encoding: Encoding,
}

impl<'a> Ranges<'a> {
    /// Creates a converter. The client counts in `encoding`, and has `documents` open.
    pub(super) fn new(documents: &'a Documents, encoding: Encoding) -> Self {
        Self { documents, encoding }
    }

    /// Returns the range of a span of the file at `path`, whose text is `page`. In a file that is not open, a
    /// byte order mark does not count: editors remove it when they open the file.
    pub(super) fn of(self, path: &Path, page: &ReadPage, span: Span) -> Range {
        let mut range = self.encoding.range(page, span);
        if page.text().starts_with(MARK) && self.documents.at(path).is_none() {
            for position in [&mut range.start, &mut range.end] {
                if position.line == 0 {
                    let mark = self.encoding.units(MARK);
                    position.character = position.character.saturating_sub(mark);
                }
            }
        }
        range
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceText;

    const TEXT: &str = "a\u{1F600}b\r\n\u{e9}\rc\n";

    fn page() -> ReadPage {
        ReadPage::new(SourceText::from_bytes(TEXT.as_bytes()))
    }

    #[test]
    fn positions_lead_back_to_their_offsets() {
        let page = page();
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (offset, _) in TEXT.char_indices().chain([(TEXT.len(), ' ')]) {
                // The line ends before the line feed of a pair.
                let offset = if offset == 7 { continue } else { offset as u32 };
                let position = encoding.position(&page, offset);
                assert_eq!(encoding.offset(&page, position), offset, "{encoding:?} {position:?}");
            }
        }
    }

    #[test]
    fn columns_count_code_units() {
        let page = page();
        let at = |encoding: Encoding, offset| {
            let position = encoding.position(&page, offset);
            (position.line, position.character)
        };
        assert_eq!(at(Encoding::Utf8, 5), (0, 5));
        assert_eq!(at(Encoding::Utf16, 5), (0, 3));
        assert_eq!(at(Encoding::Utf16, 10), (1, 1));
        assert_eq!(at(Encoding::Utf16, 11), (2, 0));
        assert_eq!(at(Encoding::Utf16, 99), (3, 0));
    }

    #[test]
    fn impossible_positions_are_moved_to_possible_ones() {
        let page = page();
        let offset = |line, character| Encoding::Utf16.offset(&page, Position { line, character });
        assert_eq!(offset(0, 2), 1, "within a surrogate pair");
        assert_eq!(offset(0, 99), 6, "after the line");
        assert_eq!(offset(99, 99), TEXT.len() as u32, "after the page");
        assert_eq!(offset(u32::MAX, u32::MAX), TEXT.len() as u32);
        let (start, end) = (Position { line: 2, character: 0 }, Position { line: 0, character: 0 });
        assert!(Encoding::Utf16.span(&page, Range { start, end }).is_empty());
    }
}

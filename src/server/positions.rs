//! Positions as the protocol counts them: lines from 0, and code units within the line.

use gen_lsp_types::{Position, Range};

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
    /// Returns the number of code units of a character.
    pub(super) fn units(self, char: char) -> u32 {
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
        let end = end.max(start);
        let character = match self {
            Self::Utf8 => end - start,
            Self::Utf16 => page.utf16_offset(end) - page.utf16_offset(start),
        };
        Position { line, character }
    }

    /// Returns the range of a span.
    pub(super) fn range(self, page: &ReadPage, span: Span) -> Range {
        Range { start: self.position(page, span.start), end: self.position(page, span.end) }
    }

    /// Returns the byte offset of a position. A position after the end of a line or of the page is
    /// that end. A position within a character is the start of the character.
    pub(super) fn offset(self, page: &ReadPage, position: Position) -> u32 {
        let line = page.line_span(position.line as usize);
        line.start + self.offset_in_line(line.of(page.text()), position.character)
    }

    /// Returns the byte offset of a column within a line.
    pub(super) fn offset_in_line(self, line: &str, column: u32) -> u32 {
        let mut left = column;
        let mut offset = 0;
        for char in line.chars() {
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
    fn columns_are_right_in_long_lines() {
        let text = "a\u{e9}\u{6f22}\u{1F600}".repeat(2_000) + "\n" + &"x".repeat(4_575);
        let page = ReadPage::new(SourceText::from_bytes(text.as_bytes()));
        for (offset, _) in text.char_indices().step_by(97).chain([(text.len(), ' ')]) {
            let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let expected = text[line..offset].encode_utf16().count() as u32;
            let found = Encoding::Utf16.position(&page, offset as u32).character;
            assert_eq!(found, expected, "{offset} of {}", text.len());
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

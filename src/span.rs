//! Positions in a file: byte spans, the decoded text, lines and columns.

use std::ops::Range;

/// The byte order mark, which can precede the text of a file.
pub const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The id of a file in the archive. It is the index in the sorted path table, so ids sort in the
/// same order as paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// Returns the id as an index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a file's [`SourceText`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte, which is never less than `start`.
    pub end: u32,
}

impl Span {
    /// Creates a span from byte offsets. Files are smaller than 4 GiB, so the offsets fit. Larger
    /// offsets become `u32::MAX`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Creates an empty span at a byte offset.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Returns the span as a range of byte indices.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Returns whether the span contains no bytes.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns whether the whole of `other` is inside this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns whether the two spans share a byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Returns the text of the span. The text is empty if the span does not fit.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The text of a file, decoded from any bytes.
///
/// Each invalid UTF-8 sequence becomes one U+FFFD. Spans of the text can still be mapped to offsets
/// in the file.
#[derive(Debug, Default)]
pub struct SourceText {
    text: String,
    /// The spans in `text` of the replacement characters for invalid bytes.
    invalid: Vec<Span>,
    /// For each span in `invalid`, the one to three bytes that its replacement character stands
    /// for, and their number.
    invalid_bytes: Vec<([u8; 3], u8)>,
    /// For each span in `invalid`, the offset in the file at which the bytes that its replacement
    /// character stands for end.
    file_ends: Vec<u32>,
}

impl SourceText {
    /// Decodes `bytes`. Any bytes are accepted.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        // Validating with SIMD and then copying is faster than the standard library's validation.
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Self { text: text.to_owned(), ..Self::default() },
            Err(_) => Self::lossy(bytes),
        }
    }

    fn lossy(bytes: &[u8]) -> Self {
        let mut source = Self { text: String::with_capacity(bytes.len()), ..Self::default() };
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            source.text.push_str(chunk.valid());
            at += chunk.valid().len() + chunk.invalid().len();
            if !chunk.invalid().is_empty() {
                let start = source.text.len();
                source.text.push(char::REPLACEMENT_CHARACTER);
                source.invalid.push(Span::new(start, source.text.len()));
                let mut bytes = [0; 3];
                let len = chunk.invalid().len().min(bytes.len());
                bytes[..len].copy_from_slice(&chunk.invalid()[..len]);
                source.invalid_bytes.push((bytes, len as u8));
                source.file_ends.push(at as u32);
            }
        }
        source
    }

    /// Returns the decoded text, to which spans refer.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the spans of invalid UTF-8, in order, with the original bytes.
    pub fn invalid(&self) -> impl Iterator<Item = (Span, &[u8])> {
        let bytes = self.invalid_bytes.iter().map(|(bytes, len)| &bytes[..usize::from(*len)]);
        self.invalid.iter().copied().zip(bytes)
    }

    /// Returns whether the file is valid UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        self.invalid.is_empty()
    }

    /// Returns the span of the first character, for findings about the whole file.
    #[must_use]
    pub fn first_character(&self) -> Span {
        Span::new(0, self.text.chars().next().map_or(0, char::len_utf8))
    }

    /// Returns the line ending of the first line, for use in inserted lines.
    #[must_use]
    pub fn line_ending(&self) -> &'static str {
        match memchr::memchr2(b'\n', b'\r', self.text.as_bytes()) {
            Some(at) if self.text[at..].starts_with("\r\n") => "\r\n",
            Some(at) if self.text[at..].starts_with('\r') => "\r",
            _ => "\n",
        }
    }

    /// Converts an offset in the text to an offset in the file's bytes.
    #[must_use]
    pub fn file_offset(&self, offset: u32) -> u32 {
        let before = self.invalid.partition_point(|span| span.end <= offset);
        before
            .checked_sub(1)
            .map_or(offset, |last| self.file_ends[last] + (offset - self.invalid[last].end))
    }
}

/// A position in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line number, from 1. Lines end at `\n`, `\r\n` or a single `\r`.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
    /// The offset in the file, in bytes, from 0.
    pub offset: u32,
}

/// An index of a file's lines, which converts byte offsets to lines and columns. It is created only
/// for files with findings.
#[derive(Debug)]
pub struct LineIndex {
    /// The byte offsets at which lines start.
    starts: Vec<u32>,
    /// The number of scalar values before each multiple of [`STEP`] bytes. To compute a column,
    /// fewer than twice [`STEP`] bytes are read, however long the line.
    scalars: Vec<u32>,
}

const STEP: usize = 4096;

impl LineIndex {
    /// Indexes `source` in one pass.
    #[must_use]
    pub fn new(source: &SourceText) -> Self {
        let bytes = source.text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if !(bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')) {
                starts.push(at as u32 + 1);
            }
        }
        let mut scalars = vec![0];
        let mut total = 0;
        for chunk in bytes.chunks(STEP) {
            total += count_scalars(chunk);
            scalars.push(total);
        }
        Self { starts, scalars }
    }

    /// Returns the position of a byte offset. An offset after the end of the text is treated as the
    /// end.
    #[must_use]
    pub fn position(&self, source: &SourceText, offset: u32) -> Position {
        let text = &source.text;
        let offset = (offset as usize).min(text.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset) - 1;
        let column = self.before(text, offset) - self.before(text, self.starts[line] as usize) + 1;
        Position { line: line as u32 + 1, column, offset: source.file_offset(offset as u32) }
    }

    /// Returns the span of a line without its line ending. `line` counts from 0.
    #[must_use]
    pub fn line_span(&self, source: &SourceText, line: usize) -> Span {
        let start = self.starts.get(line).map_or(source.text.len(), |&start| start as usize);
        let end = self.starts.get(line + 1).map_or(source.text.len(), |&end| end as usize);
        let text = source.text.get(start..end).unwrap_or_default();
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// Returns the number of scalar values before a byte offset.
    fn before(&self, text: &str, offset: usize) -> u32 {
        let step = offset / STEP;
        self.scalars[step] + count_scalars(&text.as_bytes()[step * STEP..offset])
    }
}

/// Returns whether `bytes` contain an ASCII control character other than tab, line feed and
/// carriage return.
///
/// This function reads every byte of an archive. Its first pass, which is the faster one, also finds tabs and
/// carriage returns, which few texts contain.
#[must_use]
pub fn holds_control(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
    let may_be_control =
        |byte| (u8::from(byte < b' ') & u8::from(byte != b'\n')) | u8::from(byte == 0x7F);
    any_byte(bytes, may_be_control) && bytes.iter().any(is_control)
}

/// Returns whether `is_wanted` returns something other than 0 for any byte.
///
/// Reads all bytes, even if the first is wanted, because the compiler can vectorize this. It can do so only if
/// `is_wanted` does not branch.
#[must_use]
pub fn any_byte(bytes: &[u8], is_wanted: impl Fn(u8) -> u8) -> bool {
    const WIDTH: usize = 32;
    let Some(last) = bytes.last_chunk::<WIDTH>() else {
        return bytes.iter().fold(0, |found, byte| found | is_wanted(*byte)) != 0;
    };
    let add = |mut found: [u8; WIDTH], chunk: &[u8; WIDTH]| {
        // With `zip`, this loop is not vectorized.
        for (at, found) in found.iter_mut().enumerate() {
            *found |= is_wanted(chunk[at]);
        }
        found
    };
    let found = bytes.as_chunks().0.iter().fold([0; WIDTH], add);
    // The rest may be shorter than a chunk, so read it together with the bytes before it.
    add(found, last) != [0; WIDTH]
}

/// Counts the scalar values that start in `bytes`: one for each byte that is not a UTF-8
/// continuation byte.
fn count_scalars(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_anywhere() {
        for len in [1, 31, 32, 33, 80] {
            for at in 0..len {
                let mut text = vec![b'\t'; len];
                assert!(!holds_control(&text), "{len}");
                text[at] = 0x7F;
                assert!(holds_control(&text), "{at} of {len}");
            }
        }
    }

    fn at(text: &[u8], offset: u32) -> (u32, u32, u32) {
        let source = SourceText::from_bytes(text);
        let position = LineIndex::new(&source).position(&source, offset);
        (position.line, position.column, position.offset)
    }

    #[test]
    fn columns_count_scalar_values() {
        assert_eq!(at("ä\nb漢c".as_bytes(), 7), (2, 3, 7));
    }

    #[test]
    fn all_three_line_endings_end_a_line() {
        assert_eq!(at(b"a\r\nb\rc\nd", 3), (2, 1, 3));
        assert_eq!(at(b"a\r\nb\rc\nd", 5), (3, 1, 5));
        assert_eq!(at(b"a\r\nb\rc\nd", 7), (4, 1, 7));
    }

    #[test]
    fn offsets_lead_back_to_the_bytes_of_a_file_that_is_no_utf8() {
        // The two bytes of the truncated sequence are decoded as one character, which is three
        // bytes long.
        let source = SourceText::from_bytes(b"a\xE6\xBCb\xFFc");
        assert_eq!(source.text(), "a\u{FFFD}b\u{FFFD}c");
        assert_eq!(source.file_offset(1), 1);
        assert_eq!(source.file_offset(4), 3);
        assert_eq!(source.file_offset(8), 5);
    }

    #[test]
    fn an_offset_behind_the_text_is_its_end() {
        assert_eq!(at(b"ab\n", 99), (2, 1, 3));
        assert_eq!(at(b"", 0), (1, 1, 0));
    }

    #[test]
    fn columns_of_a_long_line_are_counted_across_steps() {
        let text = "漢".repeat(5000);
        assert_eq!(at(text.as_bytes(), 14_997), (1, 5000, 14_997));
    }
}

//! The text of a document while the client changes it.

use gen_lsp_types::{Position, Range};

use super::positions::Encoding;

/// A text that changes. One message can contain many changes, and the position of each refers to the text after the
/// changes before it. So the starts of lines are kept, as far as changes leave them as they are.
pub(super) struct EditedText {
    text: String,
    /// The first starts of lines.
    starts: Vec<usize>,
}

impl EditedText {
    /// Starts to change a text.
    pub(super) fn new(text: String) -> Self {
        Self { text, starts: vec![0] }
    }

    /// Replaces a range. A position after the end of a line or of the text is that end. If the range ends before it
    /// starts, it is empty.
    pub(super) fn replace(&mut self, range: Range, new: &str, encoding: Encoding) {
        let start = self.offset(range.start, encoding);
        let end = self.offset(range.end, encoding).max(start);
        self.text.replace_range(start..end, new);
        // Whether a line starts here may depend on what is now here.
        let kept = self.starts.partition_point(|known| *known < start).max(1);
        self.starts.truncate(kept);
    }

    /// Returns the text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn offset(&mut self, position: Position, encoding: Encoding) -> usize {
        let Some(start) = self.start_of(position.line as usize) else { return self.text.len() };
        let end = start + end_of_line(&self.text[start..]);
        start + encoding.offset_in_line(&self.text[start..end], position.character) as usize
    }

    /// Returns the start of a line, or `None` if the text has fewer lines.
    fn start_of(&mut self, line: usize) -> Option<usize> {
        while self.starts.len() <= line {
            let last = *self.starts.last()?;
            let end = last + end_of_line(&self.text[last..]);
            let ending = &self.text[end..];
            let length = if ending.starts_with("\r\n") { 2 } else { ending.len().min(1) };
            if length == 0 {
                return None;
            }
            self.starts.push(end + length);
        }
        self.starts.get(line).copied()
    }
}

fn end_of_line(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start and the end of a range, and what replaces it.
    type Change<'a> = ((u32, u32), (u32, u32), &'a str);

    fn changed(text: &str, changes: &[Change<'_>]) -> String {
        let mut edited = EditedText::new(text.to_owned());
        for ((line, character), (end_line, end_character), new) in changes {
            let start = Position { line: *line, character: *character };
            let end = Position { line: *end_line, character: *end_character };
            edited.replace(Range { start, end }, new, Encoding::Utf16);
        }
        edited.into_text()
    }

    #[test]
    fn each_change_refers_to_the_text_after_those_before() {
        let up = [((2, 0), (2, 1), "C\nD"), ((0, 1), (0, 1), "\n"), ((4, 0), (4, 1), "d")];
        assert_eq!(changed("a\nb\nc\n", &up), "a\n\nb\nC\nd\n");
        let pair = [((1, 0), (1, 0), "\n"), ((1, 0), (1, 1), "B")];
        assert_eq!(changed("a\rb", &pair), "a\r\nB", "a line feed joins a carriage return");
        assert_eq!(changed("a\r\nb", &[((0, 9), (1, 0), "-")]), "a-b");
        assert_eq!(changed("a", &[((9, 9), (9, 9), "b"), ((0, 1), (0, 0), "-")]), "a-b");
        assert_eq!(
            changed("", &[((0, 0), (0, 0), "\u{1F600}x"), ((0, 2), (0, 3), "")]),
            "\u{1F600}"
        );
    }
}

//! Excerpts of pages in reports for people: one line, cut to a window around the offending text.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

use super::files::Files;
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::{is_unprintable, printable};
use crate::span::{FileId, Span};

/// A line of a page, or the part of the line around a span.
#[derive(Debug)]
pub(super) struct Excerpt {
    path: String,
    text: String,
    /// The number of the line, from 0.
    line: usize,
    /// The column of the span in the whole line, in Unicode scalar values, from 0.
    column: usize,
    /// The span of the offending text in `text`, in bytes.
    pub(super) span: SourceSpan,
}

/// The maximum width of the text shown before the offending text, in columns.
const BEFORE: usize = 30;
/// The minimum width of an excerpt, in columns.
const LEAST: usize = 40;

impl Excerpt {
    /// Creates an excerpt of a page that fits a terminal with `width` columns.
    pub(super) fn of_page(files: &Files<'_>, file: FileId, span: Span, width: usize) -> Self {
        let text = files.text(file);
        Self::new(&files.shown_path(file), &text, span, width)
    }

    /// Creates an excerpt of the text at `path`.
    pub(super) fn new(path: &str, text: &ReadPage, span: Span, width: usize) -> Self {
        let start = text.position(span.start);
        let line = text.line_span(start.line as usize - 1);
        let whole = line.of(text.text());
        let from = (span.start.clamp(line.start, line.end) - line.start) as usize;
        let to = (span.end.clamp(line.start, line.end) - line.start) as usize;
        // The page may have changed since it was checked, so the span may begin or end within a character.
        let (from, to) = (whole.floor_char_boundary(from), whole.floor_char_boundary(to));
        // The margin contains the line number, the frame around it, and an ellipsis at each end of
        // the line.
        let margin = start.line.to_string().len() + 6;
        let room = width.saturating_sub(margin).max(LEAST);
        let before = last(&whole[..from], BEFORE.min(room / 3));
        let room = room - columns(before);
        let marked = first(&whole[from..to.max(from)], room);
        let after = first(&whole[from + marked.len()..], room - columns(marked));
        let is_cut = from + marked.len() + after.len() < whole.len();
        let mut shown = String::new();
        if before.len() < from {
            shown.push('…');
        }
        sanitize(before, &mut shown);
        let at = shown.len();
        sanitize(marked, &mut shown);
        let marked = shown.len() - at;
        sanitize(after, &mut shown);
        if is_cut {
            shown.push('…');
        }
        Self {
            path: printable(path).into_owned(),
            text: shown,
            line: start.line as usize - 1,
            column: start.column as usize - 1,
            span: (at, marked).into(),
        }
    }
}

/// Returns the number of columns that a character takes in a terminal. An unprintable character is
/// replaced with one that takes one column.
fn width(char: char) -> usize {
    char.width().unwrap_or(1)
}

/// Returns the number of columns that a text takes in a terminal.
fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Returns the longest beginning of a text that fits in `room` columns.
fn first(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, char)| {
        used += width(*char);
        used > room
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns the longest end of a text that fits in `room` columns.
fn last(text: &str, room: usize) -> &str {
    let mut used = 0;
    let before = text.char_indices().rev().find(|(_, char)| {
        used += width(*char);
        used > room
    });
    before.map_or(text, |(at, char)| &text[at + char.len_utf8()..])
}

/// Copies a text, and replaces each unprintable character with a visible one.
fn sanitize(text: &str, out: &mut String) {
    out.extend(text.chars().map(|char| match (is_unprintable(char), char.len_utf8()) {
        (false, _) => char,
        (true, 1) => '?',
        (true, 2) => '·',
        (true, _) => char::REPLACEMENT_CHARACTER,
    }));
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette calls this function without context lines to get the position, and with context lines to get
        // the text.
        let (span, column) =
            if before == 0 { (*span, self.column) } else { ((0, self.text.len()).into(), 0) };
        let data = self.text.as_bytes().get(span.offset()..span.offset() + span.len());
        let data = data.ok_or(MietteError::OutOfBounds)?;
        let path = self.path.clone();
        Ok(Box::new(MietteSpanContents::new_named(path, data, span, self.line, column, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceText;

    fn excerpt(line: &str, marked: &str, width: usize) -> Excerpt {
        let start = line.find(marked).expect("the text") as u32;
        let span = Span { start, end: start + marked.len() as u32 };
        Excerpt::new("a.md", &ReadPage::new(SourceText::from_bytes(line.as_bytes())), span, width)
    }

    #[test]
    fn an_excerpt_of_wide_characters_fits_the_terminal() {
        for width in [40, 60, 80, 100, 200] {
            let text = "灯塔博物馆展出沉没的护卫舰的船钟".repeat(20);
            let line = format!("{text}[{text}]{text}");
            let excerpt = excerpt(&line, &format!("[{text}]"), width);
            assert!(
                columns(&excerpt.text) + 5 <= width.max(LEAST + 7),
                "{width}: {}",
                excerpt.text
            );
            let span = excerpt.span;
            let marked = &excerpt.text[span.offset()..span.offset() + span.len()];
            assert!(marked.starts_with('['), "{marked}");
        }
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(excerpt("a 灯塔\tb", "灯塔", 80).text, "a 灯塔?b");
        assert_eq!(excerpt("a\u{202E}b\u{1}", "b", 80).text, "a\u{FFFD}b?");
    }
}

//! The text of a line that may begin with a label, such as `When: 16 March 2021`.

use std::ops::Range;

use super::model::LabelledLine;
use crate::span::Span;

/// The maximum length of a line that is compared with labels, in bytes of its visible text.
const LONGEST: usize = 1000;

/// The visible text of a line that is being read.
#[derive(Default)]
pub(super) struct OpenLine {
    text: String,
    /// The offsets in the text at which the parser's events start, with the spans of the events.
    pieces: Vec<(usize, Span)>,
}

impl OpenLine {
    /// Returns the span of a range of the text in the page. It is exact unless the range starts or ends
    /// within a character reference.
    fn span(&self, range: &Range<usize>) -> Span {
        let piece = |offset: usize| {
            let before = self.pieces.partition_point(|(start, _)| *start <= offset);
            let index = before.saturating_sub(1);
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |(start, _)| *start);
            let (start, span) = self.pieces.get(index).copied().unwrap_or_default();
            (offset - start, end - start, span)
        };
        let (offset, len, first) = piece(range.start);
        let is_exact = len == first.len();
        let start = first.start as usize + if is_exact { offset } else { 0 };
        let (offset, len, last) = piece(range.end - 1);
        let is_exact = len == last.len();
        let end = if is_exact { last.start as usize + offset + 1 } else { last.end as usize };
        Span::new(start, end)
    }
}

impl OpenLine {
    /// Adds visible text that is at `range` of the page.
    pub(super) fn push(&mut self, text: &str, range: &Range<usize>) {
        if self.text.len() < LONGEST {
            self.pieces.push((self.text.len(), range.clone().into()));
            self.text.push_str(text);
        }
    }

    /// Returns the line if it begins with one of these labels.
    pub(super) fn labelled(&self, labels: &[String]) -> Option<LabelledLine> {
        // East Asian texts have a full-width colon.
        let (label, value) = self.text.split_once([':', '：'])?;
        let label = labels.iter().position(|known| *known == label.trim())? as u32;
        let words = value.trim();
        let start = self.text.len() - value.trim_start().len();
        let span = (!words.is_empty()).then(|| self.span(&(start..start + words.len())))?;
        Some(LabelledLine { label, words: words.into(), span })
    }
}

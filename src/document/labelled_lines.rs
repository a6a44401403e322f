//! The part of the builder that reads lines such as `When: 16 March 2021`.

use std::ops::Range;

use super::builder::Builder;
use super::open_line::OpenLine;

impl Builder<'_> {
    /// Records the start of a line. Lines in quotes, and below the headings at the top of the page, may be
    /// about something else than the page.
    pub(super) fn open_line(&mut self) {
        let is_at_top = match self.document.headings.as_slice() {
            [] | [_] => true,
            [first, _] => !first.has_content,
            _ => false,
        };
        let is_of_page = self.quote_depth == 0 && is_at_top;
        if !self.syntax.labels.is_empty() && is_of_page {
            self.line = Some(OpenLine::default());
        }
    }

    /// Records visible text at `range`.
    pub(super) fn line_text(&mut self, text: &str, range: &Range<usize>) {
        if let Some(line) = &mut self.line {
            line.push(text, range);
        }
    }

    /// Records the end of a line. Returns whether a line was open.
    pub(super) fn end_line(&mut self) -> bool {
        let Some(line) = self.line.take() else { return false };
        self.document.lines.extend(line.labelled(&self.syntax.labels));
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, LabelledLine, Syntax};

    /// Returns the labels, the texts and the source of the lines with the labels `When` and `Date`.
    fn lines(source: &str) -> Vec<(u32, String, String)> {
        let labels = vec!["When".to_owned(), "Date".to_owned()];
        let document = Document::parse_with(source, &Syntax { labels, ..Syntax::default() });
        let line = |line: &LabelledLine| {
            (line.label, line.words.to_string(), line.span.of(source).to_owned())
        };
        document.lines.iter().map(line).collect()
    }

    #[test]
    fn labels_are_found_with_any_emphasis() {
        for source in [
            "When: 16 March",
            "**When**: 16 March",
            "**When:** 16 March",
            "- *When* : 16 March",
            "# A\n\nText\nWhen: 16 March\nmore",
            "1. a\n   - **When**:  16 March  \n",
            "Where: here<br>When: 16 March<br/>more",
            "When： 16 March",
        ] {
            let expected = (0, "16 March".to_owned(), "16 March".to_owned());
            assert_eq!(lines(source), [expected], "{source:?}");
        }
    }

    #[test]
    fn the_span_covers_the_whole_value() {
        let found = lines("Date: 16&nbsp;March *or* `later`\n");
        assert_eq!(found[0].0, 1);
        assert_eq!(found[0].2, "16&nbsp;March *or* `later`");
    }

    #[test]
    fn other_text_is_no_line() {
        for source in [
            "# When: 16 March",
            "    When: 16 March",
            "```\nWhen: 16 March\n```",
            "When:",
            "Say when: 16 March",
            "<!-- When: 16 March -->",
            "Whenever: 16 March",
            "> When: 16 March",
            "# A\n\nText\n\n## Next meeting\n\nWhen: 16 March",
        ] {
            assert_eq!(lines(source), [], "{source:?}");
        }
    }
}

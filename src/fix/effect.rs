//! Verifies fixes: checks whether a finding is gone after the page is parsed again.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Edit};
use crate::span::{FileId, Span};

/// The edits that one pass made to one file. They map positions before the edits to positions after them.
#[derive(Debug, Default)]
pub(super) struct Shifts {
    /// The replaced spans, in order, with the length of each replacement.
    edits: Vec<(Span, i64)>,
    /// For each edit, the number of bytes by which the text after it moved.
    moved: Vec<i64>,
}

impl Shifts {
    /// Creates the shifts of edits to one file. The edits can be in any order.
    pub(super) fn new(edits: &[&Edit]) -> Self {
        let mut edits: Vec<_> =
            edits.iter().map(|edit| (edit.span, signed(edit.replacement.len()))).collect();
        edits.sort_unstable();
        let mut total = 0;
        let moved = edits.iter().map(|(span, len)| {
            total += len - signed(span.len());
            total
        });
        Self { moved: moved.collect(), edits }
    }

    /// Returns the first and the last offset at which a finding at `span` may start after the
    /// edits, if they did not fix it. The offsets differ if an edit inserted or replaced text
    /// there. Returns `None` if the edits removed the finding's text.
    fn places(&self, span: Span) -> Option<(u32, u32)> {
        let before = self.edits.partition_point(|(edit, _)| {
            edit.end < span.start || (edit.end == span.start && edit.start < edit.end)
        });
        let at = |index: usize| index.checked_sub(1).map_or(0, |last| self.moved[last]);
        let start = i64::from(span.start);
        let mut low = start + at(before);
        let mut high = low;
        for (edit, len) in
            self.edits[before..].iter().take_while(|(edit, _)| edit.start <= span.start)
        {
            if edit.is_empty() {
                high += len;
            } else if *len == 0 && edit.contains(span) {
                return None;
            } else {
                // The finding starts inside a replaced span.
                low -= start - i64::from(edit.start);
                high = low.max(high + len - 1 - (start - i64::from(edit.start)));
            }
        }
        let offset = |at: i64| u32::try_from(at).unwrap_or_default();
        Some((offset(low), offset(high)))
    }
}

/// Converts a length in bytes. Pages are smaller than 4 GiB, so the length always fits.
fn signed(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// An index of findings by position and rule. It answers whether a fixed finding still occurs.
pub(super) struct FindingIndex<'a> {
    by_rule: HashMap<(FileId, &'static str), Vec<&'a Diagnostic>>,
}

impl<'a> FindingIndex<'a> {
    /// Indexes findings, which must be in the order of reports.
    pub(super) fn new(diagnostics: &'a [Diagnostic]) -> Self {
        let mut by_rule: HashMap<_, Vec<&Diagnostic>> = HashMap::new();
        for found in diagnostics {
            by_rule.entry((found.file, found.rule)).or_default().push(found);
        }
        Self { by_rule }
    }

    /// Returns whether a finding still occurs, that is, whether the same rule reports the same
    /// message at the same place. A finding with another message does not count, because another
    /// fix of the same pass may have caused it.
    pub(super) fn holds(
        &self,
        file: FileId,
        rule: &'static str,
        span: Span,
        message: &str,
        shifts: Option<&Shifts>,
    ) -> bool {
        let Some(found) = self.by_rule.get(&(file, rule)) else { return false };
        let places = shifts.map_or(Some((span.start, span.start)), |shifts| shifts.places(span));
        let Some((low, high)) = places else { return false };
        let first = found.partition_point(|found| found.finding.span.start < low);
        found[first..]
            .iter()
            .take_while(|found| found.finding.span.start <= high)
            .any(|found| found.finding.message == message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(edits: &[(usize, usize, &str)], start: usize, end: usize) -> Option<(u32, u32)> {
        let edits: Vec<_> = edits
            .iter()
            .map(|(start, end, text)| Edit::replace(FileId(0), Span::new(*start, *end), *text))
            .collect();
        Shifts::new(&edits.iter().collect::<Vec<_>>()).places(Span::new(start, end))
    }

    #[test]
    fn places_move_with_the_edits_before_them() {
        assert_eq!(places(&[], 5, 8), Some((5, 5)));
        assert_eq!(places(&[(0, 2, ""), (3, 3, "abc"), (9, 10, "x")], 5, 8), Some((6, 6)));
        assert_eq!(places(&[(3, 5, "abcd")], 5, 8), Some((7, 7)));
    }

    #[test]
    fn a_place_at_an_insertion_is_before_or_behind_it() {
        assert_eq!(places(&[(5, 5, "abc")], 5, 8), Some((5, 8)));
        assert_eq!(places(&[(5, 5, "abc"), (5, 5, "de")], 5, 8), Some((5, 10)));
        assert_eq!(places(&[(2, 3, ""), (5, 5, "abc")], 5, 8), Some((4, 7)));
    }

    #[test]
    fn a_place_in_a_replacement_is_anywhere_in_it() {
        assert_eq!(places(&[(4, 9, "abc")], 5, 8), Some((4, 6)));
        assert_eq!(places(&[(5, 8, "abcdef")], 5, 8), Some((5, 10)));
        assert_eq!(places(&[(5, 8, "")], 5, 8), None);
        assert_eq!(places(&[(5, 6, "")], 5, 8), Some((5, 5)));
    }
}

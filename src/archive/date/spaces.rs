//! No-break spaces and other special spaces, which are read as spaces.

use std::borrow::Cow;
use std::ops::Range;

use crate::rewrite::{common_prefix, common_suffix};

/// A no-break space, a figure space, a thin space and a narrow no-break space.
const SPECIAL: [char; 4] = ['\u{A0}', '\u{2007}', '\u{2009}', '\u{202F}'];

/// Returns whether a text contains a special space.
pub(super) fn has_special(text: &str) -> bool {
    // Most texts are ASCII.
    !text.is_ascii() && text.contains(SPECIAL)
}

/// A text, with spaces instead of its special spaces.
pub(super) struct Spaced<'a> {
    original: &'a str,
    text: Cow<'a, str>,
}

impl<'a> Spaced<'a> {
    /// Replaces the special spaces of a text.
    pub(super) fn new(original: &'a str) -> Self {
        let is_special = has_special(original);
        let text = if is_special {
            Cow::Owned(original.replace(SPECIAL, " "))
        } else {
            Cow::Borrowed(original)
        };
        Self { original, text }
    }

    /// Returns the text as it is.
    pub(super) fn unchanged(original: &'a str) -> Self {
        Self { original, text: Cow::Borrowed(original) }
    }

    /// Returns the text with its spaces.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the range in the original text of a range of this text.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        match &self.text {
            Cow::Borrowed(_) => range,
            Cow::Owned(_) => self.offset(range.start)..self.offset(range.end),
        }
    }

    /// Returns the offset in the original text of an offset in this text.
    fn offset(&self, offset: usize) -> usize {
        let lens = self.original.chars().map(|char| {
            let len = char.len_utf8();
            (len, if SPECIAL.contains(&char) { 1 } else { len })
        });
        let mut ends = lens.scan((0, 0), |(original, own), (len, own_len)| {
            let start = (*original, *own);
            (*original, *own) = (*original + len, *own + own_len);
            Some(start)
        });
        let found = ends.find(|(_, own)| *own >= offset);
        found.map_or(self.original.len(), |(original, _)| original)
    }

    /// Returns another version of this text in which the beginning and the end that both have in common are
    /// as in the original text.
    pub(super) fn restore(&self, changed: String) -> String {
        let Cow::Owned(text) = &self.text else { return changed };
        let start = common_prefix(text, &changed);
        let end = common_suffix(&text[start..], &changed[start..]);
        let before = &self.original[..self.offset(start)];
        let after = &self.original[self.offset(text.len() - end)..];
        [before, &changed[start..changed.len() - end], after].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lead_back_to_the_original_text() {
        let spaced = Spaced::new("\u{E9}\u{A0}17\u{202F}March\u{A0}2021");
        assert_eq!(spaced.text(), "\u{E9} 17 March 2021");
        for part in ["17", "17 March", "March 2021", "\u{E9}", " 17"] {
            let start = spaced.text().find(part).expect(part);
            let original = &spaced.original[spaced.original(start..start + part.len())];
            assert_eq!(Spaced::new(original).text(), part);
        }
        let end = spaced.text().len();
        assert_eq!(spaced.original(end..end), spaced.original.len()..spaced.original.len());
    }

    #[test]
    fn what_does_not_change_keeps_its_spaces() {
        let spaced = Spaced::new("of\u{A0}17\u{A0}March, 10:00\u{A0}UTC");
        let changed = spaced.restore("of 18 March, 10:00 UTC".to_owned());
        assert_eq!(changed, "of\u{A0}18\u{A0}March, 10:00\u{A0}UTC");
        assert_eq!(spaced.restore(String::new()), "");
        assert_eq!(Spaced::new("a b").restore("a c".to_owned()), "a c");
    }
}

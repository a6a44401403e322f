//! Splits a path into words, and decides which words may be parts of a date.

use std::ops::Range;

use crate::archive::layout::MONTH_NAMES;

/// A word of a path: a run of letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The bytes of the path.
    pub(super) range: Range<usize>,
    /// The index of the path segment.
    pub(super) segment: usize,
    /// What the word may be.
    pub(super) kind: WordKind,
}

/// The kinds of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordKind {
    /// A number, however long.
    Number,
    /// The name of a month, or its first three letters.
    Month,
    /// Any other word, possibly with digits.
    Other,
}

/// Characters that follow the numbers of a date in languages without spaces. They separate words.
pub(super) const MARKERS: &str = "年月日号號년월일";

/// The number of letters in an abbreviated name of a month.
pub(super) const ABBREVIATED: usize = 3;

/// Returns the words of a path without its extension.
pub(super) fn words(stem: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut segment = 0;
    let mut start = None;
    let end = [(stem.len(), '/')];
    for (at, char) in stem.char_indices().chain(end) {
        let is_in_word = char.is_alphanumeric() && !MARKERS.contains(char);
        if is_in_word {
            start = start.or(Some(at));
        } else if let Some(start) = start.take() {
            words.push(Word { range: start..at, segment, kind: kind(&stem[start..at]) });
        }
        segment += usize::from(char == '/');
    }
    words
}

/// Returns the kind of a word.
fn kind(word: &str) -> WordKind {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        WordKind::Number
    } else if is_month(word) {
        WordKind::Month
    } else {
        WordKind::Other
    }
}

/// Returns whether a word is the name of a month, or its abbreviation.
pub(super) fn is_month(word: &str) -> bool {
    MONTH_NAMES.iter().any(|name| {
        name.eq_ignore_ascii_case(word) || name[..ABBREVIATED].eq_ignore_ascii_case(word)
    })
}

/// Words before a number that is then no month and no day, in lower case.
const LABELS: [&str; 43] = [
    "adr", "appendix", "book", "bug", "build", "ch", "chapter", "ep", "episode", "fig", "figure",
    "issue", "kw", "lesson", "line", "module", "no", "nr", "number", "p", "page", "part", "pp",
    "quarter", "rev", "revision", "season", "section", "semaine", "semana", "sprint", "step",
    "task", "ticket", "unit", "v", "version", "vol", "volume", "week", "weeks", "wk", "woche",
];

/// Words before the number of a standard, in lower case. Such a number is no part of a date at all.
const STANDARDS: [&str; 8] = ["ansi", "cve", "din", "iec", "ieee", "isbn", "iso", "rfc"];

/// Returns whether a number after this word is no month and no day, because the word says what it
/// numbers.
pub(super) fn is_label(word: &str) -> bool {
    LABELS.iter().any(|label| label.eq_ignore_ascii_case(word)) || is_standard(word)
}

/// Returns whether a number after this word is the number of a standard.
pub(super) fn is_standard(word: &str) -> bool {
    STANDARDS.iter().any(|label| label.eq_ignore_ascii_case(word))
}

/// Words before the date and time of a picture in the names that cameras and phones give, in lower case.
const CAMERAS: [&str; 9] =
    ["dsc", "dscf", "dscn", "img", "mvi", "pano", "pxl", "screenshot", "vid"];

/// Returns whether a number after this word belongs to the name of a picture.
pub(super) fn is_camera(word: &str) -> bool {
    CAMERAS.iter().any(|label| label.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::WordKind::{Month, Number, Other};
    use super::*;

    #[test]
    fn a_number_within_a_word_is_no_number() {
        let kinds = |path: &str| -> Vec<(String, WordKind)> {
            let words = words(path).into_iter();
            words.map(|word| (path[word.range].to_owned(), word.kind)).collect()
        };
        let expect = |path, expected: &[(&str, WordKind)]| {
            let expected: Vec<_> =
                expected.iter().map(|(word, kind)| ((*word).to_owned(), *kind)).collect();
            assert_eq!(kinds(path), expected, "{path}");
        };
        expect(
            "libp2p-tokio-socks5/1",
            &[("libp2p", Other), ("tokio", Other), ("socks5", Other), ("1", Number)],
        );
        expect(
            "2012/March/5_may",
            &[("2012", Number), ("March", Month), ("5", Number), ("may", Month)],
        );
        expect(
            "2012年3月5日渡船",
            &[("2012", Number), ("3", Number), ("5", Number), ("渡船", Other)],
        );
    }
}

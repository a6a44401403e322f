//! Where the lines of a message may be broken.

use textwrap::core::Word;
use unicode_width::UnicodeWidthChar;

/// Splits a line into the words between which it may be broken: at spaces, and between wide
/// characters such as ideographs. A path or a date is one word, so it is broken only if it does not
/// fit on a line.
pub(super) fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    Box::new(line.split_inclusive(' ').flat_map(parts).map(Word::from))
}

/// Splits what is between two spaces before each wide character after another one, except within
/// a path.
fn parts(text: &str) -> Vec<&str> {
    if text.is_ascii() {
        return vec![text];
    }
    let mut parts = Vec::new();
    let (mut start, mut token_start, mut is_after_wide) = (0, 0, false);
    for token in text.split_inclusive(is_quote) {
        let is_path = token.contains('/');
        for (at, char) in token.char_indices() {
            let is_wide = char.width() == Some(2);
            if is_wide && is_after_wide && (at == 0 || !is_path) {
                parts.push(&text[start..token_start + at]);
                start = token_start + at;
            }
            is_after_wide = is_wide;
        }
        token_start += token.len();
    }
    parts.push(&text[start..]);
    parts
}

/// Returns whether a character may be the last one before a path or the first one after it.
fn is_quote(char: char) -> bool {
    matches!(
        char,
        '`' | '"'
            | '\''
            | '\u{2018}'..='\u{201F}'
            | '«'
            | '»'
            | '「'..='』'
            | '《'
            | '》'
            | '〈'
            | '〉'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<String> {
        words(line).map(|word| word.word.to_owned()).collect()
    }

    #[test]
    fn lines_are_broken_at_spaces_and_between_ideographs() {
        assert_eq!(
            split("`/news/2012/03/25/灯塔-a b.md` on 2012-03-25"),
            ["`/news/2012/03/25/灯塔-a", "b.md`", "on", "2012-03-25"]
        );
        assert_eq!(split("`灯塔a塔` x"), ["`灯", "塔a塔`", "x"]);
        assert_eq!(split(""), [] as [&str; 0]);
    }

    #[test]
    fn a_path_in_quotation_marks_is_one_word_within_other_text() {
        assert_eq!(split("灯塔`/灯塔.md`灯塔"), ["灯", "塔`/灯塔.md`灯", "塔"]);
        assert_eq!(split("见《灯塔/甲》灯塔"), ["见", "《", "灯塔/甲》", "灯", "塔"]);
    }
}

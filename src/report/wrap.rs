//! Where the lines of a message may be broken.

use textwrap::core::Word;
use unicode_width::UnicodeWidthChar;

/// Splits a line into the words between which it may be broken: at spaces, and between wide characters
/// such as ideographs. A path or a date is never broken.
pub(super) fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    Box::new(line.split_inclusive(' ').flat_map(parts).map(Word::from))
}

/// Splits what is between two spaces before each wide character after another one.
fn parts(text: &str) -> Vec<&str> {
    if text.is_ascii() || text.contains('/') {
        return vec![text];
    }
    let mut parts = Vec::new();
    let (mut start, mut is_after_wide) = (0, false);
    for (at, char) in text.char_indices() {
        let is_wide = char.width() == Some(2);
        if is_wide && is_after_wide {
            parts.push(&text[start..at]);
            start = at;
        }
        is_after_wide = is_wide;
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces_and_between_ideographs() {
        let split = |line| words(line).map(|word| word.word.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            split("`/news/2012/03/25/灯塔-a b.md` on 2012-03-25"),
            ["`/news/2012/03/25/灯塔-a", "b.md`", "on", "2012-03-25"]
        );
        assert_eq!(split("`灯塔a塔` x"), ["`灯", "塔a塔`", "x"]);
        assert_eq!(split(""), [] as [&str; 0]);
    }
}

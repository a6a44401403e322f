//! Shortens quoted texts for the terminal. Reports for programs contain them whole.

use std::borrow::Cow;
use std::ops::Range;

/// The maximum length of a quoted text in a terminal, in Unicode scalar values.
const SHOWN: usize = 100;
/// The length of the context shown before the first difference of two texts, in Unicode scalar values.
const BEFORE: usize = 30;

/// Shortens the long quoted texts in a message and its help. If both quote a text and the two texts
/// begin alike, the parts that are shown contain the first difference.
pub(super) fn shorten<'a>(
    message: &'a str,
    help: Option<&'a str>,
) -> (Cow<'a, str>, Option<Cow<'a, str>>) {
    let first = |text: &'a str| quoted(text).next().map(|range| &text[range]);
    let pair = first(message).zip(help.and_then(first));
    let difference = pair.map_or(0, |(one, other)| {
        one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
    });
    (cut(message, difference), help.map(|help| cut(help, difference)))
}

/// Shortens the quoted texts in `text`. The part of the first one that is shown contains the character
/// at `index`.
fn cut(text: &str, index: usize) -> Cow<'_, str> {
    let is_long = |range: &Range<usize>| text[range.clone()].chars().nth(SHOWN).is_some();
    if !quoted(text).any(|range| is_long(&range)) {
        return text.into();
    }
    let mut shortened = String::with_capacity(text.len());
    let mut done = 0;
    for (number, range) in quoted(text).enumerate() {
        let end = range.end;
        shortened.push_str(&text[done..range.start]);
        push_window(&text[range], if number == 0 { index } else { 0 }, &mut shortened);
        done = end;
    }
    shortened.push_str(&text[done..]);
    shortened.into()
}

/// Appends the part of a text around the character at `index`, with `…` in place of what is left out.
fn push_window(text: &str, index: usize, out: &mut String) {
    let length = text.chars().count();
    let end = if index < SHOWN - BEFORE { SHOWN } else { index + SHOWN - BEFORE };
    let start = end.min(length).saturating_sub(SHOWN);
    let ellipsis = |is_cut| if is_cut { "…" } else { "" };
    out.push_str(ellipsis(start > 0));
    out.extend(text.chars().skip(start).take(SHOWN));
    out.push_str(ellipsis(start + SHOWN < length));
}

/// Returns the ranges of the texts in backticks.
fn quoted(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut marks = text.match_indices('`').map(|(at, _)| at);
    std::iter::from_fn(move || Some(marks.next()? + 1..marks.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(message: &str, help: &str) -> (String, String) {
        let (message, help) = shorten(message, Some(help));
        (message.into_owned(), help.expect("help").into_owned())
    }

    #[test]
    fn short_texts_are_shown_whole() {
        let text = format!("the text `{}` differs", "é".repeat(SHOWN));
        assert!(matches!(shorten(&text, None), (Cow::Borrowed(same), None) if same == text));
    }

    #[test]
    fn two_long_texts_are_cut_around_their_first_difference() {
        for common in [0, 50, 99, 100, 150, 290, 299] {
            let one = format!("{}{}", "a".repeat(common), "b".repeat(300 - common));
            let other = format!("{}{}", "a".repeat(common), "c".repeat(300 - common));
            let (message, help) =
                shortened(&format!("the text `{one}` differs"), &format!("the title is `{other}`"));
            assert!(message.contains('b') && help.contains('c'), "{message} {help}");
            assert!(message.chars().count() <= "the text `…` differs".len() + SHOWN + 2);
            assert_eq!(message.contains("`…"), common >= SHOWN - BEFORE, "{message}");
        }
    }

    #[test]
    fn a_text_that_ends_where_the_other_goes_on_is_shown_to_its_end() {
        let (one, other) = ("a".repeat(150), "a".repeat(200));
        let (message, help) = shortened(&format!("`{one}`"), &format!("`{other}`"));
        assert_eq!(message, format!("`…{}`", "a".repeat(SHOWN)));
        assert_eq!(help, message);
    }

    #[test]
    fn other_long_texts_are_cut_at_their_ends() {
        let long = "d".repeat(120);
        let (message, help) = shortened("the text `a`", &format!("`b`, or `{long}`, not `"));
        assert_eq!(message, "the text `a`");
        assert_eq!(help, format!("`b`, or `{}…`, not `", "d".repeat(SHOWN)));
    }
}

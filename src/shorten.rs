//! Shortens quoted texts in messages.

use std::borrow::Cow;
use std::ops::Range;

/// The maximum number of quoted texts of one finding that are compared with each other.
const COMPARED: usize = 8;

/// Shortens the quoted texts in a message and its help to `most` Unicode scalar values each. If two
/// of the texts have the same beginning, the parts that are shown of both start at the same
/// character and contain the first difference.
#[must_use]
pub fn shorten<'a>(
    message: &'a str,
    help: Option<&'a str>,
    most: usize,
) -> (Cow<'a, str>, Option<Cow<'a, str>>) {
    let quotes: Vec<_> = quoted(message).chain(help.into_iter().flat_map(quoted)).collect();
    if !quotes.iter().any(|quote| is_longer(quote.text, most)) {
        return (message.into(), help.map(Cow::from));
    }
    let compared = &quotes[..quotes.len().min(COMPARED)];
    let starts = quotes.iter().map(|quote| {
        let others = compared.iter().map(|other| window_start(quote.text, other.text, most));
        others.max().unwrap_or_default()
    });
    let mut windows = quotes.iter().zip(starts);
    let mut cut = |text: &str| {
        let mut shown = String::with_capacity(text.len().min(4 * most));
        let mut done = 0;
        for (quote, start) in windows.by_ref().take(quoted(text).count()) {
            shown.push_str(&text[done..quote.range.start]);
            push_window(quote.text, start, most, &mut shown);
            done = quote.range.end;
        }
        shown.push_str(&text[done..]);
        Cow::from(shown)
    };
    let message = cut(message);
    (message, help.map(cut))
}

/// Returns the index of the first character to show of two texts, of each of which `most` characters
/// are shown. It is 0 if the first `most` characters contain a difference.
#[must_use]
pub fn window_start(one: &str, other: &str, most: usize) -> usize {
    if !is_longer(one, most) && !is_longer(other, most) {
        return 0;
    }
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    let difference = alike.count();
    // Show some of the text before the difference.
    let before = most * 3 / 10;
    if difference < most - before || one == other {
        return 0;
    }
    let length = one.chars().count().max(other.chars().count());
    (difference - before).min(length - most)
}

/// Appends the part of a text that starts at the character `start`, with `…` in place of what is
/// left out.
pub fn push_window(text: &str, start: usize, most: usize, out: &mut String) {
    if start > 0 {
        out.push('…');
    }
    let mut rest = text.chars().skip(start);
    out.extend(rest.by_ref().take(most));
    if rest.next().is_some() {
        out.push('…');
    }
}

fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

/// A quoted text of a message.
struct Quote<'a> {
    text: &'a str,
    /// The range of the text in the message.
    range: Range<usize>,
}

/// Returns the quoted texts of a message: those between two runs of the same number of backticks.
fn quoted(message: &str) -> impl Iterator<Item = Quote<'_>> {
    let mut runs = backticks(message);
    std::iter::from_fn(move || {
        let open = runs.next()?;
        let close = runs.find(|close| close.len() == open.len())?;
        let range = open.end..close.start;
        Some(Quote { text: &message[range.clone()], range })
    })
}

/// Returns the ranges of the runs of backticks in a text.
pub fn backticks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut marks = memchr::memchr_iter(b'`', text.as_bytes()).peekable();
    std::iter::from_fn(move || {
        let start = marks.next()?;
        let mut end = start + 1;
        while marks.next_if_eq(&end).is_some() {
            end += 1;
        }
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 100;

    fn shortened(message: &str, help: &str) -> (String, String) {
        let (message, help) = shorten(message, Some(help), MOST);
        (message.into_owned(), help.expect("help").into_owned())
    }

    #[test]
    fn short_texts_are_shown_whole() {
        let text = format!("the text `{}` differs", "é".repeat(MOST));
        assert!(matches!(shorten(&text, None, MOST), (Cow::Borrowed(same), None) if same == text));
    }

    #[test]
    fn two_long_texts_are_cut_around_their_first_difference() {
        for common in [0, 50, 99, 100, 150, 290, 299] {
            let one = format!("{}{}", "a".repeat(common), "b".repeat(300 - common));
            let other = format!("{}{}", "a".repeat(common), "c".repeat(300 - common));
            let (message, help) =
                shortened(&format!("the text `{one}` differs"), &format!("the title is `{other}`"));
            assert!(message.contains('b') && help.contains('c'), "{message} {help}");
            assert!(message.chars().count() <= "the text `…` differs".len() + MOST + 2);
            assert_eq!(message.contains("`…"), common >= MOST * 7 / 10, "{message}");
            // Both texts may also be in the message.
            let (message, help) = shortened(&format!("`{one}` has moved to `{other}`"), "cite it");
            assert!(message.contains('b') && message.contains('c'), "{message}");
            assert_eq!(help, "cite it");
        }
    }

    #[test]
    fn two_texts_of_different_lengths_start_at_the_same_character() {
        let (one, other) = ("a".repeat(150), format!("{}（续）", "a".repeat(150)));
        let (message, help) = shortened(&format!("`{one}`"), &format!("`{other}`"));
        assert_eq!(message, format!("`…{}`", "a".repeat(97)));
        assert_eq!(help, format!("`…{}（续）`", "a".repeat(97)));
        let (message, help) = shortened(&format!("`{}`", "a".repeat(90)), &format!("`{one}`"));
        assert_eq!(message, format!("`…{}`", "a".repeat(40)));
        assert_eq!(help, format!("`…{}`", "a".repeat(100)));
    }

    #[test]
    fn equal_texts_are_cut_at_their_ends() {
        let text = format!("`{}`", "a".repeat(150));
        let (message, help) = shortened(&text, &text);
        assert_eq!(message, format!("`{}…`", "a".repeat(MOST)));
        assert_eq!(help, message);
    }

    #[test]
    fn other_long_texts_are_cut_at_their_ends() {
        let long = "d".repeat(120);
        let (message, help) = shortened("the text `a`", &format!("`b`, or `{long}`, not `"));
        assert_eq!(message, "the text `a`");
        assert_eq!(help, format!("`b`, or `{}…`, not `", "d".repeat(MOST)));
    }

    #[test]
    fn a_quoted_text_may_contain_backticks() {
        let text = |end: char| format!("`` `x` {}{end} ``", "a".repeat(150));
        let (message, help) = shortened(&text('b'), &text('c'));
        assert!(message.ends_with("ab ``") && help.ends_with("ac ``"), "{message} {help}");
    }
}

//! Finds URLs that are written without brackets, which readers of GitHub's Markdown see as links.
//!
//! Source: <https://github.github.com/gfm/#autolinks-extension->

use std::ops::Range;

/// Characters that are not part of a URL if they are at its end: punctuation, as on GitHub, and the
/// separator of table cells.
const ENDS: &str = "?!.,:*_~'\"|\\";
/// Characters that end a URL wherever they are: the punctuation of Chinese and Japanese, and
/// quotation marks and brackets outside ASCII.
const WIDE_ENDS: &str =
    "。，、；：！？｡､（）［］｛｝＜＞｢｣「」『』《》〈〉【】〔〕〖〗〘〙〚〛〝〞〟＂＇“”„‟‘‚‛«»‹›";
/// The maximum length of a scheme and an IPv6 address, in bytes.
const LONGEST_HOST: usize = 60;

/// Returns the ranges of the URLs in `range` of `source`. A URL may extend beyond the range, up to `limit`.
pub(super) fn find(source: &str, range: Range<usize>, limit: usize) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let text = source.get(range.clone()).unwrap_or_default();
    // Most texts have no colon.
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return found;
    }
    for (at, _) in text.match_indices("://") {
        let start =
            range.start + at - if text[..at].ends_with(['s', 'S']) { 5.min(at) } else { 4.min(at) };
        let scheme = source.get(start..range.start + at).unwrap_or_default();
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let is_after = found.last().is_none_or(|last| last.end <= start);
        // The letters may be the end of another scheme.
        let before = source[..start].chars().next_back();
        let continues = |char: char| char.is_ascii_alphanumeric() || "+-.:/".contains(char);
        if !is_web || !is_after || before.is_some_and(continues) {
            continue;
        }
        let end = start + length(source.get(start..limit).unwrap_or_default());
        // The host must not be empty.
        if end > range.start + at + 3 {
            found.push(start..end);
        }
    }
    found
}

/// Returns the length in bytes of the URL at the start of a text.
pub(super) fn length(text: &str) -> usize {
    // White space and `<` end a URL. So do brackets and backticks, which start another link or
    // code. Chinese and Japanese punctuation also ends a URL, because no space follows it.
    let ends_at = |(at, char): (usize, char)| match char {
        '<' | '[' | ']' | '`' => true,
        // Before a letter, this mark is an apostrophe.
        '’' => !text[at + char.len_utf8()..].starts_with(has_case),
        _ => char.is_whitespace() || (!char.is_ascii() && WIDE_ENDS.contains(char)),
    };
    // The address of an IPv6 host is in brackets.
    let head = &text[..text.floor_char_boundary(LONGEST_HOST)];
    let is_in_brackets = head.split_once("://").is_some_and(|(_, host)| host.starts_with('['));
    let from = head.find(']').filter(|_| is_in_brackets).map_or(0, |end| end + 1);
    let mut chars = text[from..].char_indices().map(|(at, char)| (from + at, char));
    let end = chars.find(|found| ends_at(*found)).map_or(text.len(), |(at, _)| at);
    let mut url = &text[..end];
    let mut unopened = url.matches(')').count().saturating_sub(url.matches('(').count());
    loop {
        let Some(last) = url.chars().next_back() else { return 0 };
        match last {
            last if ENDS.contains(last) => {}
            ')' if unopened > 0 => unopened -= 1,
            ';' => match url.rfind('&') {
                // A character reference at the end is not part of the URL.
                Some(at) if is_reference(&url[at + 1..url.len() - 1]) => {
                    url = &url[..at];
                    continue;
                }
                _ => return url.len(),
            },
            _ => return url.len(),
        }
        url = &url[..url.len() - last.len_utf8()];
    }
}

/// Returns whether a character is a letter of an alphabet with two cases, such as the Latin one.
fn has_case(char: char) -> bool {
    char.is_lowercase() || char.is_uppercase()
}

fn is_reference(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<&str> {
        find(text, 0..text.len(), text.len()).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn urls_end_where_github_ends_them() {
        for (text, url) in [
            ("https://a.example/b", "https://a.example/b"),
            ("see http://a.example/b.", "http://a.example/b"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("**https://a.example/b**", "https://a.example/b"),
            ("https://a.example/b?c=d&e=f&amp;", "https://a.example/b?c=d&e=f"),
            ("https://a.example/b, and", "https://a.example/b"),
            ("HTTPS://a.example/b</i>", "HTTPS://a.example/b"),
            ("来源：https://a.example/b。", "https://a.example/b"),
            ("https://a.example/ü", "https://a.example/ü"),
            ("见https://a.example/b）的报道", "https://a.example/b"),
            ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
            ("http://a.example/a|b", "http://a.example/a|b"),
            ("见“http://a.example/w”。", "http://a.example/w"),
            ("见‘http://a.example/w’的报道", "http://a.example/w"),
            ("见‘http://a.example/w’", "http://a.example/w"),
            ("«http://a.example/u»", "http://a.example/u"),
            ("‹http://a.example/u›, voir", "http://a.example/u"),
            ("„http://a.example/u“", "http://a.example/u"),
            ("《http://a.example/t》", "http://a.example/t"),
            ("【http://a.example/t】", "http://a.example/t"),
            ("『http://a.example/t』", "http://a.example/t"),
            ("http://a.example/t《标题》", "http://a.example/t"),
            ("http://a.example/t（标题）", "http://a.example/t"),
            ("http://a.example/t“标题”", "http://a.example/t"),
            ("http://a.example/Master’s_degree", "http://a.example/Master’s_degree"),
            ("http://a.example/l’été", "http://a.example/l’été"),
            ("http://a.example/a\\\nb", "http://a.example/a"),
        ] {
            assert_eq!(urls(text), [url], "{text}");
        }
        assert_eq!(urls("a: https://b.example c: https://d.example").len(), 2);
        for text in [
            "ftp://a.example",
            "xhttps://a.example",
            "git+https://a.example",
            "://",
            "https://",
            "https://.",
        ] {
            assert_eq!(urls(text), [] as [&str; 0], "{text}");
        }
    }
}

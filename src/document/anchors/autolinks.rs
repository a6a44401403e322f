//! URLs and e-mail addresses without brackets that Hugo makes links.

use std::ops::Range;

use super::super::bare_urls;

/// Returns the ranges of the URLs and e-mail addresses in a text, in order.
///
/// Source: <https://github.com/yuin/goldmark/blob/v1.7.13/extension/linkify.go>
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(|char: char| char.is_whitespace() || "*_~(".contains(char)) {
        let is_free = found.last().is_none_or(|last| last.end <= start);
        if let Some(length) = is_free.then(|| length_at(&text[start..], word)).flatten() {
            found.push(start..start + length);
        }
        start += word.len();
    }
    found
}

/// Returns the length of the URL or the e-mail address at the start of a text. `word` is the first word of the text.
fn length_at(text: &str, word: &str) -> Option<usize> {
    let schemes = ["http://", "https://", "ftp://", ""];
    let host = schemes.iter().find_map(|scheme| {
        let host = text.strip_prefix(scheme)?;
        (!scheme.is_empty() || host.starts_with("www.")).then_some(host)
    });
    match host {
        Some(host) => has_domain(host).then(|| bare_urls::length(text)),
        None => mail_length(word),
    }
}

/// Returns whether a text begins with a host that has a dot before a letter.
fn has_domain(text: &str) -> bool {
    let is_of_host = |byte: &u8| byte.is_ascii_alphanumeric() || b"-@:%._+~#=".contains(byte);
    let length = text.bytes().take(LONGEST_HOST).take_while(|byte| is_of_host(byte)).count();
    let mut pairs = text.as_bytes()[..length].windows(2);
    pairs.any(|pair| pair[0] == b'.' && pair[1].is_ascii_lowercase())
}

/// The maximum length of a host, in bytes.
const LONGEST_HOST: usize = 256;

/// Returns the length of the e-mail address at the start of a word.
fn mail_length(word: &str) -> Option<usize> {
    let (name, host) = word.split_once('@')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'+/=?^`{|}-".contains(&byte);
    let of_host = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte);
    let length = host.bytes().take_while(of_host).count();
    let host = host[..length].trim_end_matches(['.', '-']);
    let is_address = !name.is_empty() && name.bytes().all(is_name) && host.contains('.');
    is_address.then(|| name.len() + 1 + host.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_mail_addresses_are_found_where_goldmark_finds_them() {
        for (text, links) in [
            ("See https://example.org/x and more", &["https://example.org/x"][..]),
            ("www.example.org now", &["www.example.org"]),
            ("a@b.example mail", &["a@b.example"]),
            ("(ftp://a.example/b_c)", &["ftp://a.example/b_c"]),
            ("https://a.example https://b.example.", &["https://a.example", "https://b.example"]),
            ("xhttps://a.example", &[]),
            ("https://localhost/x", &[]),
            ("www. and a@b and @me", &[]),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, links, "{text}");
        }
    }
}

//! The contents that servers send: a robots.txt, and pages.

use std::time::Duration;

use dateline::internals::sources::{PageText, RobotsRules};

/// Parses a robots.txt. The first line of the input is the requested path.
pub fn robots(data: &[u8]) {
    let (path, text) = split(data);
    let path = String::from_utf8_lossy(path);
    let rules = RobotsRules::parse(text, "dateline");
    let again = RobotsRules::parse(rules.to_text().as_bytes(), "somebody-else");
    assert_eq!(again, rules, "what is kept of a robots.txt reads otherwise");
    assert_eq!(again.allows(&path), rules.allows(&path));
    assert!(rules.allows("/robots.txt"));
    assert!(rules.delay().is_none_or(|delay| delay <= Duration::from_hours(1)));
}

/// Parses two pages. The first line of the input is the last segment of the requested path, which
/// error pages often repeat. A line `====` separates the pages.
pub fn html(data: &[u8]) {
    let (echo, pages) = split(data);
    let echo = String::from_utf8_lossy(echo);
    let between = pages.windows(6).position(|window| window == b"\n====\n");
    let (one, other) = match between {
        Some(at) => (&pages[..at], &pages[at + 6..]),
        None => (pages, pages),
    };
    let [one, other] = [one, other].map(|page| PageText::read(page, &echo));
    assert_eq!(one.is_like(&other), other.is_like(&one));
    assert_eq!(one.is_like(&one), one.length() > 0, "a page is like itself unless it is empty");
}

/// Splits an input into its first line and the rest.
fn split(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    (&data[..end], data.get(end + 1..).unwrap_or_default())
}

//! Bytes that are not UTF-8.

use std::fmt::Write as _;

use crate::diagnostic::{Finding, Severity, counted};
use crate::encoding::Garbled;
use crate::rule::{Check, Findings, Rule, SourceContext};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/not-utf8",
    summary: "bytes that are not UTF-8",
    severity: Some(Severity::Error),
    check: Check::Source(check),
    fix: None,
    options: &["archive.exclude"],
    needs: &[],
    page: include_str!("../../../rules/text/not-utf8.md"),
    since: "0.1.0",
};

/// The maximum number of bytes that a message quotes.
const NAMED: usize = 4;

fn check(context: &SourceContext<'_>, findings: &mut Findings) {
    let help = match context.garbled {
        None => "save the page as UTF-8; Dateline fixes nothing in it until then",
        Some(Garbled::Utf16) => {
            "this looks like UTF-16: save the page as UTF-8; Dateline checks nothing else in it until then"
        }
        Some(Garbled::Binary) => {
            "this looks like a binary file: give it another extension, or list it in \
             `archive.exclude`"
        }
        Some(Garbled::OtherEncoding) => {
            "this looks like text in another encoding: save the page as UTF-8; Dateline checks nothing \
             else in it until then"
        }
    };
    if let Some((span, message)) = describe(context) {
        findings.push(Finding::new(span, message).help(help));
    }
}

/// Returns the span of the first invalid bytes and a message that quotes them and counts the other
/// places. If all bytes are UTF-8 but the file is not text, the message counts its NUL bytes.
fn describe(context: &SourceContext<'_>) -> Option<(Span, String)> {
    let source = context.source;
    let mut places: Vec<Span> = Vec::new();
    let mut named: Vec<String> = Vec::new();
    for (span, bytes) in source.invalid() {
        match places.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => places.push(span),
        }
        if places.len() == 1 {
            named.extend(bytes.iter().map(|byte| format!("0x{byte:02X}")));
        }
    }
    let Some(&first) = places.first() else {
        context.garbled?;
        let nul = memchr::memchr(0, source.text().as_bytes())?;
        let nuls = memchr::memchr_iter(0, source.text().as_bytes()).count() as u64;
        let message =
            format!("the page is not UTF-8 text: it contains {}", counted(nuls, "NUL byte"));
        return Some((Span::new(nul, nul + 1), message));
    };
    let (what, verb) = if named.len() == 1 { ("byte", "is") } else { ("bytes", "are") };
    let more = if named.len() > NAMED { " …" } else { "" };
    named.truncate(NAMED);
    let mut message = format!("the {what} {}{more} {verb} not UTF-8", named.join(" "));
    if let Some(others) = places.len().checked_sub(1).filter(|others| *others > 0) {
        let _ = write!(message, " (and {})", counted(others as u64, "more place"));
    }
    Some((first, message))
}

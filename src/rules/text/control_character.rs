//! Control characters other than tab and line break.

use std::collections::BTreeSet;

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{LinkFaultKind, text_spans};
use crate::encoding::{self, Surroundings};
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::{Span, holds_control};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/control-character",
    summary: "a control character other than tab and newline",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/control-character.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if !may_hold_one(page.text().as_bytes()) {
        return;
    }
    let surroundings =
        Surroundings::new(page.text(), text_spans(page.text(), &context.archive.syntax));
    let mut run: Option<(Span, char)> = None;
    let is_fault = |char: char| char.is_control() && !matches!(char, '\t' | '\n' | '\r');
    for (at, char) in page.text().char_indices().filter(|(_, char)| is_fault(*char)) {
        // In mojibake, control characters are parts of letters. `text/mojibake` reports them
        // together with the rest.
        if surroundings.is_misread(at) {
            continue;
        }
        let end = at + char.len_utf8();
        match &mut run {
            Some((span, first)) if span.end as usize == at && are_alike(*first, char) => {
                *span = Span::new(span.start as usize, end);
            }
            _ => {
                if let Some((span, char)) = run.replace((Span::new(at, end), char)) {
                    report(context, span, char, &surroundings, findings);
                }
            }
        }
    }
    if let Some((span, char)) = run {
        report(context, span, char, &surroundings, findings);
    }
}

/// Returns whether two adjacent characters belong in one finding: they are equal, or both are white space.
fn are_alike(one: char, other: char) -> bool {
    one == other || (is_space(one) && is_space(other))
}

/// Returns whether a control character is white space within a line: a vertical tab or a form feed.
fn is_space(char: char) -> bool {
    matches!(char, '\u{0B}' | '\u{0C}')
}

/// Returns whether a text may contain a control character, without decoding it. Control characters are
/// ASCII or U+0080 to U+009F, which UTF-8 encodes as 0xC2 and a byte below 0xA0.
fn may_hold_one(bytes: &[u8]) -> bool {
    holds_control(bytes)
        || memchr::memchr_iter(0xC2, bytes)
            .any(|at| bytes.get(at + 1).is_some_and(|byte| *byte < 0xA0))
}

/// Reports a run of control characters, unless it breaks a link, which `link/malformed` reports.
fn report(
    context: &PageContext<'_>,
    span: Span,
    char: char,
    surroundings: &Surroundings,
    findings: &mut Findings,
) {
    let faults = &context.page.document.faults;
    let before = faults.partition_point(|fault| fault.span.start <= span.start);
    let breaks_a_link = faults.iter().take(before).next_back().is_some_and(|fault| {
        fault.kind == LinkFaultKind::ControlCharacter && fault.span.contains(span)
    });
    if breaks_a_link {
        return;
    }
    findings.push_with(|| {
        let message = describe(span.of(context.page.text()));
        let (help, fix) = fix_for(context, span, char, surroundings);
        Some(Finding::new(span, message).help(help).fix(fix))
    });
}

fn describe(run: &str) -> String {
    let codes: BTreeSet<String> =
        run.chars().map(|char| format!("U+{:04X}", u32::from(char))).collect();
    let codes = codes.into_iter().collect::<Vec<_>>().join(" and ");
    match run.chars().count() {
        1 => format!("the text contains a control character: {codes}"),
        count => format!("the text contains {count} control characters: {codes}"),
    }
}

/// Returns the help text and the fix for a run. A fix that deletes the run is unsafe: the control
/// character may be the rest of another character (U+0019 of U+2019), or may separate two words.
fn fix_for(
    context: &PageContext<'_>,
    span: Span,
    char: char,
    surroundings: &Surroundings,
) -> (String, Option<Fix>) {
    let page = context.page;
    let remove = |span| Edit::remove(page.file, span);
    let text = page.text();
    let before = rewrite::text_before(text, span.start);
    let behind = rewrite::text_behind(text, span.end);
    match char {
        '\u{1B}' => {
            let end = span.end + escape_sequence(behind) as u32;
            let edit = remove(Span { end, ..span });
            let message = "remove the escape sequence";
            (message.to_owned(), Some(Fix::uncertain(message, vec![edit])))
        }
        char if is_space(char) => {
            let keeps = |char: char| {
                char.is_whitespace() && !char.is_control() || char.is_ascii_whitespace()
            };
            let joins =
                !before.ends_with(keeps) && !behind.is_empty() && !behind.starts_with(keeps);
            let edit = Edit::replace(page.file, span, if joins { " " } else { "" });
            // Between words, white space stays white space. Elsewhere, the edit may turn text into markup.
            let is_between_words = before.ends_with(char::is_alphanumeric)
                && (!joins || behind.starts_with(char::is_alphanumeric));
            // The parser does not count white space at the end of a line as text.
            let word = Span::new(before.len().saturating_sub(1), before.len());
            let is_safe = is_between_words && surroundings.is_text(word);
            let message = if joins { "write a space" } else { "remove it" };
            let fix = Fix::new(Applicability::safe_if(is_safe), message, vec![edit]);
            (message.to_owned(), Some(fix))
        }
        '\u{80}'..='\u{9F}' => match encoding::windows_1252(char) {
            Some(meant) => {
                let count = span.len() / char.len_utf8();
                let edit = Edit::replace(page.file, span, meant.to_string().repeat(count));
                let is_sure = match char {
                    // Some old systems end lines with U+0085.
                    '\u{85}' => surroundings.is_windows_1252(),
                    // U+009B starts a terminal control sequence.
                    '\u{9B}' => !behind.starts_with(|char: char| matches!(char, '0'..='~')),
                    _ => true,
                };
                let is_safe = is_sure && surroundings.is_windows_1252_at(text, span);
                let message = format!("write {}", quote(&meant.to_string()));
                let help = format!("{message}, the Windows-1252 character at this code");
                (help, Some(Fix::new(Applicability::safe_if(is_safe), message, vec![edit])))
            }
            None => (
                "restore the original character: Windows-1252 has no character at this code"
                    .to_owned(),
                None,
            ),
        },
        _ => {
            let message = "remove it";
            (message.to_owned(), Some(Fix::uncertain(message, vec![remove(span)])))
        }
    }
}

/// Returns the length in bytes of a terminal escape sequence (ECMA-48) without its U+001B: `[`,
/// parameters and a final byte. Returns 0 if `behind` does not start with such a sequence.
fn escape_sequence(behind: &str) -> usize {
    let Some(sequence) = behind.strip_prefix('[').map(str::as_bytes) else { return 0 };
    let is_parameter = |byte: &&u8| matches!(byte, b' '..=b'?');
    let parameters = sequence.iter().take(LONGEST_SEQUENCE).take_while(is_parameter).count();
    let is_ended = matches!(sequence.get(parameters), Some(b'@'..=b'~'));
    if is_ended { parameters + 2 } else { 0 }
}

/// The maximum number of parameter bytes in an escape sequence.
const LONGEST_SEQUENCE: usize = 32;

//! Control characters.

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity};
use crate::document::LinkFaultKind;
use crate::encoding;
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
    page: include_str!("../../../rules/text/control-character.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if !may_hold_one(page.text().as_bytes()) {
        return;
    }
    // In text that was read in another encoding they are halves of letters, to be mended with it.
    let misread = encoding::misread(page.text());
    let is_misread = |at: usize| {
        let before = misread.partition_point(|run| run.span.start as usize <= at);
        misread[..before].last().is_some_and(|run| at < run.span.end as usize)
    };
    let mut run: Option<(Span, char)> = None;
    let is_fault = |char: char| char.is_control() && !matches!(char, '\t' | '\n' | '\r');
    for (at, char) in page.text().char_indices().filter(|(_, char)| is_fault(*char)) {
        if is_misread(at) {
            continue;
        }
        let end = at + char.len_utf8();
        match &mut run {
            Some((span, first)) if *first == char && span.end as usize == at => {
                *span = Span::new(span.start as usize, end);
            }
            _ => {
                if let Some((span, char)) = run.replace((Span::new(at, end), char)) {
                    report(context, span, char, findings);
                }
            }
        }
    }
    if let Some((span, char)) = run {
        report(context, span, char, findings);
    }
}

/// Whether a text holds a control character, found without decoding it: one of ASCII's, or one of
/// the thirty-two from U+0080 on, which are 0xC2 and a byte below 0xA0.
fn may_hold_one(bytes: &[u8]) -> bool {
    holds_control(bytes)
        || memchr::memchr_iter(0xC2, bytes)
            .any(|at| bytes.get(at + 1).is_some_and(|byte| *byte < 0xA0))
}

/// Reports a run of one control character, unless it is what breaks a link.
fn report(context: &PageContext<'_>, span: Span, char: char, findings: &mut Findings) {
    let faults = &context.page.document.faults;
    let before = faults.partition_point(|fault| fault.span.start <= span.start);
    let breaks_a_link = faults[..before].last().is_some_and(|fault| {
        fault.kind == LinkFaultKind::ControlCharacter && fault.span.contains(span)
    });
    if breaks_a_link {
        return;
    }
    let count = span.len() / char.len_utf8();
    let times = if count == 1 { String::new() } else { format!(", {count} times") };
    findings.push(
        Finding::new(span, format!("a control character: U+{:04X}{times}", u32::from(char)))
            .help("remove it")
            .fix(Fix::safe("remove it", vec![removal(context, span, char)])),
    );
}

/// Takes a run out; one that parts two words, as a form feed does, leaves a space.
fn removal(context: &PageContext<'_>, span: Span, char: char) -> Edit {
    let text = context.page.text();
    let (before, behind) = (&text[..span.start as usize], &text[span.end as usize..]);
    let joins = !before.ends_with(char::is_whitespace) && !behind.starts_with(char::is_whitespace);
    let parts = char.is_whitespace() && joins && !before.is_empty() && !behind.is_empty();
    Edit::replace(context.page.file, span, if parts { " " } else { "" })
}

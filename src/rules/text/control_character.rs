//! Control characters.

use crate::document::LinkFaultKind;
use crate::span::Span;
use crate::diagnostic::{Finding, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/control-character",
    summary: "a control character other than tab and newline",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/text/control-character.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    if !may_hold_one(page.text().as_bytes()) {
        return;
    }
    let mut run: Option<(Span, char)> = None;
    for (at, char) in page.text().char_indices() {
        if !char.is_control() || matches!(char, '\t' | '\n' | '\r') {
            report(context, run.take(), findings);
            continue;
        }
        let end = Span::at(at + char.len_utf8()).end;
        match &mut run {
            Some((span, first)) if *first == char => span.end = end,
            _ => {
                report(context, run.take(), findings);
                run = Some((Span::new(at, end as usize), char));
            }
        }
    }
    report(context, run, findings);
}

/// Whether a text can hold a control character: one of ASCII's, or the byte that the others of
/// Latin-1 begin with.
fn may_hold_one(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &byte| {
        let harmless = matches!(byte, b'\t' | b'\n' | b'\r');
        found | (byte < b' ' && !harmless) | (byte == 0x7F) | (byte == 0xC2)
    })
}

/// Reports a run of one control character, unless it is what breaks a link.
fn report(context: &PageContext<'_>, run: Option<(Span, char)>, findings: &mut Findings) {
    let Some((span, char)) = run else { return };
    let breaks_a_link = context.page.document.faults.iter().any(|fault| {
        fault.kind == LinkFaultKind::ControlCharacter && fault.span.contains(span)
    });
    if breaks_a_link {
        return;
    }
    let count = span.len() / char.len_utf8();
    let times = if count == 1 { String::new() } else { format!(", {count} times") };
    findings.push(
        Finding::new(span, format!("a control character: U+{:04X}{times}", u32::from(char)))
            .help("remove it"),
    );
}

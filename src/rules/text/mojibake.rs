//! Text that was decoded with the wrong encoding.

use crate::diagnostic::{Finding, Severity, quote};
use crate::encoding;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/mojibake",
    summary: "text decoded with the wrong encoding, or replacement characters",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: None,
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/mojibake.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for run in encoding::misread(page.text()) {
        if !page.document.is_prose(run.span.start) {
            continue;
        }
        let text = quote(run.span.of(page.text()));
        findings.push(
            Finding::new(run.span, format!("{text} is UTF-8 that was decoded as another encoding"))
                .help(format!("the original was probably {}", quote(&run.meant))),
        );
    }
    lost(context, findings);
}

/// Reports runs of U+FFFD that are in the file itself. Invalid bytes, which are also decoded as
/// U+FFFD, are left to `text/not-utf8`.
fn lost(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let needle = "\u{FFFD}";
    let mut run: Option<Span> = None;
    let mut invalid = page.source.invalid().map(|(span, _)| span).peekable();
    for at in memchr::memmem::find_iter(page.text().as_bytes(), needle) {
        let span = Span::new(at, at + needle.len());
        while invalid.next_if(|invalid| invalid.start < span.start).is_some() {}
        if invalid.peek() == Some(&span) || !page.document.is_prose(span.start) {
            continue;
        }
        match &mut run {
            Some(run) if run.end == span.start => run.end = span.end,
            _ => {
                if let Some(whole) = run.replace(span) {
                    findings.push(finding_of_lost(whole));
                }
            }
        }
    }
    findings.extend_from(run.map(finding_of_lost));
}

fn finding_of_lost(span: Span) -> Finding {
    let count = span.len() / '\u{FFFD}'.len_utf8();
    let message = match count {
        1 => "a character was lost and replaced by U+FFFD".to_owned(),
        _ => format!("{count} characters were lost and replaced by U+FFFD"),
    };
    Finding::new(span, message).help("restore the original text; the source may still have it")
}

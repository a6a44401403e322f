//! Lines that do not end with LF alone.

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/line-ending",
    summary: "lines that end with CRLF or CR",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/line-ending.md"),
    since: "0.1.0",
};

/// The maximum number of line endings that get an edit each. With more, one edit replaces the rest
/// of the page, because an edit takes more memory than a line ending.
const MOST_EDITS: usize = 10_000;

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let text = context.page.text().as_bytes();
    let Some(first) = memchr::memchr(b'\r', text) else { return };
    let is_pair = |at: usize| text.get(at + 1) == Some(&b'\n');
    let file = context.page.file;
    let ends = memchr::memchr_iter(b'\r', text);
    let edits = if ends.clone().count() <= MOST_EDITS {
        let unix = |at| if is_pair(at) { "" } else { "\n" };
        ends.map(|at| Edit::replace(file, Span::new(at, at + 1), unix(at))).collect()
    } else {
        let rest = context.page.text().get(first..).unwrap_or_default();
        let unix = rest.replace("\r\n", "\n").replace('\r', "\n");
        vec![Edit::replace(file, Span::new(first, text.len()), unix)]
    };
    let name = if is_pair(first) { "CRLF" } else { "CR" };
    findings.push(
        Finding::new(
            Span::new(first, first + 1 + usize::from(is_pair(first))),
            format!("the line ends with {name}"),
        )
        .help("end lines with a line feed (LF) alone")
        .fix(Fix::safe("end every line with LF", edits)),
    );
}

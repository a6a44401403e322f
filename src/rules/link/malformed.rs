//! Text that was meant as a link and is none.

use crate::diagnostic::{Finding, Severity, quote};
use crate::document::LinkFaultKind;
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/malformed",
    summary: "text meant as a link that is none, or a destination that cannot be right",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/link/malformed.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for fault in &page.document.faults {
        let (message, help) = describe(&fault.kind, fault.span.of(page.text()));
        let finding = Finding::new(fault.span, message).help(help);
        findings.push(match fault.link {
            Some(link) => {
                finding.label(page.file, link, "this is what CommonMark takes for the link")
            }
            None => finding,
        });
    }
}

/// What is wrong, and what to do, for the offending `text`.
fn describe(kind: &LinkFaultKind, text: &str) -> (String, &'static str) {
    let text = quote(text);
    match kind {
        LinkFaultKind::EmptyDestination => {
            ("the link has no destination".to_owned(), "write the destination, or remove the link")
        }
        LinkFaultKind::RawSpace => (
            format!("a space in the destination {text} ends the link before it begins"),
            "write `%20` for the space, or put the destination in angle brackets",
        ),
        LinkFaultKind::UnclosedParenthesis => (
            format!("the parenthesis around the destination {text} is not closed"),
            "add `)` behind the destination; inside it, write `%28` and `%29`",
        ),
        LinkFaultKind::UnclosedBracket => (
            format!("the bracket around the text of the link to {text} is not closed"),
            "add `]` behind the link's text",
        ),
        LinkFaultKind::UnopenedBracket => (
            format!("the link to {text} has no opening bracket that fits"),
            "write `\\]` for a bracket that belongs to the text, or add the missing `[`",
        ),
        LinkFaultKind::StrayBracket => (
            format!("the bracket {text} is never closed, so the link's text begins too late"),
            "close the bracket, or write `\\[` for one that belongs to the text",
        ),
        LinkFaultKind::NestedLink => (
            format!("the link to {text} holds another link, so it is none"),
            "take the inner link out, or write its brackets as `\\[` and `\\]`",
        ),
        LinkFaultKind::BadEscape(escape) => (
            format!("{} in the destination is no percent escape", quote(escape)),
            "write `%25` for a percent sign, or two hexadecimal digits behind it",
        ),
        LinkFaultKind::Backslash => (
            format!("the destination {text} is separated by backslashes"),
            "write `/` between folders",
        ),
        LinkFaultKind::ControlCharacter => (
            format!("the destination {text} holds a control character"),
            "remove the control character",
        ),
        LinkFaultKind::Refused => (
            format!("{text} is no destination that CommonMark accepts, so this is no link"),
            "put nothing but the destination, and a title in quotes, between the parentheses",
        ),
    }
}

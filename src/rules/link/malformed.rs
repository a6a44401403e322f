//! Text that looks like a link but is not a link, and links with an invalid destination.

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{LinkFault, LinkFaultKind, TemplateLanguage, decode_destination};
use crate::rule::link_repair::{leads_somewhere, repairs};
use crate::rule::{Check, Findings, PageContext, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/malformed",
    summary: "text that looks like a link but is not one, or an invalid destination",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &["site.template"],
    needs: &[],
    page: include_str!("../../../rules/link/malformed.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for fault in &page.document.faults {
        findings.push_slow(|| {
            let (message, help) = describe(&fault.kind, fault.span.of(page.text()));
            let finding = Finding::new(fault.span, message).help(help).fix(fix_for(context, fault));
            let taken = "CommonMark reads this as the link";
            Some(match fault.link {
                Some(link) => finding.label(page.file, link, taken),
                None => finding,
            })
        });
    }
}

/// Returns the message and the help text for a fault. `text` is the offending text.
fn describe(kind: &LinkFaultKind, text: &str) -> (String, &'static str) {
    let text = quote(text);
    match kind {
        LinkFaultKind::EmptyDestination => {
            ("the link has no destination".to_owned(), "write the destination, or remove the link")
        }
        LinkFaultKind::RawSpace => (
            format!("a space in the destination {text} breaks the link"),
            "write `%20` for the space, or put the destination in angle brackets",
        ),
        LinkFaultKind::UnclosedParenthesis => (
            format!("the parenthesis around the destination {text} is not closed"),
            "add `)` after the destination; write `%28` and `%29` for parentheses inside it",
        ),
        LinkFaultKind::UnclosedBracket => (
            format!("the bracket around the text of the link to {text} is not closed"),
            "add `]` after the link's text",
        ),
        LinkFaultKind::UnopenedBracket => (
            format!("the link to {text} has no matching opening bracket"),
            "write `\\]` for a bracket that belongs to the text, or add the missing `[`",
        ),
        LinkFaultKind::StrayBracket => (
            format!("the bracket {text} is never closed, so the link starts only at a later `[`"),
            "close the bracket, or write `\\[` for one that belongs to the text",
        ),
        LinkFaultKind::NestedLink => (
            format!(
                "the link to {text} contains another link, so CommonMark reads only the inner one"
            ),
            "remove the inner link, or write its brackets as `\\[` and `\\]`",
        ),
        LinkFaultKind::BadEscape(escape) => (
            format!("{} in the destination is not a percent escape", quote(escape)),
            "write `%25` for a percent sign, or `%` followed by two hexadecimal digits",
        ),
        LinkFaultKind::Backslash => (
            format!("the destination {text} has backslashes between its folders"),
            "write `/` between folders",
        ),
        LinkFaultKind::ControlCharacter => (
            format!("the destination {text} contains a control character"),
            "remove the control character",
        ),
        LinkFaultKind::DetachedParenthesis => (
            format!("there is a space between the text of the link and its destination {text}"),
            "remove the space between `]` and `(`",
        ),
        LinkFaultKind::WideParentheses => (
            format!("the parentheses around the destination {text} are full-width"),
            "write `(` and `)` around the destination",
        ),
        LinkFaultKind::Reversed => (
            format!(
                "the text of the link to {text} is in parentheses, and its destination in square \
                 brackets"
            ),
            "write `[text](destination)`",
        ),
        LinkFaultKind::BracketedDestination => (
            format!("the destination {text} is in square brackets, not in parentheses"),
            "write `(` and `)` around the destination",
        ),
        LinkFaultKind::Refused => (
            format!("CommonMark does not accept {text} as a destination, so this is not a link"),
            "write only the destination, optionally with a title in quotes, between the parentheses",
        ),
    }
}

/// Returns a fix that makes the text a link, or repairs its destination. Returns `None` if the new
/// link would lead nowhere.
fn fix_for(context: &PageContext<'_>, fault: &LinkFault) -> Option<Fix> {
    let page = context.page;
    let text = fault.span.of(page.text());
    let has_template = context.archive.syntax.template != TemplateLanguage::None;
    let insert = |at: u32, mark: &str| {
        leads_somewhere(context, &fault.target(page.text()))
            .then(|| Edit::insert(page.file, at, mark))
    };
    let (message, edit) = match &fault.kind {
        LinkFaultKind::RawSpace => (
            "write `%20` for the spaces",
            replace(context, fault, |text| text.trim().replace(' ', "%20"))?,
        ),
        LinkFaultKind::Backslash => {
            ("write `/` for `\\`", replace(context, fault, |text| text.replace('\\', "/"))?)
        }
        // The percent sign may belong to a tag of the template.
        LinkFaultKind::BadEscape(_) if has_template && text.contains("{%") => return None,
        LinkFaultKind::BadEscape(_) => {
            ("write `%25` for the percent sign", replace(context, fault, escaped)?)
        }
        LinkFaultKind::ControlCharacter => (
            "remove the control character",
            replace(context, fault, |text| text.replace(char::is_control, ""))?,
        ),
        LinkFaultKind::UnclosedParenthesis => ("add `)`", insert(fault.span.end, ")")?),
        LinkFaultKind::UnclosedBracket => {
            ("add `]`", insert(fault.span.start.checked_sub(1)?, "]")?)
        }
        LinkFaultKind::StrayBracket if fault.link?.start == fault.span.end => {
            ("remove the bracket", Edit::remove(page.file, fault.span))
        }
        // Once the second bracket is escaped, the first bracket opens the link.
        LinkFaultKind::StrayBracket if fault.span.len() == 1 => (
            "start the link at the first bracket",
            Edit::insert(page.file, fault.link?.start, "\\"),
        ),
        _ => return None,
    };
    repairs(context, fault.span, &edit).then(|| Fix::uncertain(message, vec![edit]))
}

/// Returns an edit that applies `change` to the destination of a fault, or `None` if the new
/// destination leads nowhere. `change` receives the decoded destination of a link. If CommonMark
/// does not parse the text as a link, `change` receives the destination as written.
fn replace(
    context: &PageContext<'_>,
    fault: &LinkFault,
    change: impl Fn(&str) -> String,
) -> Option<Edit> {
    let (page, text) = (context.page, context.page.text());
    let (target, written) = if let Some(link) = fault.of {
        let link = page.document.links.get(link as usize)?;
        let old = link.target(text);
        let target = change(old);
        let written = page.document.rewrite(link, text, 0..old.len(), &target)?.whole;
        (target, written)
    } else {
        let written = change(fault.span.of(text));
        (decode_destination(&written).into_owned(), written)
    };
    leads_somewhere(context, &target).then(|| Edit::replace(page.file, fault.span, written))
}

/// Returns the destination with `%25` for each `%` that does not begin a percent escape.
fn escaped(target: &str) -> String {
    let mut escaped = String::with_capacity(target.len() + 2);
    for (at, char) in target.char_indices() {
        escaped.push(char);
        let digits = target.as_bytes().get(at + 1..at + 3).unwrap_or_default();
        let is_escape = digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
        if char == '%' && !is_escape {
            escaped.push_str("25");
        }
    }
    escaped
}

//! Text that looks like a link but is not one.

use url::Url;

use crate::archive::resolve::Destination;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{Document, LinkFault, LinkFaultKind, decode_destination};
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/malformed",
    summary: "text that looks like a link but is not one, or an invalid destination",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
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

/// What is wrong, and what to do, for the offending `text`.
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
            "add `)` after the destination; inside it, write `%28` and `%29`",
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
            format!("the bracket {text} is never closed, so the link's text begins too late"),
            "close the bracket, or write `\\[` for one that belongs to the text",
        ),
        LinkFaultKind::NestedLink => (
            format!("the link to {text} contains another link, so it is not read as a link"),
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
        LinkFaultKind::Refused => (
            format!("CommonMark does not accept {text} as a destination, so this is not a link"),
            "write only the destination, optionally with a title in quotes, between the parentheses",
        ),
    }
}

/// Makes the link that was meant, if what it then leads to is there.
fn fix_for(context: &PageContext<'_>, fault: &LinkFault) -> Option<Fix> {
    let page = context.page;
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
        // The first bracket opens the link once the second is part of its text.
        LinkFaultKind::StrayBracket if fault.span.len() == 1 => (
            "start the link at the first bracket",
            Edit::insert(page.file, fault.link?.start, "\\"),
        ),
        _ => return None,
    };
    repairs(page.text(), fault.span, &edit).then(|| Fix::uncertain(message, vec![edit]))
}

/// Changes the destination of a fault, if it then leads somewhere: that of a link in what CommonMark
/// makes of it, that of a text which is no link as it is written.
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
        let written = link.rewrite(text, 0..old.len(), &target)?.whole;
        (target, written)
    } else {
        let written = change(fault.span.of(text));
        (decode_destination(&written).into_owned(), written)
    };
    leads_somewhere(context, &target).then(|| Edit::replace(page.file, fault.span, written))
}

/// A destination in which each `%` that begins no escape is escaped itself.
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

/// Whether a destination is a URL, or names something in the archive.
fn leads_somewhere(context: &PageContext<'_>, destination: &str) -> bool {
    match Destination::parse(destination) {
        Destination::Web(url) => Url::parse(url).is_ok(),
        Destination::Internal { path, .. } => {
            context.archive.resolve(context.page.file, path).is_resolved()
        }
        Destination::OtherScheme { .. } | Destination::SchemeRelative => false,
    }
}

/// The maximum length of lines that get a fix, in bytes, because a fix parses them again to verify it.
const LONGEST_LINES: usize = 8192;

/// Whether the lines of a fault and of an edit, which may be another one's, have one fault less after
/// the edit, and no link less.
fn repairs(text: &str, fault: Span, edit: &Edit) -> bool {
    let lines = Span {
        start: rewrite::line_start(text, fault.start.min(edit.span.start)),
        end: rewrite::next_line(text, fault.end.max(edit.span.end)),
    };
    if lines.len() > LONGEST_LINES {
        return false;
    }
    let old = lines.of(text);
    let Some(new) = rewrite::edited(old, lines.start, &[edit]) else { return false };
    let (old, new) = (Document::parse(old), Document::parse(&new));
    new.faults.len() < old.faults.len() && new.links.len() >= old.links.len()
}

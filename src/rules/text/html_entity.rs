//! Character references where the character itself would do.

use crate::archive::page::Page;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{LinkKind, decode_reference, inline_words};
use crate::encoding::windows_1252;
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/html-entity",
    summary: "a character reference in a heading or in the text of a link",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    page: include_str!("../../../rules/text/html-entity.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for &reference in &page.document.references {
        findings.push_with(|| judge(page, reference));
    }
}

fn judge(page: &Page<'_>, reference: Span) -> Option<Finding> {
    let written = reference.of(page.text());
    let decoded = decode_reference(written)?;
    let Some(double) = doubly_encoded(page.text(), reference, &decoded) else {
        if let Some(finding) = no_character(page, reference, &decoded) {
            return Some(finding);
        }
        let is_fine = decoded.chars().all(|char| is_invisible(char) || is_mark(char));
        if is_fine {
            return None;
        }
        let finding =
            Finding::new(reference, format!("{} stands for {}", quote(written), quote(&decoded)));
        let finding = finding.help("write the character itself");
        let edit = Edit::replace(page.file, reference, &*decoded);
        return match reads_the_same(page, &edit, None) {
            Some(true) => Some(finding.fix(Fix::safe("write the character", vec![edit]))),
            // Where the character would mean something else, the reference is as it should be.
            Some(false) => None,
            None => Some(finding),
        };
    };
    let visible = double.visible;
    let edit = Edit::replace(page.file, double.span, &*double.replacement);
    let same = reads_the_same(page, &edit, Some((&visible, &double.meant)));
    let is_character = !double.meant.contains(is_lost);
    // A text about references may show one.
    let fix = (same == Some(true) && is_character)
        .then(|| Fix::uncertain("write the character", vec![edit]));
    let help = if is_character {
        format!("write {}", quote(&double.replacement))
    } else {
        MEANT.to_owned()
    };
    let written = quote(double.span.of(page.text()));
    Some(
        Finding::new(
            double.span,
            format!("{written} is encoded twice: readers see {}", quote(&visible)),
        )
        .help(help)
        .fix(fix),
    )
}

const MEANT: &str = "write the character that was meant";

/// A reference to no character that anybody can read: a number that is none, which CommonMark reads as
/// U+FFFD, or a control character. Browsers take those from U+0080 on for Windows-1252 where they read
/// the reference, and renderers of Markdown have read it before them.
fn no_character(page: &Page<'_>, reference: Span, decoded: &str) -> Option<Finding> {
    let written = quote(reference.of(page.text()));
    let mut chars = decoded.chars();
    let char = chars.next().filter(|char| is_lost(*char) && chars.next().is_none())?;
    if char == char::REPLACEMENT_CHARACTER {
        let message = format!("{written} stands for no character: readers see {}", quote(decoded));
        return Some(Finding::new(reference, message).help(MEANT));
    }
    let message = format!("{written} stands for a control character: U+{:04X}", u32::from(char));
    let finding = Finding::new(reference, message);
    let Some(meant) = windows_1252(char) else { return Some(finding.help(MEANT)) };
    let edit = Edit::replace(page.file, reference, meant.to_string());
    let meant = quote(&meant.to_string());
    let fix = Fix::uncertain(format!("write {meant}"), vec![edit]);
    Some(finding.help(format!("write {meant}, which Windows-1252 has in its place")).fix(fix))
}

/// Whether a character stands for one that is lost, or for nothing that is text.
fn is_lost(char: char) -> bool {
    char == char::REPLACEMENT_CHARACTER
        || (char.is_control() && !matches!(char, '\t' | '\n' | '\r'))
}

/// Longer headings are not looked into, in bytes: each reference in them would be.
const LONGEST: usize = 16 * 1024;

/// A reference whose ampersand is a reference itself.
struct Double {
    span: Span,
    /// What a reader sees: the inner reference.
    visible: String,
    /// The character that was meant.
    meant: String,
    /// What is to be written: the character, or the inner reference if it cannot be seen.
    replacement: String,
}

fn doubly_encoded(text: &str, reference: Span, decoded: &str) -> Option<Double> {
    if decoded != "&" {
        return None;
    }
    let mut end = reference.end as usize;
    // `&amp;amp;quot;`: however often it was encoded.
    while let Some(rest) = text.get(end..)?.strip_prefix("amp;")
        && inner(rest).is_some()
    {
        end += 4;
    }
    let behind = inner(text.get(end..)?)?;
    let visible = format!("&{}", text.get(reference.end as usize..end + behind)?);
    let single = format!("&{}", text.get(end..end + behind)?);
    let meant = decode_reference(&single)?;
    let keeps = meant.chars().all(|char| is_invisible(char) || is_mark(char));
    let replacement = if keeps { single } else { meant.clone() };
    let span = Span { start: reference.start, end: (end + behind) as u32 };
    Some(Double { span, visible, meant, replacement })
}

/// The length of what follows the ampersand of a reference, semicolon included.
fn inner(text: &str) -> Option<usize> {
    let end = text.bytes().take(32).position(|byte| byte == b';')?;
    let name = text.get(..end)?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    (is_name && decode_reference(&format!("&{name};")).is_some()).then_some(end + 1)
}

/// Whether a character can be a mark of Markdown or HTML, and so may have to be written otherwise.
fn is_mark(char: char) -> bool {
    matches!(char, '<' | '>' | '*' | '_' | '[' | ']' | '`' | '\\' | '~' | '|' | '#')
}

/// Whether a character is better written as a reference, since it cannot be seen.
fn is_invisible(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Whether the heading or the link reads the same after an edit, one visible text taken for another.
/// None where that is not to be told: in a text of several lines, of which one may begin a block, in
/// that of a reference, which may be its label, or in one that is too long.
fn reads_the_same(page: &Page<'_>, edit: &Edit, but: Option<(&str, &str)>) -> Option<bool> {
    let document = &page.document;
    let before = document.links.partition_point(|link| link.span.start <= edit.span.start);
    let mut around = document.links.get(..before)?.iter().rev().take(8);
    let link = around.find(|link| link.content.contains(edit.span));
    let heading = document.heading_around(edit.span).and_then(|index| document.headings.get(index));
    let heading = heading.map(|heading| heading.content);
    let place = heading.or_else(|| link.map(|link| link.content))?;
    let old = place.of(page.text());
    let is_label = link.is_some_and(|link| link.kind != LinkKind::Inline);
    if is_label || old.len() > LONGEST || old.contains(['\n', '\r']) {
        return None;
    }
    let new = rewrite::edited(old, place.start, edit)?;
    let read = |markdown: &str| {
        let words = inline_words(markdown)?;
        Some(but.map_or_else(|| words.clone(), |(visible, meant)| words.replace(visible, meant)))
    };
    let old = read(old)?;
    Some(read(&new) == Some(old))
}

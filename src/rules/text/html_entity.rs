//! Character references where the character itself would do.

use crate::archive::page::Page;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{LinkKind, decode_reference, inline_words};
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
    let fix = (same == Some(true)).then(|| Fix::safe("write the character", vec![edit]));
    let written = quote(double.span.of(page.text()));
    Some(
        Finding::new(
            double.span,
            format!("{written} is encoded twice: readers see {}", quote(&visible)),
        )
        .help(format!("write {}", quote(&double.replacement)))
        .fix(fix),
    )
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
    while text[end..].starts_with("amp;") && inner(&text[end + 4..]).is_some() {
        end += 4;
    }
    let behind = inner(&text[end..])?;
    let visible = format!("&{}", &text[reference.end as usize..end + behind]);
    let single = format!("&{}", &text[end..end + behind]);
    let meant = decode_reference(&single)?;
    let keeps = meant.chars().all(|char| is_invisible(char) || is_mark(char));
    let replacement = if keeps { single } else { meant.clone() };
    let span = Span { start: reference.start, end: (end + behind) as u32 };
    Some(Double { span, visible, meant, replacement })
}

/// The length of what follows the ampersand of a reference, semicolon included.
fn inner(text: &str) -> Option<usize> {
    let end = text.bytes().take(32).position(|byte| byte == b';')?;
    let name = &text[..end];
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
    let mut around = document.links[..before].iter().rev().take(8);
    let link = around.find(|link| link.content.contains(edit.span));
    let heading = document.heading_around(edit.span).map(|index| document.headings[index].content);
    let place = heading.or_else(|| link.map(|link| link.content))?;
    let old = place.of(page.text());
    let is_label = link.is_some_and(|link| link.kind != LinkKind::Inline);
    if is_label || old.len() > LONGEST || old.contains(['\n', '\r']) {
        return None;
    }
    let at = (edit.span.start - place.start) as usize;
    let mut new = old.to_owned();
    new.replace_range(at..at + edit.span.len(), &edit.replacement);
    let read = |markdown: &str| {
        let words = inline_words(markdown)?;
        Some(but.map_or_else(|| words.clone(), |(visible, meant)| words.replace(visible, meant)))
    };
    let old = read(old)?;
    Some(read(&new) == Some(old))
}

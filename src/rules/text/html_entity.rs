//! Character references that the character itself could replace.

use crate::archive::page::Page;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::decode_reference;
use crate::encoding::{self, windows_1252};
use crate::rule::{Check, Findings, InlineText, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "text/html-entity",
    summary: "a character reference in a heading or in the text of a link",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/text/html-entity.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let mut rest = page.document.references.as_slice();
    while let Some(first) = rest.first() {
        let place = InlineText::place(&page.document, *first);
        let together = |reference: &&Span| place.is_some_and(|place| place.contains(**reference));
        let (group, behind) = rest.split_at(rest.iter().take_while(together).count().max(1));
        rest = behind;
        let mut text = place.and_then(|place| InlineText::new(page, place));
        judge(page, group, text.as_mut(), findings);
    }
}

/// Reports the references of one text. Their fixes are checked together.
fn judge(
    page: &Page<'_>,
    references: &[Span],
    mut text: Option<&mut InlineText<'_>>,
    findings: &mut Findings,
) {
    let kinds = references.iter().filter_map(|span| Some((*span, ReferenceKind::of(page, *span)?)));
    let kinds: Vec<_> = kinds.collect();
    let edit = |(_, kind): &'_ (Span, ReferenceKind)| match kind {
        ReferenceKind::Character { edit, .. } => Some(edit.clone()),
        _ => None,
    };
    let edits: Vec<Edit> = kinds.iter().filter_map(edit).collect();
    let edits: Vec<&Edit> = edits.iter().collect();
    let harmless = text.as_mut().map(|text| text.harmless(&edits)).unwrap_or_default();
    let mut harmless = harmless.into_iter();
    for (span, kind) in kinds {
        let (decoded, edit) = match kind {
            ReferenceKind::Character { decoded, edit } => (decoded, edit),
            ReferenceKind::Double(double) => {
                findings.push_with(|| Some(report_double(page, &double, text.as_deref_mut())));
                continue;
            }
            ReferenceKind::Lost(finding) => {
                findings.push(finding);
                continue;
            }
        };
        let written = quote(span.of(page.text()));
        let message = format!("{written} stands for {}", quote(&decoded));
        let finding = Finding::new(span, message).help("write the character itself");
        match harmless.next().flatten() {
            Some(true) => findings.push(finding.fix(Fix::safe("write the character", vec![edit]))),
            // The character would change the rendered text, so the reference is needed.
            Some(false) => {}
            None => findings.push(finding),
        }
    }
}

/// The problem with a reference.
enum ReferenceKind {
    /// The character itself could replace the reference.
    Character { decoded: String, edit: Edit },
    /// The ampersand of the reference is itself written as a reference.
    Double(Double),
    /// The reference does not stand for a readable character.
    Lost(Finding),
}

impl ReferenceKind {
    /// Classifies a reference. Returns `None` if the reference is fine.
    fn of(page: &Page<'_>, reference: Span) -> Option<Self> {
        let decoded = decode_reference(reference.of(page.text()))?;
        if let Some(double) = doubly_encoded(page.text(), reference, &decoded) {
            return Some(Self::Double(double));
        }
        if let Some(finding) = no_character(page, reference, &decoded) {
            return Some(Self::Lost(finding));
        }
        let is_fine = decoded.chars().all(|char| encoding::is_invisible(char) || is_mark(char));
        let edit = Edit::replace(page.file, reference, &*decoded);
        (!is_fine).then_some(Self::Character { decoded, edit })
    }
}

fn report_double(page: &Page<'_>, double: &Double, text: Option<&mut InlineText<'_>>) -> Finding {
    let edit = Edit::replace(page.file, double.span, &*double.replacement);
    let taken_for = Some((&*double.visible, &*double.meant));
    let same = text.and_then(|text| text.reads_the_same(&[&edit], taken_for));
    let is_character = !double.meant.contains(is_lost);
    // The fix is unsafe, because a text about references may show one on purpose.
    let fix = (same == Some(true) && is_character)
        .then(|| Fix::uncertain("write the character", vec![edit]));
    let help = if is_character {
        format!("write {}", quote(&double.replacement))
    } else {
        MEANT.to_owned()
    };
    let (written, visible) = (quote(double.span.of(page.text())), quote(&double.visible));
    let message = format!("{written} is encoded twice: readers see {visible}");
    Finding::new(double.span, message).help(help).fix(fix)
}

const MEANT: &str = "write the intended character";

/// Returns a finding for a reference to an unreadable character. Such a reference has an invalid
/// number, which CommonMark decodes as U+FFFD, or names a control character. In HTML, browsers
/// decode numbers from U+0080 on as Windows-1252, but Markdown renderers decode the reference
/// first.
fn no_character(page: &Page<'_>, reference: Span, decoded: &str) -> Option<Finding> {
    let written = quote(reference.of(page.text()));
    let mut chars = decoded.chars();
    let char = chars.next().filter(|char| is_lost(*char) && chars.next().is_none())?;
    if char == char::REPLACEMENT_CHARACTER {
        let message =
            format!("{written} does not stand for a character: readers see {}", quote(decoded));
        return Some(Finding::new(reference, message).help(MEANT));
    }
    let message = format!("{written} stands for a control character: U+{:04X}", u32::from(char));
    let finding = Finding::new(reference, message);
    let Some(meant) = windows_1252(char) else { return Some(finding.help(MEANT)) };
    let edit = Edit::replace(page.file, reference, meant.to_string());
    let meant = quote(&meant.to_string());
    let fix = Fix::uncertain(format!("write {meant}"), vec![edit]);
    Some(finding.help(format!("write {meant}, the Windows-1252 character at this code")).fix(fix))
}

/// Returns whether a character is U+FFFD or a control character other than white space.
fn is_lost(char: char) -> bool {
    char == char::REPLACEMENT_CHARACTER
        || (char.is_control() && !matches!(char, '\t' | '\n' | '\r'))
}

/// A reference whose ampersand is itself written as a reference, such as `&amp;quot;`.
struct Double {
    /// The span from the first ampersand to the last semicolon.
    span: Span,
    /// The text that a reader sees, such as `&quot;`.
    visible: String,
    /// The intended character.
    meant: String,
    /// The text to write: the intended character, or a single reference if the character is
    /// invisible or has a meaning in markup.
    replacement: String,
}

fn doubly_encoded(text: &str, reference: Span, decoded: &str) -> Option<Double> {
    if decoded != "&" {
        return None;
    }
    let mut end = reference.end as usize;
    // The reference may be encoded more than twice, as in `&amp;amp;quot;`.
    while let Some(rest) = text.get(end..)?.strip_prefix("amp;")
        && inner(rest).is_some()
    {
        end += 4;
    }
    let behind = inner(text.get(end..)?)?;
    let visible = format!("&{}", text.get(reference.end as usize..end + behind)?);
    let single = format!("&{}", text.get(end..end + behind)?);
    let meant = decode_reference(&single)?;
    let keeps = meant.chars().all(|char| encoding::is_invisible(char) || is_mark(char));
    let replacement = if keeps { single } else { meant.clone() };
    let span = Span { start: reference.start, end: (end + behind) as u32 };
    Some(Double { span, visible, meant, replacement })
}

/// Returns the length in bytes of the reference that begins before `text`, without its ampersand
/// but with its semicolon. Returns `None` if `text` does not complete a reference.
fn inner(text: &str) -> Option<usize> {
    let end = text.bytes().take(32).position(|byte| byte == b';')?;
    let name = text.get(..end)?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    (is_name && decode_reference(&format!("&{name};")).is_some()).then_some(end + 1)
}

/// Returns whether a character can have a meaning in Markdown or HTML, so that a reference may be
/// needed to write it.
fn is_mark(char: char) -> bool {
    matches!(char, '<' | '>' | '*' | '_' | '[' | ']' | '`' | '\\' | '~' | '|' | '#')
}

//! Suppression comments that suppress nothing.

use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::rewrite;
use crate::rule::{Check, Findings, Lapse, Rule, SuppressionContext};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "archive/unused-suppression",
    summary: "a suppression comment that suppresses nothing",
    severity: Some(Severity::Warning),
    check: Check::Suppressions(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/archive/unused-suppression.md"),
    since: "0.1.0",
};

/// The help for a selector that names no rule, or too many.
const NAME_RULES: &str = "name the rules or groups to suppress";

fn check(context: &SuppressionContext<'_>, findings: &mut Findings) {
    for (index, lapse) in context.lapses {
        let selector = context.suppression.selectors.get(*index);
        let span = selector.map_or(context.suppression.comment, |selector| selector.span);
        let text = selector.map_or_else(String::new, |selector| quote(&selector.text));
        findings.push(match lapse {
            Lapse::Unused => {
                Finding::new(span, format!("{text} is suppressed here but reports nothing"))
                    .help("remove it from the comment")
                    .fix(removal(context, *index))
            }
            Lapse::Unknown(near) => Finding::new(span, format!("no rule or group named {text}"))
                .help(near.clone().unwrap_or_else(|| NAME_RULES.to_owned())),
            Lapse::Everything => {
                Finding::new(span, "a comment cannot suppress all rules").help(NAME_RULES)
            }
            Lapse::TooMany => Finding::new(
                span,
                "the page has too many suppression comments, so this one has no effect",
            )
            .help("suppress the rule for the whole page, or in the settings"),
            Lapse::Nothing => Finding::new(span, "the comment names no rule to suppress")
                .help("name a rule or a group: `<!-- dateline-ignore group/name: reason -->`"),
        });
    }
}

/// Returns a fix that removes an unused selector from its comment, or the whole comment if all of its
/// selectors are unused.
fn removal(context: &SuppressionContext<'_>, index: usize) -> Option<Fix> {
    let (text, comment) = (context.source.text(), context.suppression.comment);
    let selectors = &context.suppression.selectors;
    let unused = context.lapses.iter().filter(|(_, lapse)| *lapse == Lapse::Unused).count();
    if unused == selectors.len() {
        let edit = rewrite::remove_lines(context.file, text, comment).or_else(|| {
            let span = within_line(text, comment)?;
            Some(Edit::remove(context.file, span))
        })?;
        // If the comment contains a reason, the fix is unsafe because it removes text of the author.
        let applicability = Applicability::safe_if(!context.suppression.has_reason);
        return Some(Fix::new(applicability, "remove the comment", vec![edit]));
    }
    // Also remove the separator between the selector and its neighbour.
    let own = selectors.get(index)?.span;
    let before = index.checked_sub(1).and_then(|before| selectors.get(before));
    let span = match (selectors.get(index + 1), before) {
        (Some(next), _) => Span { end: next.span.start, ..own },
        (None, Some(before)) => Span { start: before.span.end, ..own },
        (None, None) => return None,
    };
    Some(Fix::safe("remove it from the comment", vec![Edit::remove(context.file, span)]))
}

/// Returns the span of a comment that follows words on its line, including the space before it. Returns
/// `None` if no words precede the comment. Such a comment determines how Markdown parses the rest of the
/// line, so removing the comment could change the meaning of the line.
fn within_line(text: &str, comment: Span) -> Option<Span> {
    let line = Span { start: rewrite::line_start(text, comment.start), end: comment.start };
    let before = line.of(text);
    let space = u32::from(before.ends_with(' '));
    let follows_words = before.chars().any(char::is_alphabetic);
    follows_words.then_some(Span { start: comment.start.saturating_sub(space), ..comment })
}

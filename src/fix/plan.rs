//! Chooses the fixes that can be applied together in one pass.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget, Fix};
use crate::span::Span;

/// Fixes that can be applied together.
#[derive(Debug, Default)]
pub(super) struct FixPlan<'a> {
    /// The findings to fix, each with its fix.
    pub(super) fixes: Vec<(&'a Diagnostic, &'a Fix)>,
}

impl<'a> FixPlan<'a> {
    /// Chooses fixes from `diagnostics`, in order. The applicability of a chosen fix is at most
    /// `allowed`. `may_fix` accepts its finding, and `may_change` accepts every file that it
    /// changes. It does not conflict with any fix chosen earlier. All other fixes wait for the next
    /// pass.
    pub(super) fn new(
        diagnostics: &'a [Diagnostic],
        allowed: Applicability,
        may_fix: &dyn Fn(&Diagnostic) -> bool,
        may_change: &dyn Fn(&EditTarget) -> bool,
    ) -> Self {
        let mut plan = Self::default();
        let mut taken: BTreeMap<&EditTarget, Taken<'_>> = BTreeMap::new();
        for diagnostic in diagnostics {
            let Some(fix) = &diagnostic.finding.fix else { continue };
            let is_free = |edit: &Edit| {
                may_change(&edit.target)
                    && taken.get(&edit.target).is_none_or(|taken| is_free(taken, edit))
            };
            let is_allowed = fix.applicability <= allowed && !fix.edits.is_empty();
            if !(is_allowed && may_fix(diagnostic) && fix.edits.iter().all(is_free)) {
                continue;
            }
            for edit in &fix.edits {
                let taken = taken.entry(&edit.target).or_default();
                taken.entry(edit.span).or_default().insert(first_line(edit));
            }
            plan.fixes.push((diagnostic, fix));
        }
        plan
    }
}

/// The spans of the chosen edits of a file, with the first lines of their replacements.
type Taken<'a> = BTreeMap<Span, BTreeSet<&'a str>>;

/// Returns whether an edit can be applied together with all chosen edits. Two edits that touch
/// conflict, because their order could matter. If both replace existing text, they conflict only if
/// they overlap.
///
/// Two insertions at the same offset do not conflict if they are of the same kind and start with
/// different lines. Insertions that start with the same line conflict, so that the next pass can
/// insert the second one below the existing line.
fn is_free(taken: &Taken<'_>, edit: &Edit) -> bool {
    let span = edit.span;
    let clear = |(other, begun): (&Span, &BTreeSet<&str>)| {
        let touches = span.start <= other.end && other.start <= span.end;
        if span.is_empty() && *other == span {
            let line = first_line(edit);
            // All insertions chosen for this offset are of the same kind, so comparing with the
            // first is enough.
            let is_alike = begun.first().is_none_or(|begun| marks(begun) == marks(line));
            return is_alike && !begun.contains(line);
        }
        let both_take = !span.is_empty() && !other.is_empty();
        !touches || (both_take && (span.end == other.start || other.end == span.start))
    };
    // The chosen spans do not overlap each other, so only the neighbours can conflict.
    let before = taken.range(..=span).rev().take(2);
    let behind = taken.range(span..).take(2);
    before.chain(behind).all(clear)
}

/// Returns the marks at the start of a line, such as those of a heading. The marks identify the
/// kind of an insertion.
fn marks(line: &str) -> &str {
    let end = line.find(|char: char| char.is_alphanumeric() || char.is_whitespace() || char == '[');
    &line[..end.unwrap_or(line.len())]
}

/// Returns the first non-blank line of an edit's replacement.
fn first_line(edit: &Edit) -> &str {
    edit.replacement.trim_start().lines().next().unwrap_or_default()
}

//! Which fixes can be made together in one pass.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget, Fix};
use crate::span::Span;

/// Fixes that can be made together.
#[derive(Debug, Default)]
pub(super) struct FixPlan<'a> {
    /// The findings that are fixed, each with its fix.
    pub(super) fixes: Vec<(&'a Diagnostic, &'a Fix)>,
}

impl<'a> FixPlan<'a> {
    /// Chooses among the fixes of `diagnostics`, in their order, those that are at least as sure as
    /// `allowed`, are of findings that `may_fix` lets pass, change only files that `may_change`, and do
    /// not overlap one that was chosen: the rest is for the next pass.
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

/// The spans of the edits that were chosen, with the first lines of what they put there.
type Taken<'a> = BTreeMap<Span, BTreeSet<&'a str>>;

/// Whether an edit keeps clear of all that are taken. Where two only touch, their order could
/// matter, unless both take something out. Two insertions at one place go together if they are of
/// one kind, so that their order does not matter, and do not begin alike: what both want to begin is
/// to be begun once.
fn is_free(taken: &Taken<'_>, edit: &Edit) -> bool {
    let span = edit.span;
    let clear = |(other, begun): (&Span, &BTreeSet<&str>)| {
        let touches = span.start <= other.end && other.start <= span.end;
        if span.is_empty() && *other == span {
            let line = first_line(edit);
            // All that were chosen for the place are of one kind, so one of them stands for all.
            let is_alike = begun.first().is_none_or(|begun| marks(begun) == marks(line));
            return is_alike && !begun.contains(line);
        }
        let both_take = !span.is_empty() && !other.is_empty();
        !touches || (both_take && (span.end == other.start || other.end == span.start))
    };
    // The spans do not overlap each other, so only the neighbours can be in the way.
    let before = taken.range(..=span).rev().take(2);
    let behind = taken.range(span..).take(2);
    before.chain(behind).all(clear)
}

/// What a line begins with: the marks of a heading, say.
fn marks(line: &str) -> &str {
    let end = line.find(|char: char| char.is_alphanumeric() || char.is_whitespace() || char == '[');
    &line[..end.unwrap_or(line.len())]
}

/// The first line of what an edit puts in.
fn first_line(edit: &Edit) -> &str {
    edit.replacement.trim_start().lines().next().unwrap_or_default()
}

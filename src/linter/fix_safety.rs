//! Finds safe fixes that would change the structure of a page outside their edits, or lose markup.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::linted_archive::Linted;
use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget};
use crate::document::Structure;
use crate::rewrite;
use crate::rule::Pages;
use crate::span::{FileId, Span};

/// The maximum number of times that a page is parsed to judge its fixes. Fixes that are not judged
/// by then become unsafe.
const MOST_PARSES: u32 = 24;

/// The maximum number of rounds for one page. Fixes with overlapping edits are judged in different
/// rounds.
const MOST_ROUNDS: usize = 4;

impl Linted<'_> {
    /// Makes safe fixes unsafe if they would change the structure of a page outside their edits, or
    /// lose markup. Applies the fixes of a page together, parses the result, and compares blocks,
    /// links and code outside the edits.
    pub(super) fn doubt_fixes(&self, diagnostics: &mut [Diagnostic]) {
        let mut by_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        for (index, diagnostic) in diagnostics.iter().enumerate() {
            for file in safe_edits(diagnostic).filter_map(edited_file).collect::<BTreeSet<_>>() {
                by_file.entry(file).or_default().push(index);
            }
        }
        let pages: Vec<_> = by_file.into_iter().collect();
        let found = &*diagnostics;
        let doubtful: Vec<usize> = pages
            .par_iter()
            .flat_map_iter(|(file, indices)| self.doubtful(*file, indices, found))
            .collect();
        for index in doubtful {
            if let Some(fix) = &mut diagnostics[index].finding.fix {
                fix.applicability = Applicability::Unsafe;
            }
        }
    }

    /// Returns which of the diagnostics at `indices` have a fix that does not preserve the
    /// structure of `file`. Includes fixes that cannot be judged.
    fn doubtful(&self, file: FileId, indices: &[usize], found: &[Diagnostic]) -> Vec<usize> {
        let Some(page) = self.reread(file) else { return indices.to_vec() };
        let text = page.text();
        let structure = Structure::of(text, &self.linter.archive.syntax);
        let mut parses_left = MOST_PARSES;
        let mut doubtful = Vec::new();
        let mut waiting = indices.to_vec();
        for _ in 0..MOST_ROUNDS {
            let (together, later) = without_overlaps(file, &waiting, found);
            let edits_of = |index: &usize| edits_in(&found[*index], file);
            let kept = rewrite::keep_most(&together, |indices| {
                parses_left = parses_left.checked_sub(1)?;
                let edits: Vec<&Edit> = indices.iter().flat_map(edits_of).collect();
                let after = rewrite::edited(text, 0, &edits)?;
                Some(structure.is_kept(&after, &edits))
            });
            let judged = together.into_iter().zip(kept);
            doubtful.extend(judged.filter(|(_, kept)| *kept != Some(true)).map(|(index, _)| index));
            waiting = later;
            if waiting.is_empty() {
                return doubtful;
            }
        }
        doubtful.extend(waiting);
        doubtful
    }
}

/// Returns the edits of a safe fix. Returns none if there is no fix or the fix is unsafe.
fn safe_edits(diagnostic: &Diagnostic) -> impl Iterator<Item = &Edit> {
    let fix = diagnostic.finding.fix.as_ref();
    let safe = fix.filter(|fix| fix.applicability == Applicability::Safe);
    safe.into_iter().flat_map(|fix| &fix.edits)
}

/// Returns the existing file that an edit changes.
fn edited_file(edit: &Edit) -> Option<FileId> {
    match edit.target {
        EditTarget::File(file) => Some(file),
        EditTarget::New(_) => None,
    }
}

/// Returns the edits of a safe fix in one file.
fn edits_in(diagnostic: &Diagnostic, file: FileId) -> impl Iterator<Item = &Edit> {
    safe_edits(diagnostic).filter(move |edit| edited_file(edit) == Some(file))
}

/// Splits the diagnostics at `indices` into those whose edits in a file do not overlap, and the
/// rest.
fn without_overlaps(
    file: FileId,
    indices: &[usize],
    found: &[Diagnostic],
) -> (Vec<usize>, Vec<usize>) {
    let mut taken: BTreeSet<Span> = BTreeSet::new();
    indices.iter().copied().partition(|index| {
        let is_free = |span: Span| {
            let before =
                taken.range(..=span).next_back().is_none_or(|other| other.end <= span.start);
            let behind = taken.range(span..).next().is_none_or(|other| span.end <= other.start);
            (before && behind) || (span.is_empty() && taken.contains(&span))
        };
        let is_free = edits_in(&found[*index], file).all(|edit| is_free(edit.span));
        if is_free {
            taken.extend(edits_in(&found[*index], file).map(|edit| edit.span));
        }
        is_free
    })
}

//! Decides why no layout is inferred from the paths of an archive.

use std::path::Path;

use super::coverage::DatedPages;
use super::error::InferenceError;
use super::inferred::Share;
use super::number_kinds;
use crate::archive::layout::Pattern;
use crate::diagnostic::printable;

/// The results of a search without evidence from headings, which did not lead to a layout.
pub(super) struct Rejected<'a> {
    /// The most frequent pattern of the layout, if the layout fits most dated pages.
    pub(super) fitting: Option<&'a Pattern>,
    /// The candidates that match the most dated pages, each with the number of these pages.
    pub(super) best: &'a [(Pattern, usize)],
}

impl Rejected<'_> {
    /// The number of candidates that the error names.
    pub(super) const NAMED: usize = 3;
}

/// Returns the reason why no layout fits the pages of the archive at `root`.
pub(super) fn refusal(
    root: &Path,
    pages: &[&str],
    dated: &DatedPages<'_>,
    rejected: &Rejected<'_>,
) -> InferenceError {
    let root = root.to_path_buf();
    let count = pages.len() as u64;
    if pages.is_empty() {
        return InferenceError::NoPages { root };
    }
    let Some(first) = dated.0.first() else {
        return InferenceError::NoDates { root, pages: count, reason: number_kinds::reason(pages) };
    };
    let all = dated.0.len() as u64;
    if !dated.are_enough(pages) {
        return InferenceError::FewDates {
            root,
            pages: count,
            dated: all,
            first: (*first).to_owned(),
        };
    }
    if let Some(pattern) = rejected.fitting {
        // The layout fits the paths, so the headings are what contradicts it.
        return InferenceError::OtherDates { root, pattern: pattern.to_string() };
    }
    if rejected.best.is_empty() {
        return InferenceError::NoCandidates { root, dated: all, reason: unreadable(pages, dated) };
    }
    let named = rejected.best.iter().map(|(pattern, pages)| {
        let share = Share { of: (*pages as u64).min(all), all, what: "dated pages" };
        format!("`{pattern}` with {share}")
    });
    InferenceError::NoCommonLayout { root, dated: all, best: named.collect() }
}

/// Returns why no pattern can read the dates of most dated pages.
fn unreadable(pages: &[&str], dated: &DatedPages<'_>) -> String {
    let most = |is_wanted: fn(&&&str) -> bool| {
        let mut found = dated.0.iter().filter(is_wanted);
        let first = found.next()?;
        ((1 + found.count()) * 2 > dated.0.len()).then(|| printable(first))
    };
    if let Some(example) = most(|path| path.contains(['{', '}'])) {
        return format!("a path pattern cannot contain braces as text, as in `{example}`");
    }
    if let Some(example) = most(|path| path.contains(char::is_control)) {
        return format!("a path pattern cannot contain control characters, as in `{example}`");
    }
    number_kinds::reason(pages)
}

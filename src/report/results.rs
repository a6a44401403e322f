//! The results of a run that a report contains, and the style of reports for people.

use super::shown_paths::ShownPaths;
use crate::archive::page_texts::PageTexts;
use crate::diagnostic::{Diagnostic, counted};
use crate::linter::Summary;

/// The style of a report, and of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether the report uses colours.
    pub color: bool,
    /// The width of the report, in columns.
    pub width: usize,
}

/// The number of findings that are not reported, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// The number of findings in unchanged files that the changes did not cause.
    pub unchanged: u64,
    /// The number of findings that are recorded in a baseline.
    pub baseline: u64,
}

/// The results of a run, as input for reports.
#[derive(Clone, Copy)]
pub struct Results<'a> {
    /// The findings, sorted in the order of reports.
    pub diagnostics: &'a [Diagnostic],
    /// The first of these findings, up to the limit. Reports list only these.
    pub listed: &'a [Diagnostic],
    /// The summary of the run.
    pub summary: Summary,
    /// The number of findings that are not reported.
    pub hidden: Hidden,
    /// Whether sources were contacted.
    pub online: bool,
    /// The texts of the pages with findings, from which lines and columns are computed.
    pub texts: &'a PageTexts<'a>,
    /// The path of the archive's root within the repository: empty, or with a trailing `/`. Reports for
    /// code hosting services prepend it to all paths.
    pub prefix: &'a str,
    /// The paths in reports for people.
    pub shown: &'a ShownPaths,
}

impl Results<'_> {
    /// Returns a note with the number of findings that the report does not list, or `None` if it
    /// lists all of them.
    #[must_use]
    pub fn note_of_limit(&self) -> Option<String> {
        let left = self.diagnostics.len() - self.listed.len();
        (left > 0).then(|| {
            let left = counted(left as u64, "more finding");
            format!("{left} not shown; `--max-findings 0` shows all")
        })
    }
}

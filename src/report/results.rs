//! What there is to report, and how a terminal shows it.

use crate::archive::page_texts::PageTexts;
use crate::diagnostic::Diagnostic;
use crate::linter::Summary;

/// How a terminal shows a human report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether there are colours.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
}

/// Findings that are not reported, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Those that did not come of what changed.
    pub unchanged: u64,
    /// Those that a baseline holds.
    pub baseline: u64,
}

/// Everything there is to report.
#[derive(Clone, Copy)]
pub struct Results<'a> {
    /// The findings, in order.
    pub diagnostics: &'a [Diagnostic],
    /// The summary of the run.
    pub summary: Summary,
    /// What was found and is not reported.
    pub hidden: Hidden,
    /// Whether sources were contacted.
    pub online: bool,
    /// The texts of the pages with findings, for their lines and columns.
    pub texts: &'a PageTexts<'a>,
    /// The path of the archive's root from its repository's root on: empty, or with `/` at its end. Reports
    /// for whoever hosts the repository have it before their paths.
    pub prefix: &'a str,
}

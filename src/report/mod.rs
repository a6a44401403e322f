//! Reports: one file a format. They write to what they are given, and print nothing themselves.

mod concise;
mod diff;
mod files;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod results;
mod sarif;
pub mod summary;

use std::io::{self, Write};

pub use files::{Files, PositionRange};
pub use results::{Hidden, Results, Style};

use crate::diagnostic::{counted, grouped};
use crate::fix::FixedFile;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the line, the offending text underlined, what to do.
    Human,
    /// One line per finding: `path:line:column`.
    Concise,
    /// One JSON document.
    Json,
    /// A JSON object a finding, then one with the summary.
    JsonLines,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Commands that GitHub's runners turn into annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A `JUnit` report, in which each finding is a failed test.
    Junit,
}

/// Writes the findings in a format.
///
/// # Errors
/// What the writer fails with.
pub fn write(
    format: Format,
    style: Style,
    results: &Results<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = Files::new(results.texts, results.prefix);
    match format {
        Format::Human => human::write(results, &files, style, out),
        Format::Concise => concise::write(results, &files, out),
        Format::Json => json::write(results, &files, out),
        Format::JsonLines => json::write_lines(results, &files, out),
        Format::Sarif => sarif::write(results, &files, out),
        Format::Github => github::write(results, &files, out),
        Format::Gitlab => gitlab::write(results, &files, out),
        Format::Junit => junit::write(results, &files, out),
    }
}

/// What whoever asked for a report is to know of it, if anything: that it will not be taken where it is
/// meant to go.
#[must_use]
pub fn caution(format: Format, results: &Results<'_>) -> Option<String> {
    let number = results.diagnostics.len() as u64;
    (format == Format::Sarif && number > sarif::MAX_ON_GITHUB).then(|| {
        let (number, most) = (counted(number, "finding"), grouped(sarif::MAX_ON_GITHUB));
        format!("the report has {number}, but GitHub rejects reports with more than {most}")
    })
}

/// Writes what fixes would change as a unified diff; `on_terminal` says whether it goes to one.
///
/// # Errors
/// What the writer fails with.
pub fn write_diff(
    files: &[FixedFile],
    style: Style,
    on_terminal: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    diff::write(files, style, on_terminal, out)
}

/// Writes errors in one settings file: for each the line, the offending key underlined, what to do.
///
/// # Errors
/// What the writer fails with.
pub fn write_config_errors(
    errors: &[crate::config::ConfigError],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    human::write_config_errors(errors, style, out)
}

//! Reports, with one file for each format. Reports write to the given writer and do not print anything.

mod concise;
mod diff;
mod excerpt;
mod files;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod results;
mod sarif;
mod shown_paths;
pub mod summary;
mod wrap;

use std::io::{self, Write};

pub use self::sarif::rule_help;
pub use files::{Files, PositionRange};
pub use human::MANY;
pub use results::{Hidden, Results, Style};
pub use shown_paths::ShownPaths;

use crate::diagnostic::{counted, grouped};
use crate::fix::FixedFile;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people: the line with the offending text underlined, and what to do.
    Human,
    /// One line per finding, which begins with `path:line:column`.
    Concise,
    /// A single JSON document.
    Json,
    /// JSON Lines: one object per finding, followed by an object with the summary.
    JsonLines,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// Workflow commands that GitHub's runners turn into annotations.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A `JUnit` report, in which each finding is a failed test.
    Junit,
}

/// Writes a report of the findings in the given format.
///
/// # Errors
/// Returns an error if the writer fails.
pub fn write(
    format: Format,
    style: Style,
    results: &Results<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = Files::new(results.texts, results.prefix, results.shown);
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

/// Returns a warning if GitHub would reject a SARIF report because it has too many findings.
#[must_use]
pub fn caution(format: Format, results: &Results<'_>) -> Option<String> {
    let number = results.listed.len() as u64;
    (format == Format::Sarif && number > sarif::MAX_ON_GITHUB).then(|| {
        let (number, most) = (counted(number, "finding"), grouped(sarif::MAX_ON_GITHUB));
        format!("the report has {number}, but GitHub rejects reports with more than {most}")
    })
}

/// Writes a unified diff of the changes that fixes would make. `on_terminal` says whether the
/// writer is a terminal.
///
/// # Errors
/// Returns an error if the writer fails.
pub fn write_diff(
    files: &[FixedFile],
    style: Style,
    on_terminal: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    diff::write(files, style, on_terminal, out)
}

/// Writes the errors in a settings file. For each error, shows the line with the offending text underlined, and
/// what to do.
///
/// # Errors
/// Returns an error if the writer fails.
pub fn write_config_errors(
    errors: &[crate::config::ConfigError],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    human::write_config_errors(errors, style, out)
}

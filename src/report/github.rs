//! Workflow commands, which GitHub's runners turn into annotations of a pull request.
//!
//! GitHub limits the number of annotations per step, and silently drops the rest. The report therefore contains
//! only as many annotations as GitHub shows. Below them, it lists the remaining findings as plain lines, in a
//! folded group for each rule.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::files::{Files, PositionRange};
use super::results::Results;
use crate::diagnostic::{
    Diagnostic, Severity, counted, escape_workflow_commands, is_unprintable, printable,
};
use crate::rules::RULES;

/// The maximum number of annotations of the same severity that GitHub shows for a step.
const SHOWN: usize = 10;

/// Writes workflow commands for the first findings of each severity, and plain lines for the others.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rest = Vec::new();
    for severity in [Severity::Error, Severity::Warning] {
        let found = results.listed.iter().filter(|found| found.severity == severity);
        let mut left = found.clone();
        for diagnostic in left.by_ref().take(SHOWN) {
            annotate(diagnostic, files, out)?;
        }
        rest.extend(left);
    }
    if rest.is_empty() {
        return Ok(());
    }
    let left = counted(rest.len() as u64, "further finding");
    writeln!(
        out,
        "{left}, by rule: GitHub shows at most {SHOWN} errors and {SHOWN} warnings per step"
    )?;
    // The sort is stable, so the findings of a rule keep their order.
    let order = |id: &str| RULES.iter().position(|rule| rule.id == id);
    rest.sort_by_cached_key(|diagnostic| order(diagnostic.rule));
    for same in rest.chunk_by(|one, other| one.rule == other.rule) {
        writeln!(out, "::group::{} ({})", same[0].rule, same.len())?;
        for diagnostic in same {
            list(diagnostic, files, out)?;
        }
        writeln!(out, "::endgroup::")?;
    }
    Ok(())
}

/// Writes the workflow command for a finding.
fn annotate(diagnostic: &Diagnostic, files: &Files<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finding = &diagnostic.finding;
    let PositionRange { start, end } = files.place(diagnostic.file, finding.span);
    let path = files.hosted_path(diagnostic.file);
    let severity = diagnostic.severity.name();
    // A span that ends with a line break does not include the next line.
    let behind = end.column == 1 && end.line > start.line;
    let end_line = if behind { end.line - 1 } else { end.line };
    write!(out, "::{severity} file={},line={},endLine={end_line}", property(&path), start.line)?;
    // GitHub ignores columns if an annotation covers several lines.
    if start.line == end_line {
        write!(out, ",col={}", start.column)?;
    }
    if start.line == end.line {
        write!(out, ",endColumn={}", end.column)?;
    }
    write!(out, ",title={}::{}", property(diagnostic.rule), data(&finding.message))?;
    if let Some(help) = &finding.help {
        write!(out, "%0Ahelp: {}", data(help))?;
    }
    writeln!(out)
}

/// Writes a finding as a plain line. Runners do not interpret the line as a command, because it begins with
/// a word and not with `::`.
fn list(diagnostic: &Diagnostic, files: &Files<'_>, out: &mut dyn Write) -> io::Result<()> {
    let start = files.place(diagnostic.file, diagnostic.finding.span).start;
    let path = files.hosted_path(diagnostic.file);
    let line = format!(
        "{}: {}:{}:{}: {}",
        diagnostic.severity.name(),
        printable(&path),
        start.line,
        start.column,
        diagnostic.finding.message
    );
    writeln!(out, "{}", escape_workflow_commands(&line))
}

/// Encodes the value of a property. Percent signs, line breaks and separators of properties become
/// percent codes, which runners decode. Other unprintable characters, which could control a
/// terminal, become visible escapes.
fn property(value: &str) -> String {
    encode(value, &['%', '\r', '\n', ':', ','])
}

/// Encodes the message of a command. Unlike [`property`], this function does not encode separators.
fn data(message: &str) -> String {
    encode(message, &['%', '\r', '\n'])
}

fn encode(text: &str, special: &[char]) -> String {
    let mut encoded = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if special.contains(&char) {
            let _ = write!(encoded, "%{:02X}", u32::from(char));
        } else if is_unprintable(char) {
            encoded.extend(char.escape_default());
        } else {
            encoded.push(char);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_as_runners_decode_them() {
        assert_eq!(property("a%0A,b:c\r\n"), "a%250A%2Cb%3Ac%0D%0A");
        assert_eq!(data("a%0A,b:c\u{1b}"), "a%250A,b:c\\u{1b}");
    }
}

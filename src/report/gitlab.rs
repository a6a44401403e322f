//! GitLab's code quality report: a JSON array of findings, which GitLab identifies by their fingerprints.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::files::Files;
use super::fingerprint::Fingerprints;
use super::results::Results;
use crate::diagnostic::{Diagnostic, Severity};
use crate::json_escape;
use crate::span::Position;

#[derive(Serialize)]
struct Issue<'a> {
    description: Cow<'a, str>,
    check_name: &'a str,
    fingerprint: String,
    severity: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Range<u32>,
    positions: Range<Point>,
}

#[derive(Serialize)]
struct Range<T> {
    begin: T,
    end: T,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl From<Position> for Point {
    fn from(position: Position) -> Self {
        Self { line: position.line, column: position.column }
    }
}

/// Writes GitLab's code quality report.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut buffered = BufWriter::new(out);
    let mut serializer = json_escape::pretty(&mut buffered);
    let mut issues = serializer.serialize_seq(Some(results.listed.len()))?;
    let mut fingerprints = Fingerprints::new(files);
    for diagnostic in results.listed {
        issues.serialize_element(&issue(diagnostic, files, fingerprints.next(diagnostic)))?;
    }
    issues.end()?;
    writeln!(buffered)?;
    buffered.flush()
}

fn issue<'a>(diagnostic: &'a Diagnostic, files: &Files<'a>, fingerprint: String) -> Issue<'a> {
    let finding = &diagnostic.finding;
    let place = files.place(diagnostic.file, finding.span);
    Issue {
        // GitLab shows the description on one line, so append the help to the message.
        description: match &finding.help {
            Some(help) => format!("{}; {help}", finding.message).into(),
            None => Cow::from(&finding.message),
        },
        check_name: diagnostic.rule,
        fingerprint,
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
        },
        location: Location {
            path: files.hosted_path(diagnostic.file),
            lines: Range { begin: place.start.line, end: place.end.line },
            positions: Range { begin: place.start.into(), end: place.end.into() },
        },
    }
}

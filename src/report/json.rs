//! JSON reports, as a single document or as JSON Lines. The fields are a public interface, because other
//! programs rely on them.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::files::{Files, PositionRange};
use super::results::Results;
use super::summary::severities;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label};
use crate::json_escape;
use crate::rule::page_url;
use crate::span::{FileId, Position, Span};

/// The version of the format that the types below define.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct JsonReport<'a> {
    version: u32,
    /// The path of the archive's root, which all other paths are relative to.
    root: &'a str,
    summary: JsonSummary,
    #[serde(serialize_with = "diagnostics")]
    diagnostics: (&'a [Diagnostic], &'a Files<'a>),
}

#[derive(Serialize)]
struct JsonEnd<'a> {
    version: u32,
    root: &'a str,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonSummary {
    pages: u64,
    links: u64,
    errors: u64,
    warnings: u64,
    fixable: u64,
    skipped: JsonSkipped,
}

#[derive(Serialize)]
struct JsonSkipped {
    offline: u64,
    #[serde(skip_serializing_if = "is_zero")]
    rootless: u64,
    #[serde(skip_serializing_if = "is_zero")]
    findings: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unlisted: u64,
    #[serde(skip_serializing_if = "is_zero")]
    suppressed: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unchanged: u64,
    #[serde(skip_serializing_if = "is_zero")]
    baseline: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    rule: &'a str,
    severity: &'a str,
    path: &'a str,
    range: JsonRange,
    message: &'a str,
    help: Option<&'a str>,
    /// The web address of the rule's page.
    url: String,
    labels: Vec<JsonLabel<'a>>,
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    applicability: &'a str,
    message: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    range: JsonRange,
    replacement: &'a str,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    path: &'a str,
    range: JsonRange,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonRange {
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    offset: u32,
}

impl From<PositionRange> for JsonRange {
    fn from(place: PositionRange) -> Self {
        Self { start: place.start.into(), end: place.end.into() }
    }
}

impl From<Position> for JsonPosition {
    fn from(position: Position) -> Self {
        Self { line: position.line, column: position.column, offset: position.offset }
    }
}

/// Writes the report as a single JSON document.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = JsonReport {
        version: VERSION,
        root: results.shown.root(),
        summary: summary(results),
        diagnostics: (results.listed, files),
    };
    let mut buffered = BufWriter::new(out);
    json_escape::to_writer_pretty(&mut buffered, &report)?;
    writeln!(buffered)?;
    buffered.flush()
}

/// Writes the report as JSON Lines.
pub(super) fn write_lines(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut buffered = BufWriter::new(out);
    for diagnostic in results.listed {
        json_escape::to_writer(&mut buffered, &json(diagnostic, files))?;
        writeln!(buffered)?;
    }
    let end = JsonEnd { version: VERSION, root: results.shown.root(), summary: summary(results) };
    json_escape::to_writer(&mut buffered, &end)?;
    writeln!(buffered)?;
    buffered.flush()
}

/// Serializes the findings one at a time. Converting all of them first would take more memory.
fn diagnostics<S: Serializer>(
    (diagnostics, files): &(&[Diagnostic], &Files<'_>),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(diagnostics.len()))?;
    for diagnostic in *diagnostics {
        sequence.serialize_element(&json(diagnostic, files))?;
    }
    sequence.end()
}

fn summary(results: &Results<'_>) -> JsonSummary {
    let (errors, warnings) = severities(results.diagnostics);
    JsonSummary {
        pages: results.summary.pages,
        links: results.summary.links,
        errors,
        warnings,
        fixable: results.diagnostics.iter().filter(|found| found.finding.fix.is_some()).count()
            as u64,
        skipped: JsonSkipped {
            offline: if results.online { 0 } else { results.summary.sources },
            rootless: results.summary.rootless,
            findings: results.summary.dropped,
            unlisted: (results.diagnostics.len() - results.listed.len()) as u64,
            suppressed: results.summary.suppressed,
            unchanged: results.hidden.unchanged,
            baseline: results.hidden.baseline,
        },
    }
}

fn json<'a>(diagnostic: &'a Diagnostic, files: &Files<'a>) -> JsonDiagnostic<'a> {
    let finding = &diagnostic.finding;
    let label = |label: &'a Label| JsonLabel {
        path: files.path(label.file),
        range: range(files, label.file, label.span),
        message: &label.message,
    };
    JsonDiagnostic {
        rule: diagnostic.rule,
        severity: diagnostic.severity.name(),
        path: files.path(diagnostic.file),
        range: range(files, diagnostic.file, finding.span),
        message: &finding.message,
        help: finding.help.as_deref(),
        url: page_url(diagnostic.rule),
        labels: finding.labels.iter().map(label).collect(),
        fix: finding.fix.as_ref().map(|fix| json_fix(fix, files)),
    }
}

fn json_fix<'a>(fix: &'a Fix, files: &Files<'a>) -> JsonFix<'a> {
    let edit = |edit: &'a Edit| {
        let (path, place) = files.edited(edit);
        JsonEdit { path, range: place.into(), replacement: &edit.replacement }
    };
    JsonFix {
        applicability: fix.applicability.name(),
        message: &fix.message,
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn range(files: &Files<'_>, file: FileId, span: Span) -> JsonRange {
    files.place(file, span).into()
}

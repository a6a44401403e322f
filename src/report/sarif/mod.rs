//! SARIF 2.1.0 reports, for code scanning and editors.
//!
//! Paths are relative to the repository's root. The report does not contain the path of the root or any
//! other data about the machine.

mod rules;

pub use self::rules::help as rule_help;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use self::rules::Descriptor;
use self::text::Text;
use super::files::{Files, PositionRange};
use super::fingerprint::Fingerprints;
use super::results::Results;
use crate::archive::resolve::uri;
use crate::diagnostic::{Diagnostic, EditTarget, Fix, counted};
use crate::json_escape;
use crate::rules::RULES;
use crate::span::{FileId, Position, Span};

/// The maximum number of results in a report that GitHub accepts.
pub(super) const MAX_ON_GITHUB: u64 = 25_000;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: Roots,
    column_kind: &'static str,
    newline_sequences: [&'static str; 3],
    #[serde(serialize_with = "results")]
    results: (&'a [Diagnostic], &'a Files<'a>),
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_execution_notifications: Option<[Notification; 1]>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text<String>,
}

#[derive(Serialize)]
struct Roots {
    #[serde(rename = "%SRCROOT%")]
    root: Root,
}

#[derive(Serialize)]
struct Root {
    description: Text<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: Option<usize>,
    level: &'a str,
    message: Text<Cow<'a, str>>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[SarifFix<'a>; 1]>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "datelineFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    place: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

/// A part of a file, given by lines and columns, by bytes, or by both.
#[derive(Serialize)]
struct Region {
    #[serde(flatten)]
    text: Option<TextRegion>,
    #[serde(flatten)]
    bytes: Option<BinaryRegion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRegion {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BinaryRegion {
    byte_offset: u32,
    byte_length: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: Text<&'a str>,
    artifact_changes: Vec<ArtifactChange<'a>>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    applicability: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Text<&'a str>>,
}

impl TextRegion {
    /// Creates a region from a range of positions. `has_mark` says whether the file begins with a byte
    /// order mark. In SARIF, columns do not count the mark, because it is not part of the text.
    fn new(PositionRange { start, end }: PositionRange, has_mark: bool) -> Self {
        let before = |of: Position| u32::from(has_mark && of.line == 1 && of.column > 1);
        Self {
            start_line: start.line,
            start_column: start.column - before(start),
            end_line: end.line,
            end_column: end.column - before(end),
        }
    }
}

impl BinaryRegion {
    fn new(PositionRange { start, end }: PositionRange) -> Self {
        Self { byte_offset: start.offset, byte_length: end.offset.saturating_sub(start.offset) }
    }
}

/// Writes the SARIF report.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let dropped = results.summary.dropped;
    let notification = || {
        let dropped = counted(dropped, "further finding");
        let text = format!("{dropped} omitted: a rule reports at most 1,000 per page");
        [Notification { level: "warning", message: Text { text } }]
    };
    let run = SarifRun {
        tool: Tool {
            driver: Driver {
                name: "Dateline",
                version,
                semantic_version: version,
                // Every report contains all rules, so that two reports differ only in their results.
                rules: RULES.iter().map(|rule| Descriptor::from(*rule)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: (dropped > 0).then(notification),
        }],
        original_uri_base_ids: Roots {
            root: Root { description: Text { text: "The root of the repository." } },
        },
        column_kind: "unicodeCodePoints",
        newline_sequences: ["\r\n", "\n", "\r"],
        results: (results.listed, files),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    let mut buffered = BufWriter::new(out);
    json_escape::to_writer_pretty(&mut buffered, &log)?;
    writeln!(buffered)?;
    buffered.flush()
}

/// Serializes the findings one at a time. Converting all of them first would take more memory.
fn results<S: Serializer>(
    (diagnostics, files): &(&[Diagnostic], &Files<'_>),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(diagnostics.len()))?;
    let mut fingerprints = Fingerprints::new(files);
    for diagnostic in *diagnostics {
        let fingerprint = fingerprints.next(diagnostic);
        sequence.serialize_element(&result(diagnostic, files, fingerprint))?;
    }
    sequence.end()
}

fn result<'a>(
    diagnostic: &'a Diagnostic,
    files: &Files<'a>,
    fingerprint: String,
) -> SarifResult<'a> {
    let finding = &diagnostic.finding;
    let labels = finding.labels.iter().enumerate();
    SarifResult {
        rule_id: diagnostic.rule,
        rule_index: RULES.iter().position(|rule| rule.id == diagnostic.rule),
        level: diagnostic.severity.name(),
        message: Text { text: message(diagnostic) },
        locations: [Location {
            id: None,
            place: physical(files, diagnostic.file, finding.span),
            message: None,
        }],
        related_locations: labels
            .map(|(index, label)| Location {
                id: Some(index + 1),
                place: physical(files, label.file, label.span),
                message: Some(Text { text: &label.message }),
            })
            .collect(),
        partial_fingerprints: PartialFingerprints { finding: fingerprint },
        fixes: finding
            .fix
            .as_ref()
            .filter(|fix| !fix.edits.is_empty())
            .map(|fix| [made(fix, files)]),
    }
}

/// Returns the message, the help, and a link to each label. GitHub shows only the labels that the message
/// links to.
fn message(diagnostic: &Diagnostic) -> Cow<'_, str> {
    let finding = &diagnostic.finding;
    let said = literal(&finding.message);
    if finding.help.is_none() && finding.labels.is_empty() {
        return said;
    }
    let help = finding.help.as_deref().map(literal);
    let labels = finding.labels.iter().enumerate();
    let links = labels.map(|(index, label)| {
        let text = label.message.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        Cow::from(format!("[{text}]({})", index + 1))
    });
    let parts = std::iter::once(said).chain(help).chain(links);
    parts.collect::<Vec<_>>().join("\n").into()
}

/// Breaks up links in a text, so that a link quoted from a page does not become a link of the
/// message. Viewers interpret backslashes differently, so the function inserts a space instead of
/// escaping the link.
fn literal(words: &str) -> Cow<'_, str> {
    if words.contains("](") { words.replace("](", "] (").into() } else { words.into() }
}

fn physical(files: &Files<'_>, file: FileId, span: Span) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: artifact(files, files.path(file)),
        region: region(files, file, span),
    }
}

/// Returns the region that a span covers, by lines and columns and by bytes.
fn region(files: &Files<'_>, file: FileId, span: Span) -> Region {
    let place = files.place(file, span);
    let text = TextRegion::new(place, files.has_mark(file));
    Region { text: Some(text), bytes: Some(BinaryRegion::new(place)) }
}

/// Returns the location of a file, given its path relative to the archive's root.
fn artifact(files: &Files<'_>, path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: uri(&files.hosted(path)), uri_base_id: "%SRCROOT%" }
}

/// Converts a fix, with its edits grouped by file.
fn made<'a>(fix: &'a Fix, files: &Files<'a>) -> SarifFix<'a> {
    let mut changed = BTreeMap::<&str, Vec<Replacement<'_>>>::new();
    for edit in &fix.edits {
        let (path, place) = files.edited(edit);
        let has_mark = match edit.target {
            EditTarget::File(file) => files.has_mark(file),
            EditTarget::New(_) => false,
        };
        // SARIF treats inserted content as text only if the region that it replaces has no byte
        // offsets, so most regions have only lines and columns. An edit that covers the byte order
        // mark needs byte offsets, because the mark is not part of the text.
        let region = if has_mark && place.start.offset == 0 && place.end.offset > 0 {
            Region { text: None, bytes: Some(BinaryRegion::new(place)) }
        } else {
            Region { text: Some(TextRegion::new(place, has_mark)), bytes: None }
        };
        let text = edit.replacement.as_str();
        changed.entry(path).or_default().push(Replacement {
            deleted_region: region,
            inserted_content: (!text.is_empty()).then_some(Text { text }),
        });
    }
    let change = |(path, replacements)| ArtifactChange {
        artifact_location: artifact(files, path),
        replacements,
    };
    SarifFix {
        description: Text { text: &fix.message },
        artifact_changes: changed.into_iter().map(change).collect(),
        properties: FixProperties { applicability: fix.applicability.name() },
    }
}

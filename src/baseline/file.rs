//! The file of a baseline. Its format is JSON Lines: a header, followed by the sorted entries, one per line.

use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;

use super::entries::{Baseline, FindingKey};
use crate::json_escape::Escaped;

/// The version of the format.
const VERSION: u64 = 1;

/// The conflict markers that git writes into a file that it could not merge.
const CONFLICTS: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];

/// The maximum length of a parser's message within an error, in Unicode scalar values.
const MOST_SAID: usize = 120;

const NEW_FILE: &str = "name another file, or remove this one and record the findings again";
const FIX_LINE: &str = "correct the line, or remove it and record the findings again";

/// The reason why a file is not a valid baseline.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}; {help}")]
pub struct BaselineError {
    /// The number of the line, from 1.
    pub line: usize,
    /// The column, in Unicode scalar values, from 1.
    pub column: usize,
    /// A text that says what is wrong.
    pub what: String,
    /// A text that says what to do.
    pub help: String,
}

#[derive(Serialize)]
struct Header {
    #[serde(rename = "dateline-baseline")]
    version: u64,
}

#[derive(Serialize)]
struct EntryLine<'a> {
    path: &'a str,
    rule: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "is_one")]
    count: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(count: &u64) -> bool {
    *count == 1
}

/// A line that may be a header or an entry, with the fields of both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnyLine {
    #[serde(rename = "dateline-baseline")]
    version: Option<u64>,
    path: Option<String>,
    rule: Option<String>,
    text: Option<String>,
    count: Option<u64>,
}

impl Baseline {
    /// Writes the file. Equal baselines produce identical bytes.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        write_line(&Header { version: VERSION }, &mut out)?;
        for (FindingKey { path, rule, text }, count) in self.entries() {
            write_line(&EntryLine { path, rule, text, count }, &mut out)?;
        }
        out.flush()
    }

    /// Parses the content of a file. The file must begin with a header. The other lines can be in any order
    /// and can include further headers, so the concatenation of two baselines is a baseline. The counts of
    /// identical entries are added up.
    ///
    /// # Errors
    /// A [`BaselineError`] for the first invalid line, or for a file without a header.
    pub fn read(bytes: &[u8]) -> Result<Self, BaselineError> {
        let mut baseline = Self::default();
        let mut begun = false;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let at = |(column, what, help): Wrong| BaselineError {
                line: index + 1,
                column,
                what,
                help: help.to_owned(),
            };
            match read_line(line, if begun { FIX_LINE } else { NEW_FILE }).map_err(at)? {
                None => begun = true,
                Some(_) if !begun => {
                    let what = "the file does not start with the header of a baseline";
                    return Err(at((1, what.to_owned(), NEW_FILE)));
                }
                Some((key, count)) => baseline.add(key, count),
            }
        }
        if begun {
            return Ok(baseline);
        }
        let what = "the file is empty".to_owned();
        Err(BaselineError { line: 1, column: 1, what, help: NEW_FILE.to_owned() })
    }
}

/// The parts of a [`BaselineError`] except the line: the column, what is wrong, and what to do.
type Wrong = (usize, String, &'static str);

/// Parses a line. Returns `None` for a header, and the key and the count for an entry. The error for an
/// invalid line contains `help`, unless a more specific help applies.
fn read_line(line: &[u8], help: &'static str) -> Result<Option<(FindingKey, u64)>, Wrong> {
    if CONFLICTS.iter().any(|mark| line.starts_with(mark)) {
        let what = "this is a merge conflict".to_owned();
        return Err((1, what, "keep the entries of both sides, and remove the conflict markers"));
    }
    let wrong = |what: &str, help| (1, what.to_owned(), help);
    if line.trim_ascii_start().first() != Some(&b'{') {
        return Err(wrong("this is not a JSON object", help));
    }
    let AnyLine { version, path, rule, text, count } =
        serde_json::from_slice(line).map_err(|error| {
            // Drop the line number of the message, which is always 1: the parser sees only this line.
            let what = error.to_string();
            let end = what.rfind(" at line ").unwrap_or(what.len());
            // Shorten the message: it may quote an unexpected value of any length.
            let end = what[..end].char_indices().nth(MOST_SAID).map_or(end, |(cut, _)| cut);
            (column(line, error.column()), what[..end].to_owned(), help)
        })?;
    match (version, path, rule, text, count) {
        (Some(VERSION), None, None, None, None) => Ok(None),
        (Some(VERSION), ..) => {
            Err(wrong("the header line has other fields", "write each entry on its own line"))
        }
        (Some(version), ..) => Err((
            1,
            format!("the format version is {version}, but this program supports {VERSION}"),
            "use the version of Dateline that wrote the file",
        )),
        (None, Some(_), Some(_), Some(_), Some(0)) => {
            Err(wrong("the entry's `count` is 0", "remove the line"))
        }
        (None, Some(path), Some(rule), Some(text), count) => {
            Ok(Some((FindingKey { path, rule, text }, count.unwrap_or(1))))
        }
        (None, ..) => Err(wrong("the entry lacks `path`, `rule` or `text`", help)),
    }
}

/// Converts a column in bytes into a column in Unicode scalar values. Both are counted from 1.
fn column(line: &[u8], byte: usize) -> usize {
    let before = &line[..byte.saturating_sub(1).min(line.len())];
    before.iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1
}

fn write_line(line: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    line.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Escaped(Spaced)))?;
    writeln!(out)
}

/// A formatter that writes an object on one line, with spaces after commas and colons for readable diffs.
struct Spaced;

impl Formatter for Spaced {
    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

//! Exports and imports: observations as lines of JSON, which move them from one ledger to another.
//!
//! An export contains only observations, because the importing ledger derives statuses and due times from
//! them. It contains no hosts either: the importing program determines the rate limit of each URL.

use std::io::{BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::backend::Ledger;
use super::error::{LedgerError, LineError};
use super::legacy;
use super::observation::{MAX_URL, Observation, Reading, VANTAGE};
use super::types::{Enrolment, ImportedObservation, Merged};
use crate::diagnostic::printable;
use crate::json_escape;

/// The longest line that is read, in bytes. No ledger writes a longer one.
pub const MAX_LINE: u64 = 64 * 1024;

/// The number of lines that are merged in one transaction.
const BATCH: usize = 5_000;

/// The time by which another machine's clock may be ahead, in milliseconds.
const AHEAD: i64 = 24 * 60 * 60 * 1000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportLine {
    url: String,
    at: i64,
    reading: Reading,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The code of the cause. Versions that did not use codes yet wrote a message instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    final_url: Option<String>,
    /// Always [`VANTAGE`] in exports, and ignored by imports.
    vantage: String,
}

/// Writes all observations, one per line. Ledgers with the same observations produce the same export.
///
/// # Errors
/// Returns an error if the ledger or the writer fails.
pub fn export(ledger: &dyn Ledger, out: &mut dyn Write) -> Result<(), LedgerError> {
    ledger.observations(&mut |(url, observation)| {
        let Observation { at, reading, status, error, final_url } = observation;
        let error = error.map(|cause| cause.code().to_owned());
        let vantage = VANTAGE.to_owned();
        let line = ExportLine { url, at, reading, status, error, final_url, vantage };
        let mut written = Vec::new();
        json_escape::to_writer(&mut written, &line).map_err(std::io::Error::from)?;
        written.push(b'\n');
        Ok(out.write_all(&written)?)
    })
}

/// Adds the observations of an export to a ledger. The result does not depend on the order of imports, and
/// importing the same export again changes nothing. `key_of` returns the rate-limit key of a URL, or `None`
/// for a URL that is never checked.
///
/// # Errors
/// Returns [`LedgerError::Line`] at the first invalid line, or an error if the ledger or the reader
/// fails. Earlier lines may have been imported. Importing the corrected export again is safe.
pub fn import(
    ledger: &mut dyn Ledger,
    from: &mut dyn BufRead,
    key_of: &dyn Fn(&str) -> Option<String>,
    now: i64,
) -> Result<Merged, LedgerError> {
    let mut merged = Merged::default();
    let mut batch = Vec::new();
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let length = (&mut *from).take(MAX_LINE + 1).read_until(b'\n', &mut bytes)? as u64;
        if length > 0 {
            let observation = parse_line(&bytes, key_of, now);
            batch.push(observation.map_err(|problem| LedgerError::Line { line: number, problem })?);
        }
        if length == 0 || batch.len() == BATCH {
            let done = ledger.merge(&batch)?;
            merged.new += done.new;
            merged.known += done.known;
            batch.clear();
        }
        if length == 0 {
            break;
        }
    }
    Ok(merged)
}

fn parse_line(
    bytes: &[u8],
    key_of: &dyn Fn(&str) -> Option<String>,
    now: i64,
) -> Result<ImportedObservation, LineError> {
    if bytes.len() as u64 > MAX_LINE {
        return Err(LineError::TooLong { most: MAX_LINE });
    }
    let ExportLine { url, at, reading, status, error, final_url, vantage: _ } =
        serde_json::from_slice(bytes).map_err(|error| json_error(&error))?;
    if url.len() > MAX_URL {
        return Err(LineError::UrlTooLong { most: MAX_URL });
    }
    // After an observation from the far future, the URL would practically never be due again.
    if at < 0 || at > now.saturating_add(AHEAD) {
        return Err(LineError::BadTime);
    }
    let key = key_of(&url).ok_or(LineError::NeverChecked)?;
    let known = |text: String| {
        legacy::cause(&text).ok_or_else(|| LineError::UnknownCode { code: printable(&text).into() })
    };
    let error = error.map(known).transpose()?;
    let observation = Observation { at, reading, status, error, final_url };
    Ok(ImportedObservation { enrolment: Enrolment { url, key }, observation })
}

fn json_error(error: &serde_json::Error) -> LineError {
    // Drop the line number of the message, which is always 1: the parser sees only this line.
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    // The message may quote the line, whose text is not trusted.
    LineError::Json { message: printable(&text[..end]).into(), column: error.column() }
}

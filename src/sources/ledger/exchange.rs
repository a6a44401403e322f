//! Observations as lines of JSON, on their way from one ledger into another.
//!
//! What follows from observations does not travel: the other ledger finds it out itself. Nor do
//! hosts: who reads a line says to whom its URL must be polite, not the line.

use std::io::{BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::observation::{MAX_URL, Observation, Reading};
use super::{Enrolment, Entry, Ledger, LedgerError, Merged, legacy};
use crate::diagnostic::printable;

/// The longest line that is read, in bytes. No ledger writes a longer one.
pub const MAX_LINE: u64 = 64 * 1024;

/// How many lines are merged at once.
const BATCH: usize = 5_000;

/// How far a clock elsewhere may be ahead.
const AHEAD: i64 = 24 * 60 * 60 * 1000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    url: String,
    at: i64,
    reading: Reading,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The code of a cause; versions before codes wrote words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    final_url: Option<String>,
    vantage: String,
}

/// Writes all observations, a line each, in an order that depends on nothing else.
///
/// # Errors
/// If the ledger or the writer fails.
pub fn export(ledger: &dyn Ledger, out: &mut dyn Write) -> Result<(), LedgerError> {
    ledger.observations(&mut |(url, seen)| {
        let Observation { at, reading, status, error, final_url, vantage } = seen;
        let error = error.map(|cause| cause.code().to_owned());
        let line = Line { url, at, reading, status, error, final_url, vantage };
        let mut written = serde_json::to_vec(&line).map_err(std::io::Error::from)?;
        written.push(b'\n');
        Ok(out.write_all(&written)?)
    })
}

/// Takes in the observations of an export. To take one in twice, or several in another order, makes
/// the same ledger. `key_of` gives the key of politeness of a URL, or `None` if it is no URL that
/// is ever watched.
///
/// # Errors
/// [`LedgerError::Line`] at the first bad line; if the ledger or the reader fails. What stands on
/// the lines before may have been taken in: to go on with a mended export does no harm.
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
            let entry = read(&bytes, key_of, now);
            batch.push(entry.map_err(|what| LedgerError::Line { line: number, what })?);
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

fn read(bytes: &[u8], key_of: &dyn Fn(&str) -> Option<String>, now: i64) -> Result<Entry, String> {
    if bytes.len() as u64 > MAX_LINE {
        return Err(format!("it is longer than {MAX_LINE} bytes"));
    }
    let Line { url, at, reading, status, error, final_url, vantage } =
        serde_json::from_slice(bytes).map_err(|error| {
            // Its line number is that within this one line.
            let what = error.to_string();
            let end = what.rfind(" at line ").unwrap_or(what.len());
            // It quotes the line, which somebody else wrote.
            format!("{}, at column {}", printable(&what[..end]), error.column())
        })?;
    if url.len() > MAX_URL {
        return Err(format!("its URL is longer than {MAX_URL} bytes"));
    }
    // One look in a wrong future would be the last for ever.
    if at < 0 || at > now.saturating_add(AHEAD) {
        return Err("its time is in the future, or before 1970".to_owned());
    }
    let key = key_of(&url).ok_or("its URL is none that is ever asked for")?;
    let error =
        error.map(|error| legacy::cause(&error).ok_or(error)).transpose().map_err(|code| {
            format!("there is no error `{}`: a newer version may have written it", printable(&code))
        })?;
    let seen = Observation { at, reading, status, error, final_url, vantage };
    Ok(Entry { of: Enrolment { url, key }, seen })
}

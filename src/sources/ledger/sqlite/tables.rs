//! Functions that read rows, and statements that several methods share.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::super::error::{LedgerError, UnknownCode};
use super::super::observation::{Observation, Reading, VANTAGE};
use super::super::status_history::{History, UrlStatus};
use super::super::types::{Due, Lease, LeaseRequest};
use crate::diagnostic::printable;
use crate::source_status::{Cause, Reason, Verdict};

/// The value of the column `owner` while a host is leased.
const OWNER: &str = "dateline";

/// The value of the column `ready_at` for a host without URLs.
pub(super) const NEVER: i64 = i64::MAX;

/// The columns that [`status_in`] reads.
pub(super) const STATUS_COLUMNS: &str =
    "verdict, reason, strikes, first_fail_at, last_ok_at, url.final_url, checked_at, due_at";

/// Returns the id of the host with the given rate-limit key. Inserts the host if it is unknown.
pub(super) fn host_id(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<i64> {
    let find = "SELECT host_id FROM host WHERE politeness_key = ?1";
    if let Some(id) =
        transaction.prepare_cached(find)?.query_row([key], |row| row.get(0)).optional()?
    {
        return Ok(id);
    }
    let make = "INSERT INTO host (politeness_key, ready_at) VALUES (?1, ?2)";
    transaction.prepare_cached(make)?.insert(params![key, NEVER])
}

/// Adds a URL that is due at once. Returns `false`, and changes nothing, if the URL is already known.
pub(super) fn insert_url(
    transaction: &Transaction<'_>,
    url: &str,
    host: i64,
) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO url (url, host_id) VALUES (?1, ?2) ON CONFLICT (url) DO NOTHING";
    let new = transaction.prepare_cached(sql)?.execute(params![url, host])? == 1;
    if new {
        add_to_url_count(transaction, host, 1)?;
        update_ready_at(transaction, host)?;
    }
    Ok(new)
}

/// Moves a known URL to the given host.
pub(super) fn move_url(
    transaction: &Transaction<'_>,
    url: &str,
    host: i64,
) -> rusqlite::Result<()> {
    let find = "SELECT host_id FROM url WHERE url = ?1 AND host_id <> ?2";
    let old: Option<i64> = transaction
        .prepare_cached(find)?
        .query_row(params![url, host], |row| row.get(0))
        .optional()?;
    let Some(old) = old else { return Ok(()) };
    transaction
        .prepare_cached("UPDATE url SET host_id = ?2 WHERE url = ?1")?
        .execute(params![url, host])?;
    add_to_url_count(transaction, old, -1)?;
    add_to_url_count(transaction, host, 1)?;
    update_ready_at(transaction, host)
}

fn add_to_url_count(transaction: &Transaction<'_>, host: i64, by: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET urls = urls + ?2 WHERE host_id = ?1";
    transaction.prepare_cached(sql)?.execute([host, by])?;
    Ok(())
}

/// Leases a host, given by its id, rate-limit key and epoch.
pub(super) fn take_lease(
    transaction: &Transaction<'_>,
    (host, key, epoch): (i64, String, i64),
    request: LeaseRequest,
    now: i64,
) -> rusqlite::Result<Lease> {
    let sql = "UPDATE host SET ready_at = ?2, epoch = ?3, owner = ?4 WHERE host_id = ?1";
    // A lease without a duration could be granted twice at the same time.
    let until = now.saturating_add(request.duration.max(1));
    let lease = Lease { host, key, epoch: epoch.wrapping_add(1), until };
    let row = params![host, until, lease.epoch, OWNER];
    transaction.prepare_cached(sql)?.execute(row)?;
    Ok(lease)
}

/// Updates the time at which a host is ready. Changes nothing if the host is leased: it is then ready when
/// the lease ends.
pub(super) fn update_ready_at(transaction: &Transaction<'_>, host: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET ready_at = max(gate_at, coalesce(
            (SELECT min(due_at) FROM url WHERE url.host_id = host.host_id), ?2))
        WHERE host_id = ?1 AND owner IS NULL";
    transaction.prepare_cached(sql)?.execute([host, NEVER])?;
    Ok(())
}

/// Ends the lease of a host, and increments the epoch so that the lease cannot be used again. `gate` is the
/// time before which the host must not be contacted. `None` keeps the previous time.
pub(super) fn release(
    transaction: &Transaction<'_>,
    host: i64,
    epoch: i64,
    gate: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET owner = NULL, epoch = ?2 + 1, gate_at = coalesce(?3, gate_at)
        WHERE host_id = ?1";
    transaction.prepare_cached(sql)?.execute(params![host, epoch, gate])?;
    update_ready_at(transaction, host)
}

/// The position before all due URLs, for [`due`].
pub(super) const FIRST: (i64, i64) = (i64::MIN, i64::MIN);

/// Returns at most `most` URLs of a host that are due, starting with the one that has been due for longest.
/// Skips all URLs up to the position `after`: the due time and the id of a URL.
pub(super) fn due(
    connection: &Connection,
    host: i64,
    after: (i64, i64),
    now: i64,
    most: u32,
) -> rusqlite::Result<Vec<Due>> {
    let sql = "SELECT url_id, url, due_at FROM url
        WHERE host_id = ?1 AND due_at <= ?2 AND due_at >= ?3 AND (due_at > ?3 OR url_id > ?4)
        ORDER BY due_at, url_id LIMIT ?5";
    let mut statement = connection.prepare_cached(sql)?;
    let row = params![host, now, after.0, after.1, most.max(1)];
    statement.query_map(row, due_in)?.collect()
}

/// Reads a due URL from a row with the columns `url_id, url, due_at`.
pub(super) fn due_in(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due { id: row.get(0)?, url: row.get(1)?, since: row.get(2)? })
}

/// Stores an observation. Returns `false`, and changes nothing, if the observation is already stored.
pub(super) fn insert_observation(
    transaction: &Transaction<'_>,
    url: i64,
    seen: &Observation,
) -> Result<bool, LedgerError> {
    if !transaction.prepare_cached("SELECT 1 FROM url WHERE url_id = ?1")?.exists([url])? {
        return Err(LedgerError::NoSuchUrl { id: url });
    }
    let seen = seen.clone().clipped();
    let sql = "INSERT INTO observation
            (url_id, at, digest, reading, status, error, final_url, vantage)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    let reading = seen.reading.name();
    let new = transaction.prepare_cached(sql)?.execute(params![
        url,
        seen.at,
        seen.digest(),
        reading,
        seen.status,
        seen.error.map(Cause::code),
        seen.final_url,
        VANTAGE
    ])?;
    Ok(new == 1)
}

/// Updates the status of a URL from all its observations. Returns the id of the URL's host.
pub(super) fn update_status(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<i64> {
    let (url, host): (String, i64) = transaction
        .prepare_cached("SELECT url, host_id FROM url WHERE url_id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT at, reading, status, error, final_url FROM observation
        WHERE url_id = ?1 ORDER BY at, digest";
    let mut history = History::default();
    let mut statement = transaction.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        history.add(observation_in(row)?);
    }
    let Some(status) = history.status(&url) else { return Ok(host) };
    let sql = "UPDATE url SET verdict = ?2, reason = ?3, strikes = ?4, first_fail_at = ?5,
            last_ok_at = ?6, final_url = ?7, checked_at = ?8, due_at = ?9
        WHERE url_id = ?1";
    transaction.prepare_cached(sql)?.execute(params![
        id,
        status.verdict.name(),
        status.reason.map(Reason::code).unwrap_or_default(),
        status.strikes,
        status.first_fail_at,
        status.last_ok_at,
        status.final_url,
        status.checked_at,
        status.due_at
    ])?;
    Ok(host)
}

/// Reads a status from a row that begins with [`STATUS_COLUMNS`].
pub(super) fn status_in(row: &Row<'_>) -> rusqlite::Result<UrlStatus> {
    let reason: String = row.get(1)?;
    let reason = if reason.is_empty() {
        None
    } else {
        Some(Reason::from_code(&reason).ok_or_else(|| unknown(1, "reason", &reason))?)
    };
    Ok(UrlStatus {
        verdict: verdict_in(row, 0)?,
        reason,
        strikes: row.get(2)?,
        first_fail_at: row.get(3)?,
        last_ok_at: row.get(4)?,
        final_url: row.get(5)?,
        checked_at: row.get(6)?,
        due_at: row.get(7)?,
    })
}

/// Reads an observation from a row that begins with the columns `at, reading, status, error, final_url`.
pub(super) fn observation_in(row: &Row<'_>) -> rusqlite::Result<Observation> {
    let error: Option<String> = row.get(3)?;
    let cause = |code: String| Cause::from_code(&code).ok_or_else(|| unknown(3, "error", &code));
    Ok(Observation {
        at: row.get(0)?,
        reading: reading_in(row, 1)?,
        status: row.get(2)?,
        error: error.map(cause).transpose()?,
        final_url: row.get(4)?,
    })
}

/// Parses the reading in a column.
pub(super) fn reading_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Reading> {
    let name: String = row.get(column)?;
    Reading::from_name(&name).ok_or_else(|| unknown(column, "reading", &name))
}

/// Parses the verdict in a column.
pub(super) fn verdict_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Verdict> {
    let name: String = row.get(column)?;
    Verdict::from_name(&name).ok_or_else(|| unknown(column, "verdict", &name))
}

/// Returns the error for a text that is not a valid code in its column.
fn unknown(index: usize, column: &'static str, code: &str) -> rusqlite::Error {
    let reason = UnknownCode { column, code: printable(code).into() };
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(reason))
}

/// Reads the count in a column.
pub(super) fn count_in(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

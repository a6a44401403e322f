//! Rows: how they are read, and the statements that several methods share.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::super::observation::{Observation, Reading};
use super::super::status_history::{History, UrlStatus};
use super::super::{Due, Lease, LeaseRequest, LedgerError};
use crate::diagnostic::printable;
use crate::source_status::{Cause, Reason, Verdict};

/// When a host without URLs is ready.
pub(super) const NEVER: i64 = i64::MAX;

/// The columns of a standing, for [`standing_in`].
pub(super) const STANDING: &str =
    "verdict, reason, strikes, first_fail_at, last_ok_at, url.final_url, checked_at, due_at";

/// The host of that key, made if there is none.
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

/// Adds a URL, due at once. Returns whether it is new.
pub(super) fn insert_url(
    transaction: &Transaction<'_>,
    url: &str,
    host: i64,
) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO url (url, host_id) VALUES (?1, ?2) ON CONFLICT (url) DO NOTHING";
    let new = transaction.prepare_cached(sql)?.execute(params![url, host])? == 1;
    if new {
        grow(transaction, host, 1)?;
        settle(transaction, host)?;
    }
    Ok(new)
}

/// Gives a known URL to that host.
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
    grow(transaction, old, -1)?;
    grow(transaction, host, 1)?;
    settle(transaction, host)
}

fn grow(transaction: &Transaction<'_>, host: i64, by: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET urls = urls + ?2 WHERE host_id = ?1";
    transaction.prepare_cached(sql)?.execute([host, by])?;
    Ok(())
}

/// Takes a host, given as its id, key and epoch.
pub(super) fn seize(
    transaction: &Transaction<'_>,
    (host, key, epoch): (i64, String, i64),
    terms: LeaseRequest<'_>,
    now: i64,
) -> rusqlite::Result<Lease> {
    let sql = "UPDATE host SET ready_at = ?2, epoch = ?3, owner = ?4 WHERE host_id = ?1";
    // A lease that is over at once would be given away twice.
    let until = now.saturating_add(terms.lease.max(1));
    let lease = Lease { host, key, epoch: epoch.wrapping_add(1), until };
    let row = params![host, until, lease.epoch, terms.worker];
    transaction.prepare_cached(sql)?.execute(row)?;
    Ok(lease)
}

/// Says when a host is ready, unless it is leased: then its lease says so.
pub(super) fn settle(transaction: &Transaction<'_>, host: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET ready_at = max(gate_at, coalesce(
            (SELECT min(due_at) FROM url WHERE url.host_id = host.host_id), ?2))
        WHERE host_id = ?1 AND owner IS NULL";
    transaction.prepare_cached(sql)?.execute([host, NEVER])?;
    Ok(())
}

/// Ends whatever lease a host has, for good: its epoch moves on.
pub(super) fn free(
    transaction: &Transaction<'_>,
    host: i64,
    epoch: i64,
    gate: Option<i64>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET owner = NULL, epoch = ?2 + 1, gate_at = coalesce(?3, gate_at)
        WHERE host_id = ?1";
    transaction.prepare_cached(sql)?.execute(params![host, epoch, gate])?;
    settle(transaction, host)
}

/// Before all that is due.
pub(super) const FIRST: (i64, i64) = (i64::MIN, i64::MIN);

/// The URLs of a host that are due and come after that time and id, the stalest first.
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

/// Reads `url_id, url, due_at`.
pub(super) fn due_in(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due { id: row.get(0)?, url: row.get(1)?, due_at: row.get(2)? })
}

/// Keeps an observation. Returns whether it is new.
pub(super) fn record(
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
        seen.vantage
    ])?;
    Ok(new == 1)
}

/// Makes the standing of a URL anew, from all its observations. Returns its host.
pub(super) fn restate(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<i64> {
    let (url, host): (String, i64) = transaction
        .prepare_cached("SELECT url, host_id FROM url WHERE url_id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT at, reading, status, error, final_url, vantage FROM observation
        WHERE url_id = ?1 ORDER BY at, digest";
    let mut history = History::default();
    let mut statement = transaction.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        history.take(observation_in(row)?);
    }
    let Some(standing) = history.standing(&url) else { return Ok(host) };
    let sql = "UPDATE url SET verdict = ?2, reason = ?3, strikes = ?4, first_fail_at = ?5,
            last_ok_at = ?6, final_url = ?7, checked_at = ?8, due_at = ?9
        WHERE url_id = ?1";
    transaction.prepare_cached(sql)?.execute(params![
        id,
        standing.verdict.name(),
        standing.reason.map(Reason::code).unwrap_or_default(),
        standing.strikes,
        standing.first_fail_at,
        standing.last_ok_at,
        standing.final_url,
        standing.checked_at,
        standing.due_at
    ])?;
    Ok(host)
}

/// Reads the columns of `STANDING`, which come first.
pub(super) fn standing_in(row: &Row<'_>) -> rusqlite::Result<UrlStatus> {
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

/// Reads `at, reading, status, error, final_url, vantage`, which come first.
pub(super) fn observation_in(row: &Row<'_>) -> rusqlite::Result<Observation> {
    let error: Option<String> = row.get(3)?;
    let cause = |code: String| Cause::from_code(&code).ok_or_else(|| unknown(3, "error", &code));
    Ok(Observation {
        at: row.get(0)?,
        reading: reading_in(row, 1)?,
        status: row.get(2)?,
        error: error.map(cause).transpose()?,
        final_url: row.get(4)?,
        vantage: row.get(5)?,
    })
}

pub(super) fn reading_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Reading> {
    let name: String = row.get(column)?;
    Reading::from_name(&name).ok_or_else(|| unknown(column, "reading", &name))
}

pub(super) fn verdict_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Verdict> {
    let name: String = row.get(column)?;
    Verdict::from_name(&name).ok_or_else(|| unknown(column, "verdict", &name))
}

/// The error for a text that is none of the codes of its column.
fn unknown(column: usize, what: &str, code: &str) -> rusqlite::Error {
    let code = printable(code);
    let what = format!("there is no {what} `{code}`").into();
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what)
}

pub(super) fn count_in(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

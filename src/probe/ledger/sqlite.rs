//! A ledger in one file of `SQLite`.
//!
//! Text goes into statements as parameters only. What writes begins with `BEGIN IMMEDIATE`: to
//! read first and write later would fail if another worker wrote in between.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::observation::{MAX_URL, Observation, Reading};
use super::strikes::{History, Standing};
use super::{
    Claim, Counts, Due, Enrolled, Enrolment, Entry, HostCount, Lease, Ledger, LedgerError, Merged,
    Terms, Visit, file,
};
use crate::verdict::Verdict;

/// How many URLs are enrolled in one transaction: others are not kept waiting for long.
const BATCH: usize = 10_000;

/// When a host without URLs is ready.
const NEVER: i64 = i64::MAX;

const STANDING: &str =
    "verdict, reason, strikes, first_fail_at, last_ok_at, url.final_url, checked_at, due_at";

/// A ledger in one file of `SQLite`. Several may have one file open at once, in one process or many.
#[derive(Debug)]
pub struct SqliteLedger {
    connection: Connection,
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl SqliteLedger {
    /// Opens the ledger at `path`, and makes it and its folder if there is none.
    ///
    /// # Errors
    /// If the file can't be opened or made, if it or a file beside it that `SQLite` would write is a
    /// link, if it is something else than a ledger, or of a newer version.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self { connection: file::open(path)? })
    }

    /// Looks for damage, of the whole file.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] with what is found first.
    pub fn check_integrity(&self) -> Result<(), LedgerError> {
        let found: String =
            self.connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let dangling = "SELECT count(*) FROM pragma_foreign_key_check";
        let dangling: u32 = self.connection.query_row(dangling, [], |row| row.get(0))?;
        match (found.as_str(), dangling) {
            ("ok", 0) => Ok(()),
            ("ok", _) => Err(LedgerError::Damaged { what: format!("{dangling} rows dangle") }),
            _ => Err(LedgerError::Damaged { what: found }),
        }
    }

    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

impl Ledger for SqliteLedger {
    fn enroll(
        &mut self,
        urls: &mut dyn Iterator<Item = Enrolment>,
    ) -> Result<Enrolled, LedgerError> {
        let mut enrolled = Enrolled::default();
        let mut urls = urls.peekable();
        while urls.peek().is_some() {
            let batch: Vec<_> = urls.by_ref().take(BATCH).collect();
            let transaction = self.begin()?;
            for one in &batch {
                if one.url.len() > MAX_URL {
                    enrolled.too_long += 1;
                    continue;
                }
                let host = host_id(&transaction, &one.key)?;
                if insert_url(&transaction, &one.url, host)? {
                    enrolled.new += 1;
                } else {
                    enrolled.known += 1;
                    move_url(&transaction, &one.url, host)?;
                }
            }
            transaction.commit()?;
        }
        Ok(enrolled)
    }

    fn claim(&mut self, terms: Terms<'_>, now: i64) -> Result<Option<Claim>, LedgerError> {
        let transaction = self.begin()?;
        let next = "SELECT host_id, politeness_key, epoch FROM host WHERE ready_at <= ?1
            ORDER BY ready_at, host_id LIMIT 1";
        let take = "UPDATE host SET ready_at = ?2, epoch = ?3, owner = ?4 WHERE host_id = ?1";
        let claim = loop {
            let found = transaction
                .prepare_cached(next)?
                .query_row([now], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let Some((host, key, epoch)) = found else { break None };
            let epoch: i64 = epoch;
            let urls = due(&transaction, host, now, terms.urls)?;
            if urls.is_empty() {
                // Its worker died after the last URL, or the lease's URLs went to other hosts.
                free(&transaction, host, epoch, None)?;
                continue;
            }
            // A lease that is over at once would be given away twice.
            let until = now.saturating_add(terms.lease.max(1));
            let lease = Lease { host, key, epoch: epoch.wrapping_add(1), until };
            transaction.prepare_cached(take)?.execute(params![
                host,
                until,
                lease.epoch,
                terms.worker
            ])?;
            break Some(Claim { lease, urls });
        };
        transaction.commit()?;
        Ok(claim)
    }

    fn holds(&self, lease: &Lease, now: i64) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM host WHERE host_id = ?1 AND epoch = ?2 AND ready_at > ?3";
        Ok(self.connection.prepare_cached(sql)?.exists([lease.host, lease.epoch, now])?)
    }

    fn renew(&mut self, lease: &mut Lease, until: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE host SET ready_at = ?3 WHERE host_id = ?1 AND epoch = ?2";
        if self.connection.execute(sql, [lease.host, lease.epoch, until])? == 0 {
            return Err(LedgerError::Fenced { key: lease.key.clone() });
        }
        lease.until = until;
        Ok(())
    }

    fn complete(
        &mut self,
        lease: &Lease,
        seen: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError> {
        let transaction = self.begin()?;
        let sql = "SELECT 1 FROM host WHERE host_id = ?1 AND epoch = ?2";
        if !transaction.prepare_cached(sql)?.exists([lease.host, lease.epoch])? {
            return Err(LedgerError::Fenced { key: lease.key.clone() });
        }
        let mut touched = BTreeSet::new();
        for (url, observation) in seen {
            record(&transaction, *url, observation)?;
            touched.insert(*url);
        }
        for url in touched {
            restate(&transaction, url)?;
        }
        free(&transaction, lease.host, lease.epoch, Some(gate))?;
        Ok(transaction.commit()?)
    }

    fn standing(&self, url: &str) -> Result<Option<Standing>, LedgerError> {
        let sql = format!("SELECT {STANDING} FROM url WHERE url = ?1 AND verdict IS NOT NULL");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([url])?;
        rows.next()?.map(standing_in).transpose()
    }

    fn standings(&self, visit: Visit<'_, (String, Standing)>) -> Result<(), LedgerError> {
        let sql = format!("SELECT {STANDING}, url FROM url WHERE verdict IS NOT NULL ORDER BY url");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get("url")?, standing_in(row)?))?;
        }
        Ok(())
    }

    fn next_ready_at(&self) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT min(ready_at) FROM host WHERE ready_at < ?1";
        Ok(self.connection.query_row(sql, [NEVER], |row| row.get(0))?)
    }

    fn counts(&self, now: i64) -> Result<Counts, LedgerError> {
        let mut counts = Counts::default();
        let sql = "SELECT verdict, count(*), count(CASE WHEN due_at <= ?1 THEN 1 END)
            FROM url GROUP BY verdict";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([now])?;
        while let Some(row) = rows.next()? {
            let urls = count_in(row, 1)?;
            counts.urls += urls;
            counts.due += count_in(row, 2)?;
            match row.get::<_, Option<String>>(0)? {
                None => counts.unseen = urls,
                Some(name) => *counts.by_verdict.entry(verdict(&name)?).or_default() += urls,
            }
        }
        Ok(counts)
    }

    fn hosts(&self, now: i64, visit: Visit<'_, HostCount>) -> Result<(), LedgerError> {
        let sql = "SELECT politeness_key, count(*), count(CASE WHEN due_at <= ?1 THEN 1 END)
            FROM host JOIN url USING (host_id) GROUP BY politeness_key ORDER BY politeness_key";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([now])?;
        while let Some(row) = rows.next()? {
            let (urls, due) = (count_in(row, 1)?, count_in(row, 2)?);
            visit(HostCount { key: row.get(0)?, urls, due })?;
        }
        Ok(())
    }

    fn observations(&self, visit: Visit<'_, (String, Observation)>) -> Result<(), LedgerError> {
        let sql = "SELECT at, reading, status, error, observation.final_url, vantage, url
            FROM url JOIN observation USING (url_id) ORDER BY url, at, digest";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get(6)?, observation_in(row)?))?;
        }
        Ok(())
    }

    fn merge(&mut self, entries: &[Entry]) -> Result<Merged, LedgerError> {
        let transaction = self.begin()?;
        let mut merged = Merged::default();
        let mut touched = BTreeSet::new();
        for Entry { of, seen } in entries {
            if of.url.len() > MAX_URL {
                return Err(LedgerError::TooLong { length: of.url.len() });
            }
            let find = "SELECT url_id FROM url WHERE url = ?1";
            let id = |row: &Row<'_>| row.get(0);
            let known = transaction.prepare_cached(find)?.query_row([&of.url], id).optional()?;
            let url = if let Some(url) = known {
                url
            } else {
                let host = host_id(&transaction, &of.key)?;
                insert_url(&transaction, &of.url, host)?;
                transaction.prepare_cached(find)?.query_row([&of.url], id)?
            };
            if record(&transaction, url, seen)? {
                merged.new += 1;
                touched.insert(url);
            } else {
                merged.known += 1;
            }
        }
        for url in touched {
            let host = restate(&transaction, url)?;
            settle(&transaction, host)?;
        }
        transaction.commit()?;
        Ok(merged)
    }
}

/// The host of that key, made if there is none.
fn host_id(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<i64> {
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
fn insert_url(transaction: &Transaction<'_>, url: &str, host: i64) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO url (url, host_id) VALUES (?1, ?2) ON CONFLICT (url) DO NOTHING";
    let new = transaction.prepare_cached(sql)?.execute(params![url, host])? == 1;
    if new {
        settle(transaction, host)?;
    }
    Ok(new)
}

fn move_url(transaction: &Transaction<'_>, url: &str, host: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE url SET host_id = ?2 WHERE url = ?1 AND host_id <> ?2";
    if transaction.prepare_cached(sql)?.execute(params![url, host])? == 1 {
        settle(transaction, host)?;
    }
    Ok(())
}

/// Says when a host is ready, unless it is leased: then its lease says so.
fn settle(transaction: &Transaction<'_>, host: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE host SET ready_at = max(gate_at, coalesce(
            (SELECT min(due_at) FROM url WHERE url.host_id = host.host_id), ?2))
        WHERE host_id = ?1 AND owner IS NULL";
    transaction.prepare_cached(sql)?.execute([host, NEVER])?;
    Ok(())
}

/// Ends whatever lease a host has, for good: its epoch moves on.
fn free(
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

fn due(
    transaction: &Transaction<'_>,
    host: i64,
    now: i64,
    most: u32,
) -> rusqlite::Result<Vec<Due>> {
    let sql = "SELECT url_id, url FROM url WHERE host_id = ?1 AND due_at <= ?2
        ORDER BY due_at, url_id LIMIT ?3";
    let mut statement = transaction.prepare_cached(sql)?;
    let rows = statement.query_map(params![host, now, most.max(1)], |row| {
        Ok(Due { id: row.get(0)?, url: row.get(1)? })
    })?;
    rows.collect()
}

/// Keeps an observation. Returns whether it is new.
fn record(
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
        seen.error,
        seen.final_url,
        seen.vantage
    ])?;
    Ok(new == 1)
}

/// Makes the standing of a URL anew, from all its observations. Returns its host.
fn restate(transaction: &Transaction<'_>, id: i64) -> Result<i64, LedgerError> {
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
        standing.reason,
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
fn standing_in(row: &Row<'_>) -> Result<Standing, LedgerError> {
    Ok(Standing {
        verdict: verdict(&row.get::<_, String>(0)?)?,
        reason: row.get(1)?,
        strikes: row.get(2)?,
        first_fail_at: row.get(3)?,
        last_ok_at: row.get(4)?,
        final_url: row.get(5)?,
        checked_at: row.get(6)?,
        due_at: row.get(7)?,
    })
}

/// Reads `at, reading, status, error, final_url, vantage`, which come first.
fn observation_in(row: &Row<'_>) -> Result<Observation, LedgerError> {
    let name: String = row.get(1)?;
    let reading = Reading::from_name(&name)
        .ok_or_else(|| LedgerError::Damaged { what: format!("there is no reading `{name}`") })?;
    Ok(Observation {
        at: row.get(0)?,
        reading,
        status: row.get(2)?,
        error: row.get(3)?,
        final_url: row.get(4)?,
        vantage: row.get(5)?,
    })
}

fn verdict(name: &str) -> Result<Verdict, LedgerError> {
    Verdict::from_name(name)
        .ok_or_else(|| LedgerError::Damaged { what: format!("there is no verdict `{name}`") })
}

fn count_in(row: &Row<'_>, column: usize) -> Result<u64, LedgerError> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

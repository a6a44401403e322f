//! A ledger in one file of `SQLite`.
//!
//! Text goes into statements as parameters only. What writes begins with `BEGIN IMMEDIATE`: to
//! read first and write later would fail if another worker wrote in between.

mod codes;
mod file;
mod schema;
mod tables;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use self::tables::{
    FIRST, NEVER, STANDING, count_in, due, due_in, free, host_id, insert_url, move_url,
    observation_in, record, restate, seize, settle, standing_in, verdict_in,
};
use super::observation::{MAX_URL, Observation};
use super::status_history::UrlStatus;
use super::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, Entry, HostCount, Lease, LeaseRequest,
    Leasing, Ledger, LedgerError, Merged, Patience, Robots, Visit,
};

/// How many URLs are enrolled in one transaction: others are not kept waiting for long.
const BATCH: usize = 10_000;

/// A ledger in one file of `SQLite`. Several may have one file open at once, in one process or many.
#[derive(Debug)]
pub struct SqliteLedger {
    connection: Connection,
    path: PathBuf,
    patience: Patience,
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            // A value that is none of those a ledger stores.
            rusqlite::Error::FromSqlConversionFailure(_, _, what) => {
                Self::Damaged { what: what.to_string() }
            }
            error => Self::Database(Box::new(error)),
        }
    }
}

impl SqliteLedger {
    /// Opens the ledger at `path`, and makes it and its folder if there is none.
    ///
    /// # Errors
    /// If the file can't be opened or made, if it or a file beside it that `SQLite` would write is a
    /// link, if it is something else than a ledger, or of a newer version.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::open_with(path, Patience::default())
    }

    /// Opens the ledger as [`SqliteLedger::open`] does, and waits as `patience` says where another
    /// process has locked it.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`], or [`LedgerError::Locked`].
    pub fn open_with(path: &Path, patience: Patience) -> Result<Self, LedgerError> {
        let connection = file::open(path, patience)?;
        Ok(Self { connection, path: path.to_path_buf(), patience })
    }

    /// Opens a ledger that is there to look at it: also one on a file system that can't be written.
    ///
    /// # Errors
    /// As [`SqliteLedger::open_with`].
    pub fn open_to_look(path: &Path, patience: Patience) -> Result<Self, LedgerError> {
        let connection = file::open_to_look(path, patience)?;
        Ok(Self { connection, path: path.to_path_buf(), patience })
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

    /// Begins what writes, once no other process does.
    fn begin(&mut self) -> Result<Transaction<'_>, LedgerError> {
        let Self { connection, path, patience } = self;
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        begun.map_err(|error| file::failed(path, *patience, error))
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

    fn claim(&mut self, terms: LeaseRequest<'_>, now: i64) -> Result<Option<Claim>, LedgerError> {
        let transaction = self.begin()?;
        let next = "SELECT host_id, politeness_key, epoch FROM host WHERE ready_at <= ?1
            ORDER BY ready_at, urls DESC, host_id LIMIT 1";
        let claim = loop {
            let found = transaction
                .prepare_cached(next)?
                .query_row([now], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let Some((host, key, epoch)) = found else { break None };
            let epoch: i64 = epoch;
            let urls = due(&transaction, host, FIRST, now, terms.urls)?;
            if urls.is_empty() {
                // Its worker died after the last URL, or the lease's URLs went to other hosts.
                free(&transaction, host, epoch, None)?;
                continue;
            }
            let lease = seize(&transaction, (host, key, epoch), terms, now)?;
            break Some(Claim { lease, urls });
        };
        transaction.commit()?;
        Ok(claim)
    }

    fn lease(
        &mut self,
        key: &str,
        terms: LeaseRequest<'_>,
        now: i64,
    ) -> Result<Leasing, LedgerError> {
        let transaction = self.begin()?;
        let host = host_id(&transaction, key)?;
        // Of a host that nobody holds, what is due does not matter here, only its gate.
        let sql = "SELECT epoch, CASE WHEN owner IS NULL THEN gate_at ELSE ready_at END
            FROM host WHERE host_id = ?1";
        let (epoch, free_at): (i64, i64) = transaction
            .prepare_cached(sql)?
            .query_row([host], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let leasing = if free_at > now {
            Leasing::NotBefore(free_at)
        } else {
            Leasing::Granted(seize(&transaction, (host, key.to_owned(), epoch), terms, now)?)
        };
        transaction.commit()?;
        Ok(leasing)
    }

    fn due_after(
        &self,
        lease: &Lease,
        last: &Due,
        most: u32,
        now: i64,
    ) -> Result<Vec<Due>, LedgerError> {
        Ok(due(&self.connection, lease.host, (last.due_at, last.id), now, most)?)
    }

    fn due(&self, url: &str, now: i64) -> Result<Option<Due>, LedgerError> {
        let sql = "SELECT url_id, url, due_at FROM url WHERE url = ?1 AND due_at <= ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![url, now], due_in).optional()?)
    }

    fn alive(&self, most: u32) -> Result<Vec<String>, LedgerError> {
        // Of a group's rows the one with the maximum is told.
        let sql = "SELECT url, max(last_ok_at) FROM url WHERE verdict IN ('alive', 'moved')
            GROUP BY host_id ORDER BY 2 DESC, url LIMIT ?1";
        let mut statement = self.connection.prepare(sql)?;
        let urls = statement.query_map([most], |row| row.get(0))?.collect::<Result<_, _>>();
        Ok(urls?)
    }

    fn holds(&self, lease: &Lease, now: i64) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM host WHERE host_id = ?1 AND epoch = ?2 AND ready_at > ?3";
        Ok(self.connection.prepare_cached(sql)?.exists([lease.host, lease.epoch, now])?)
    }

    fn renew(&mut self, lease: &mut Lease, until: i64) -> Result<(), LedgerError> {
        let sql = "UPDATE host SET ready_at = ?3 WHERE host_id = ?1 AND epoch = ?2";
        let transaction = self.begin()?;
        if transaction.execute(sql, [lease.host, lease.epoch, until])? == 0 {
            return Err(LedgerError::LeaseLost { key: lease.key.clone() });
        }
        transaction.commit()?;
        lease.until = until;
        Ok(())
    }

    fn record(&mut self, lease: &Lease, seen: &[(i64, Observation)]) -> Result<(), LedgerError> {
        let transaction = self.begin()?;
        record_under(&transaction, lease, seen)?;
        Ok(transaction.commit()?)
    }

    fn complete(
        &mut self,
        lease: &Lease,
        seen: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError> {
        let transaction = self.begin()?;
        record_under(&transaction, lease, seen)?;
        free(&transaction, lease.host, lease.epoch, Some(gate))?;
        Ok(transaction.commit()?)
    }

    fn standing(&self, url: &str) -> Result<Option<UrlStatus>, LedgerError> {
        let sql = format!("SELECT {STANDING} FROM url WHERE url = ?1 AND verdict IS NOT NULL");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([url])?;
        Ok(rows.next()?.map(standing_in).transpose()?)
    }

    fn standings(&self, visit: Visit<'_, (String, UrlStatus)>) -> Result<(), LedgerError> {
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
            if row.get_ref(0)? == ValueRef::Null {
                counts.unseen = urls;
            } else {
                *counts.by_verdict.entry(verdict_in(row, 0)?).or_default() += urls;
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

    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError> {
        let sql = "SELECT fetched_at, failing_since, rules FROM robots WHERE origin = ?1";
        let robots = |row: &Row<'_>| {
            let (fetched_at, failing_since) = (row.get(0)?, row.get(1)?);
            Ok(Robots { fetched_at, failing_since, rules: row.get(2)? })
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([origin], robots).optional()?)
    }

    fn keep_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError> {
        let sql = "INSERT OR REPLACE INTO robots VALUES (?1, ?2, ?3, ?4)";
        let Robots { fetched_at, failing_since, rules } = robots;
        let row = params![origin, fetched_at, failing_since, rules];
        let transaction = self.begin()?;
        transaction.prepare_cached(sql)?.execute(row)?;
        Ok(transaction.commit()?)
    }

    fn capture(&self, url: &str) -> Result<Option<Capture>, LedgerError> {
        let sql = "SELECT looked_at, found FROM capture WHERE url = ?1";
        let capture = |row: &Row<'_>| Ok(Capture { looked_at: row.get(0)?, found: row.get(1)? });
        Ok(self.connection.prepare_cached(sql)?.query_row([url], capture).optional()?)
    }

    fn keep_capture(&mut self, url: &str, capture: &Capture) -> Result<(), LedgerError> {
        let sql = "INSERT OR REPLACE INTO capture VALUES (?1, ?2, ?3)";
        let row = params![url, capture.looked_at, capture.found];
        let transaction = self.begin()?;
        transaction.prepare_cached(sql)?.execute(row)?;
        Ok(transaction.commit()?)
    }
}

/// Keeps what was seen under a lease, if that is still good.
fn record_under(
    transaction: &Transaction<'_>,
    lease: &Lease,
    seen: &[(i64, Observation)],
) -> Result<(), LedgerError> {
    let sql = "SELECT 1 FROM host WHERE host_id = ?1 AND epoch = ?2";
    if !transaction.prepare_cached(sql)?.exists([lease.host, lease.epoch])? {
        return Err(LedgerError::LeaseLost { key: lease.key.clone() });
    }
    let mut touched = BTreeSet::new();
    for (url, observation) in seen {
        record(transaction, *url, observation)?;
        touched.insert(*url);
    }
    for url in touched {
        restate(transaction, url)?;
    }
    Ok(())
}

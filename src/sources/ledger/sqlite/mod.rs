//! A ledger in a single `SQLite` file.
//!
//! Statements receive text only as parameters. Transactions that write begin with `BEGIN IMMEDIATE`.
//! Otherwise, a transaction that first reads and then writes would fail if another process wrote in
//! between.

mod captures;
mod codes;
mod error;
mod file;
mod schema;
mod tables;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use self::tables::{
    FIRST, NEVER, STATUS_COLUMNS, count_in, due, due_in, host_id, insert_observation, insert_url,
    move_url, observation_in, release, status_in, take_lease, update_ready_at, update_status,
    verdict_in,
};
use super::backend::{Ledger, Visit};
use super::error::{Damage, LedgerError};
use super::observation::{MAX_URL, Observation};
use super::patience::Patience;
use super::status_history::UrlStatus;
use super::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, HostCount, ImportedObservation, Lease,
    LeaseReply, LeaseRequest, Merged, Robots,
};

/// The number of URLs that are enrolled in one transaction. The limit keeps other processes from waiting
/// for long.
const BATCH: usize = 10_000;

/// A ledger in a single `SQLite` file. Several instances can have the same file open at once, in one
/// process or in several.
#[derive(Debug)]
pub struct SqliteLedger {
    connection: Connection,
    path: PathBuf,
    patience: Patience,
}

impl SqliteLedger {
    /// Opens the ledger at `path`, and creates the ledger and its folder if they are missing. `patience`
    /// determines how long to wait if another process has locked the ledger.
    ///
    /// # Errors
    /// - [`LedgerError::Open`] if the file or its folder cannot be opened or created.
    /// - [`LedgerError::NotAFile`] if the file, or a file next to it that `SQLite` uses, is not a regular
    ///   file.
    /// - [`LedgerError::NotALedger`] if the file is not a ledger.
    /// - [`LedgerError::Newer`] if a newer version of the program wrote the ledger.
    /// - [`LedgerError::Locked`] if another process keeps the ledger locked for longer than `patience`
    ///   allows.
    pub fn open_with(path: &Path, patience: Patience) -> Result<Self, LedgerError> {
        let connection = file::open(path, patience)?;
        Ok(Self { connection, path: path.to_path_buf(), patience })
    }

    /// Opens the ledger at `path` for reading, even on a read-only file system. Like
    /// [`SqliteLedger::open_with`], creates the ledger if it is missing.
    ///
    /// # Errors
    /// Returns the same errors as [`SqliteLedger::open_with`].
    pub fn open_for_reading(path: &Path, patience: Patience) -> Result<Self, LedgerError> {
        let connection = file::open_for_reading(path, patience)?;
        Ok(Self { connection, path: path.to_path_buf(), patience })
    }

    /// Opens the ledger at `path` for reading, and writes nothing: it creates no files and changes no tables.
    /// Returns `None` if another version of the program wrote the ledger.
    ///
    /// # Errors
    /// Returns the same errors as [`SqliteLedger::open_with`].
    pub fn open_without_writing(
        path: &Path,
        patience: Patience,
    ) -> Result<Option<Self>, LedgerError> {
        let connection = file::open_without_writing(path, patience)?;
        let path = path.to_path_buf();
        Ok(connection.map(|connection| Self { connection, path, patience }))
    }

    /// Begins a transaction that writes. Waits until no other process is writing.
    fn begin(&mut self) -> Result<Transaction<'_>, LedgerError> {
        let Self { connection, path, patience } = self;
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        begun.map_err(|error| file::failed(path, *patience, error))
    }
}

/// Functions that only tests use.
#[cfg(any(test, feature = "internals"))]
impl SqliteLedger {
    /// Opens the ledger at `path` with the default patience.
    ///
    /// # Errors
    /// Returns the same errors as [`SqliteLedger::open_with`].
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Self::open_with(path, Patience::default())
    }

    /// Checks the whole file for damage.
    ///
    /// # Errors
    /// Returns [`LedgerError::Damaged`] with the first problem, or an error if the database fails.
    pub fn check_integrity(&self) -> Result<(), LedgerError> {
        let found: String =
            self.connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let dangling = "SELECT count(*) FROM pragma_foreign_key_check";
        let dangling: u32 = self.connection.query_row(dangling, [], |row| row.get(0))?;
        match (found.as_str(), dangling) {
            ("ok", 0) => Ok(()),
            ("ok", count) => Err(LedgerError::Damaged(Damage::DanglingRows { count })),
            _ => Err(LedgerError::Damaged(Damage::File { report: found })),
        }
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

    fn claim(&mut self, request: LeaseRequest, now: i64) -> Result<Option<Claim>, LedgerError> {
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
            let urls = due(&transaction, host, FIRST, now, request.max_urls)?;
            if urls.is_empty() {
                // The host is marked as ready, but none of its URLs is due. Either its last lease
                // expired after all URLs had been checked, or its URLs moved to other hosts.
                release(&transaction, host, epoch, None)?;
                continue;
            }
            let lease = take_lease(&transaction, (host, key, epoch), request, now)?;
            break Some(Claim { lease, urls });
        };
        transaction.commit()?;
        Ok(claim)
    }

    fn lease(
        &mut self,
        key: &str,
        request: LeaseRequest,
        now: i64,
    ) -> Result<LeaseReply, LedgerError> {
        let transaction = self.begin()?;
        let host = host_id(&transaction, key)?;
        // A host without a lease can be leased once its gate has passed, even if none of its URLs is due.
        let sql = "SELECT epoch, CASE WHEN owner IS NULL THEN gate_at ELSE ready_at END
            FROM host WHERE host_id = ?1";
        let (epoch, free_at): (i64, i64) = transaction
            .prepare_cached(sql)?
            .query_row([host], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let reply = if free_at > now {
            LeaseReply::NotBefore(free_at)
        } else {
            LeaseReply::Granted(take_lease(
                &transaction,
                (host, key.to_owned(), epoch),
                request,
                now,
            )?)
        };
        transaction.commit()?;
        Ok(reply)
    }

    fn due_after(
        &self,
        lease: &Lease,
        last: &Due,
        most: u32,
        now: i64,
    ) -> Result<Vec<Due>, LedgerError> {
        Ok(due(&self.connection, lease.host, (last.since, last.id), now, most)?)
    }

    fn due(&self, url: &str, now: i64) -> Result<Option<Due>, LedgerError> {
        let sql = "SELECT url_id, url, due_at FROM url WHERE url = ?1 AND due_at <= ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![url, now], due_in).optional()?)
    }

    fn alive(&self, most: u32) -> Result<Vec<String>, LedgerError> {
        // SQLite takes the other columns of a group from the row with the maximum.
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

    fn record(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
    ) -> Result<(), LedgerError> {
        let transaction = self.begin()?;
        record_under(&transaction, lease, observations)?;
        Ok(transaction.commit()?)
    }

    fn complete(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError> {
        let transaction = self.begin()?;
        record_under(&transaction, lease, observations)?;
        release(&transaction, lease.host, lease.epoch, Some(gate))?;
        Ok(transaction.commit()?)
    }

    fn status(&self, url: &str) -> Result<Option<UrlStatus>, LedgerError> {
        let sql =
            format!("SELECT {STATUS_COLUMNS} FROM url WHERE url = ?1 AND verdict IS NOT NULL");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([url])?;
        Ok(rows.next()?.map(status_in).transpose()?)
    }

    fn statuses(&self, visit: Visit<'_, (String, UrlStatus)>) -> Result<(), LedgerError> {
        let sql =
            format!("SELECT {STATUS_COLUMNS}, url FROM url WHERE verdict IS NOT NULL ORDER BY url");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get("url")?, status_in(row)?))?;
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
        let sql = "SELECT at, reading, status, error, observation.final_url, url
            FROM url JOIN observation USING (url_id) ORDER BY url, at, digest";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get(5)?, observation_in(row)?))?;
        }
        Ok(())
    }

    fn merge(&mut self, observations: &[ImportedObservation]) -> Result<Merged, LedgerError> {
        let transaction = self.begin()?;
        let mut merged = Merged::default();
        let mut touched = BTreeSet::new();
        for ImportedObservation { enrolment, observation } in observations {
            if enrolment.url.len() > MAX_URL {
                return Err(LedgerError::TooLong { length: enrolment.url.len() });
            }
            let find = "SELECT url_id FROM url WHERE url = ?1";
            let id = |row: &Row<'_>| row.get(0);
            let known =
                transaction.prepare_cached(find)?.query_row([&enrolment.url], id).optional()?;
            let url = if let Some(url) = known {
                url
            } else {
                let host = host_id(&transaction, &enrolment.key)?;
                insert_url(&transaction, &enrolment.url, host)?;
                transaction.prepare_cached(find)?.query_row([&enrolment.url], id)?
            };
            if insert_observation(&transaction, url, observation)? {
                merged.new += 1;
                touched.insert(url);
            } else {
                merged.known += 1;
            }
        }
        for url in touched {
            let host = update_status(&transaction, url)?;
            update_ready_at(&transaction, host)?;
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

    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError> {
        let sql = "INSERT OR REPLACE INTO robots VALUES (?1, ?2, ?3, ?4)";
        let Robots { fetched_at, failing_since, rules } = robots;
        let row = params![origin, fetched_at, failing_since, rules];
        let transaction = self.begin()?;
        transaction.prepare_cached(sql)?.execute(row)?;
        Ok(transaction.commit()?)
    }

    fn capture(&self, archive: &str, url: &str) -> Result<Option<Capture>, LedgerError> {
        let sql = "SELECT looked_at, found FROM capture WHERE url = ?1 AND archive = ?2";
        let capture = |row: &Row<'_>| Ok(Capture { looked_at: row.get(0)?, found: row.get(1)? });
        Ok(self.connection.prepare_cached(sql)?.query_row([url, archive], capture).optional()?)
    }

    fn store_capture(
        &mut self,
        archive: &str,
        url: &str,
        capture: &Capture,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT OR REPLACE INTO capture VALUES (?1, ?2, ?3, ?4)";
        let row = params![url, archive, capture.looked_at, capture.found];
        let transaction = self.begin()?;
        transaction.prepare_cached(sql)?.execute(row)?;
        Ok(transaction.commit()?)
    }
}

/// Stores observations and updates the status of their URLs, if the lease is still valid.
fn record_under(
    transaction: &Transaction<'_>,
    lease: &Lease,
    observations: &[(i64, Observation)],
) -> Result<(), LedgerError> {
    let sql = "SELECT 1 FROM host WHERE host_id = ?1 AND epoch = ?2";
    if !transaction.prepare_cached(sql)?.exists([lease.host, lease.epoch])? {
        return Err(LedgerError::LeaseLost { key: lease.key.clone() });
    }
    let mut touched = BTreeSet::new();
    for (url, observation) in observations {
        insert_observation(transaction, *url, observation)?;
        touched.insert(*url);
    }
    for url in touched {
        update_status(transaction, url)?;
    }
    Ok(())
}

#[cfg(test)]
mod migration_tests;

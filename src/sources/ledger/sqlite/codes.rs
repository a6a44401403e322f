//! The migration that replaces the error messages in a ledger with error codes.

use std::collections::BTreeSet;

use rusqlite::{Row, Transaction, params};

use super::super::legacy;
use super::super::observation::Observation;
use super::tables::{reading_in, update_ready_at, update_status};
use crate::source_status::Cause;

/// Replaces the message of every error with its code, and updates the digests accordingly. If two
/// observations become equal, keeps only one of them.
pub(super) fn replace_words(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let sql = "SELECT DISTINCT url_id FROM observation WHERE error IS NOT NULL";
    for url in ids(transaction, sql)? {
        for (digest, seen) in observations_with_words(transaction, url)? {
            let sql = "UPDATE OR REPLACE observation SET error = ?4, digest = ?5
                WHERE url_id = ?1 AND at = ?2 AND digest = ?3";
            let code = seen.error.map(Cause::code);
            transaction.prepare_cached(sql)?.execute(params![
                url,
                seen.at,
                digest,
                code,
                seen.digest()
            ])?;
        }
    }
    Ok(())
}

/// Derives the status of each checked URL from its observations again, and updates the time at
/// which its host is ready. Requires the newest version of the tables.
pub(super) fn derive_statuses(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut hosts = BTreeSet::new();
    for url in ids(transaction, "SELECT url_id FROM url WHERE verdict IS NOT NULL")? {
        hosts.insert(update_status(transaction, url)?);
    }
    for host in hosts {
        update_ready_at(transaction, host)?;
    }
    Ok(())
}

fn ids(transaction: &Transaction<'_>, sql: &str) -> rusqlite::Result<Vec<i64>> {
    transaction.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn observations_with_words(
    transaction: &Transaction<'_>,
    url: i64,
) -> rusqlite::Result<Vec<(Vec<u8>, Observation)>> {
    let sql = "SELECT at, reading, status, error, final_url, digest FROM observation
        WHERE url_id = ?1 AND error IS NOT NULL";
    let read = |row: &Row<'_>| {
        let seen = Observation {
            at: row.get(0)?,
            reading: reading_in(row, 1)?,
            status: row.get(2)?,
            error: Some(legacy::of_words(&row.get::<_, String>(3)?)),
            final_url: row.get(4)?,
        };
        Ok((row.get(5)?, seen))
    };
    transaction.prepare_cached(sql)?.query_map([url], read)?.collect()
}

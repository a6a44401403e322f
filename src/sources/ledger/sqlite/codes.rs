//! Brings a ledger that stored words to one that stores codes.

use std::collections::BTreeSet;

use rusqlite::{Row, Transaction, params};

use super::super::legacy;
use super::super::observation::Observation;
use super::tables::{reading_in, restate, settle};
use crate::source_status::Cause;

/// Gives every error its code, and the observation the digest that it has by that code. Of two that
/// become one, one stays. What stands of each URL is made anew.
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
    let mut hosts = BTreeSet::new();
    for url in ids(transaction, "SELECT url_id FROM url WHERE verdict IS NOT NULL")? {
        hosts.insert(restate(transaction, url)?);
    }
    for host in hosts {
        settle(transaction, host)?;
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
    let sql = "SELECT at, reading, status, error, final_url, vantage, digest FROM observation
        WHERE url_id = ?1 AND error IS NOT NULL";
    let read = |row: &Row<'_>| {
        let seen = Observation {
            at: row.get(0)?,
            reading: reading_in(row, 1)?,
            status: row.get(2)?,
            error: Some(legacy::of_words(&row.get::<_, String>(3)?)),
            final_url: row.get(4)?,
            vantage: row.get(5)?,
        };
        Ok((row.get(6)?, seen))
    };
    transaction.prepare_cached(sql)?.query_map([url], read)?.collect()
}

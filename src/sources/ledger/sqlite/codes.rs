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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::super::super::exchange::{export, import};
    use super::super::super::{Ledger, Patience};
    use super::super::{SqliteLedger, schema};
    use crate::source_status::Reason;

    const NOW: i64 = 1_580_000_000_000;

    /// What the version before codes held: three looks at one URL, the first two at one time. The
    /// digest of an observation without an error is the one that version wrote.
    const OLD: &str = "
        INSERT INTO host VALUES (1, 'a.org', 0, 7, 3, NULL, 2);
        INSERT INTO url VALUES
            (1, 'http://a.org/x', 1, 5, 'failing', 'the connection was refused', 1, 10, NULL,
             NULL, 30),
            (2, 'http://a.org/y', 1, 5, 'alive', '200 OK', 0, NULL, 10, NULL, 10);
        INSERT INTO observation VALUES
            (1, 10, x'01', 'soft', NULL, 'the connection was refused', NULL, 'home'),
            (1, 10, x'02', 'soft', NULL, 'words that no version wrote', NULL, 'home'),
            (1, 20, x'03', 'unknown', NULL, 'port 22 is never contacted', NULL, 'home'),
            (2, 10, x'daff81f649546dab34618b3cc652054a', 'alive', 200, NULL, NULL, 'home');";

    /// The export that the old version made of it.
    const EXPORT: &str = r#"
{"url":"http://a.org/x","at":10,"reading":"soft","error":"the connection was refused","vantage":"home"}
{"url":"http://a.org/x","at":10,"reading":"soft","error":"words that no version wrote","vantage":"home"}
{"url":"http://a.org/x","at":20,"reading":"unknown","error":"port 22 is never contacted","vantage":"home"}
{"url":"http://a.org/y","at":10,"reading":"alive","status":200,"vantage":"home"}"#;

    fn migrated() -> SqliteLedger {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate_to(&mut connection, 2).unwrap();
        connection.execute_batch(OLD).unwrap();
        assert_eq!(schema::migrate(&mut connection).unwrap(), schema::FileKind::Ready);
        SqliteLedger { connection, path: "memory".into(), patience: Patience::default() }
    }

    #[test]
    fn words_become_codes_and_an_export_with_words_is_known() {
        let mut ledger = migrated();
        let mut out = Vec::new();
        export(&ledger, &mut out).unwrap();
        let written = String::from_utf8(out).unwrap();
        let errors: BTreeSet<_> = written
            .lines()
            .filter_map(|line| line.split("\"error\":\"").nth(1)?.split('"').next())
            .collect();
        assert_eq!(errors, BTreeSet::from(["port-refused", "refused", "unrecognized"]));
        let key_of = |_: &str| Some("a.org".to_owned());
        for lines in [EXPORT.trim_start(), written.as_str()] {
            let merged = import(&mut ledger, &mut lines.as_bytes(), &key_of, NOW).unwrap();
            assert_eq!((merged.new, merged.known), (0, 4), "{lines}");
        }
    }

    #[test]
    fn what_stands_of_each_url_has_a_code_after_the_migration() {
        let ledger = migrated();
        let codes: Vec<String> = ledger
            .connection
            .prepare("SELECT reason FROM url ORDER BY url")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(codes[1], "http-200");
        assert!(codes.iter().all(|code| Reason::from_code(code).is_some()), "{codes:?}");
        let stands = ledger.standing("http://a.org/x").unwrap().unwrap();
        assert_eq!((stands.strikes, stands.first_fail_at), (1, Some(10)));
        // When the host is ready is made anew too.
        assert_eq!(ledger.next_ready_at().unwrap().map(|at| at > 7), Some(true));
    }
}

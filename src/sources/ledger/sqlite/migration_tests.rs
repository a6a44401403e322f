//! Tests of the migrations from error messages to error codes, and to captures with their web archive.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::super::import_export::{export, import};
use super::super::{Capture, Ledger, Patience};
use super::{SqliteLedger, schema};
use crate::source_status::Reason;

const NOW: i64 = 1_580_000_000_000;

/// The content of a ledger of the last version that stored messages instead of codes. One of its
/// URLs has three observations, the first two of them at the same time. The digest of the
/// observation without an error is the one that the old version wrote.
const OLD: &str = "
    INSERT INTO host VALUES (1, 'a.org', 0, 7, 3, NULL, 2);
    INSERT INTO url VALUES
        (1, 'http://a.org/x', 1, 5, 'failing', 'the connection was refused', 1, 10, NULL,
         NULL, 30),
        (2, 'http://a.org/y', 1, 5, 'alive', '200 OK', 0, NULL, 10, NULL, 10);
    INSERT INTO observation VALUES
        (1, 10, x'01', 'soft', NULL, 'the connection was refused', NULL, ''),
        (1, 10, x'02', 'soft', NULL, 'words that no version wrote', NULL, ''),
        (1, 20, x'03', 'unknown', NULL, 'port 22 is never contacted', NULL, ''),
        (2, 10, x'2ca0cad54c8669a0dba690d66e6ffa10', 'alive', 200, NULL, NULL, '');";

/// The export that the old version wrote of the ledger in [`OLD`].
const EXPORT: &str = r#"
{"url":"http://a.org/x","at":10,"reading":"soft","error":"the connection was refused","vantage":""}
{"url":"http://a.org/x","at":10,"reading":"soft","error":"words that no version wrote","vantage":""}
{"url":"http://a.org/x","at":20,"reading":"unknown","error":"port 22 is never contacted","vantage":""}
{"url":"http://a.org/y","at":10,"reading":"alive","status":200,"vantage":""}"#;

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
fn each_status_has_a_code_after_the_migration() {
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
    let status = ledger.status("http://a.org/x").unwrap().unwrap();
    assert_eq!((status.strikes, status.first_fail_at), (1, Some(10)));
    // The migration also updates the time at which the host is ready.
    assert_eq!(ledger.next_ready_at().unwrap().map(|at| at > 7), Some(true));
}

#[test]
fn a_copy_is_kept_with_its_web_archive_and_other_captures_are_looked_up_again() {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate_to(&mut connection, 3).unwrap();
    let (archive, copy) =
        ("https://archive.example/web", "20120326091500id_/http://b.org/20120326091500/");
    let captures = format!(
        "INSERT INTO capture VALUES
            ('http://a.org/copy', 5, '{archive}/{copy}'),
            ('http://a.org/none', 6, NULL),
            ('http://a.org/odd', 7, 'https://archive.example/12345');"
    );
    connection.execute_batch(&captures).unwrap();
    assert_eq!(schema::migrate(&mut connection).unwrap(), schema::FileKind::Ready);
    let ledger = SqliteLedger { connection, path: "memory".into(), patience: Patience::default() };
    let found = Some(format!("{archive}/{copy}"));
    let kept = ledger.capture(archive, "http://a.org/copy").unwrap();
    assert_eq!(kept, Some(Capture { looked_at: 5, found }));
    assert_eq!(ledger.capture("https://other.example", "http://a.org/copy").unwrap(), None);
    let sql = "SELECT count(*), (SELECT count(*) FROM sqlite_schema WHERE name = 'old_capture')
        FROM capture";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    assert_eq!(ledger.connection.query_row(sql, [], row).unwrap(), (1, 0));
}

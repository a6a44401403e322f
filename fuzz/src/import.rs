//! `dateline sources import`: any bytes are imported, or refused with the number of a line. An
//! export of the ledger contains every imported observation once.

use dateline::internals::sources::ledger::import_export::{export, import};
use dateline::internals::sources::ledger::{LedgerError, Merged, SqliteLedger};
use dateline::internals::sources::rate_limit_key;

/// A time in September 2026, in milliseconds since 1970.
const NOW: i64 = 1_790_000_000_000;

/// Imports a file, exports the ledger, and imports the result twice.
pub fn check(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |name: &str| SqliteLedger::open(&folder.path().join(name)).expect("a ledger");
    let mut ledger = open("one");
    match take(&mut ledger, data) {
        Ok(merged) => {
            let lines = data.split(|byte| *byte == b'\n').count() as u64;
            assert!(merged.new + merged.known <= lines, "{merged:?} of {lines} lines");
        }
        Err(LedgerError::Line { line, problem }) => {
            let lines = data.split(|byte| *byte == b'\n').count();
            assert!(usize::try_from(line).is_ok_and(|line| (1..=lines).contains(&line)), "{line}");
            let what = problem.to_string();
            assert!(!what.contains(['\n', '\r', '\u{1b}']), "{what:?}");
        }
        Err(error) => panic!("the ledger fails on what it is given: {error}"),
    }
    let exported = give(&ledger);
    let count = exported.split_inclusive(|byte| *byte == b'\n').count() as u64;
    assert_eq!(take(&mut ledger, &exported).ok(), Some(Merged { new: 0, known: count }));
    let mut other = open("other");
    assert_eq!(take(&mut other, &exported).ok(), Some(Merged { new: count, known: 0 }));
    assert_eq!(give(&other), exported, "the other ledger is not the same");
    assert_eq!(give(&ledger), exported, "a second import changed the ledger");
    ledger.check_integrity().expect("a sound ledger");
}

fn take(ledger: &mut SqliteLedger, mut lines: &[u8]) -> Result<Merged, LedgerError> {
    import(ledger, &mut lines, &|url| rate_limit_key(url), NOW)
}

fn give(ledger: &SqliteLedger) -> Vec<u8> {
    let mut lines = Vec::new();
    export(ledger, &mut lines).expect("memory takes what is written to it");
    lines
}

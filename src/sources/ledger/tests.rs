//! Tests of the `SQLite` ledger: conformance, recovery from crashes and concurrent use.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "these tests create files and processes"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::conformance::{DAY, EXCHANGE_CASES, NOW, REQUEST, SINGLE_CASES, enroll, key_of, seen};
use super::observation::Reading;
use super::{Capture, Enrolment, LeaseRequest, Ledger, LedgerError, Patience, SqliteLedger};
use crate::source_status::Verdict;

fn open(path: &Path) -> SqliteLedger {
    SqliteLedger::open(path).unwrap()
}

#[test]
fn it_conforms() {
    for (name, case) in SINGLE_CASES {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = open(&folder.path().join("ledger.sqlite3"));
        case(&mut ledger);
        ledger.check_integrity().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for (name, case) in EXCHANGE_CASES {
        let folder = tempfile::tempdir().unwrap();
        let [mut one, mut two, mut three] = ["1", "2", "3"].map(|n| open(&folder.path().join(n)));
        case([&mut one, &mut two, &mut three]);
        one.check_integrity().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_file_is_made_with_its_folder_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/.dateline/ledger.sqlite3");
    enroll(&mut open(&path), &["http://a/1"]);
    assert_eq!(open(&path).counts(NOW).unwrap().urls, 1);
}

#[test]
fn what_is_no_ledger_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "not a database, but long enough to be looked at as one\n".repeat(20))
        .unwrap();
    let other = folder.path().join("other");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    for path in [text, other] {
        let before = std::fs::read(&path).unwrap();
        let refused = SqliteLedger::open(&path);
        assert!(matches!(refused, Err(LedgerError::NotALedger { .. })), "{refused:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let refused = SqliteLedger::open(folder.path());
    assert!(matches!(refused, Err(LedgerError::NotAFile { .. })), "{refused:?}");
}

#[test]
fn a_newer_ledger_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    drop(open(&path));
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 99").unwrap();
    let refused = SqliteLedger::open(&path).unwrap_err();
    assert!(matches!(refused, LedgerError::Newer { found: 99, .. }), "{refused:?}");
    assert!(refused.to_string().contains("newer version of Dateline"), "{refused}");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    let link = |name: &str| std::os::unix::fs::symlink(&target, folder.path().join(name)).unwrap();
    link("ledger");
    link("other-wal");
    for name in ["ledger", "other"] {
        let refused = SqliteLedger::open(&folder.path().join(name));
        assert!(matches!(refused, Err(LedgerError::NotAFile { .. })), "{refused:?}");
    }
    assert!(!target.exists());
}

#[test]
fn many_may_make_one_ledger_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let path = folder.path().join(round.to_string());
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let path = &path;
                scope.spawn(move || enroll(&mut open(path), &[&format!("http://a/{worker}")]));
            }
        });
        assert_eq!(open(&path).counts(NOW).unwrap().urls, 4);
    }
}

/// The ledgers that were reported as locked, one entry for each report.
static SAID: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Returns how often the ledger at `path` was reported as locked.
fn said_of(path: &Path) -> usize {
    let path = path.canonicalize().unwrap();
    SAID.lock().unwrap().iter().filter(|said| **said == path).count()
}

const IMPATIENT: Patience = Patience {
    limit: Duration::from_millis(300),
    notice_after: Duration::from_millis(100),
    notice: |path| SAID.lock().unwrap().push(path.to_owned()),
};

/// Returns whether the operation failed because of a lock, with an error that names the ledger and the time
/// waited.
fn is_locked<T>(refused: &Result<T, LedgerError>, path: &Path) -> bool {
    let Err(error @ LedgerError::Locked { .. }) = refused else { return false };
    let name = path.canonicalize().unwrap();
    let end = format!("the ledger {}: gave up waiting after 300ms", name.display());
    error.to_string().ends_with(&end)
}

/// Regression test: opening a locked ledger used to take a hundred times as long as the limit,
/// without a notice.
#[test]
fn a_ledger_that_stays_locked_is_waited_for_once_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    drop(open(&path));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let opened = [SqliteLedger::open_with, SqliteLedger::open_for_reading];
    for (number, open) in opened.iter().enumerate() {
        let refused = open(&path, IMPATIENT);
        assert!(is_locked(&refused, &path), "{refused:?}");
        assert_eq!(said_of(&path), number + 1);
    }
    drop(other);
    SqliteLedger::open_with(&path, IMPATIENT).unwrap();
    assert_eq!(said_of(&path), 2);
}

#[test]
fn each_transaction_waits_for_a_lock_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    drop(open(&path));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // A reader does not wait for a writer.
    let mut ledger = SqliteLedger::open_with(&path, IMPATIENT).unwrap();
    assert_eq!(ledger.counts(NOW).unwrap().urls, 0);
    assert_eq!(said_of(&path), 0);
    let urls = || [Enrolment { url: "http://a/1".to_owned(), key: "a".to_owned() }].into_iter();
    for number in 1..=2 {
        let refused = ledger.enroll(&mut urls());
        assert!(is_locked(&refused, &path), "{refused:?}");
        assert_eq!(said_of(&path), number);
    }
    let none = Capture { looked_at: NOW, found: None };
    let refused = ledger.store_capture("http://archive", "http://a/1", &none);
    assert!(is_locked(&refused, &path), "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    enroll(&mut ledger, &["http://a/1"]);
}

#[test]
fn two_workers_never_hold_one_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let urls: Vec<_> = (0..200).map(|n| format!("http://h{}/{n}", n % 7)).collect();
    enroll(&mut open(&path), &urls.iter().map(String::as_str).collect::<Vec<_>>());
    let held = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (path, held) = (&path, &held);
            scope.spawn(move || {
                let mut ledger = open(path);
                let request = LeaseRequest { duration: 60_000, max_urls: 2 };
                while ledger.counts(NOW).unwrap().due > 0 {
                    let Some(claim) = ledger.claim(request, NOW).unwrap() else { continue };
                    let host = claim.lease.host;
                    assert!(held.lock().unwrap().insert(host), "{host} is held twice");
                    let answers: Vec<_> =
                        claim.urls.iter().map(|due| (due.id, seen(NOW, Reading::Alive))).collect();
                    assert!(held.lock().unwrap().remove(&host));
                    ledger.complete(&claim.lease, &answers, NOW).unwrap();
                }
            });
        }
    });
    let mut observations = 0;
    let ledger = open(&path);
    ledger
        .observations(&mut |_| {
            observations += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!(observations, 200, "each URL is asked once");
}

#[test]
fn a_hundred_thousand_urls_are_crawled_a_claim_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = open(&folder.path().join("ledger"));
    // As in a news archive, a few hosts have most of the URLs, and many hosts have only one.
    let host = |n: u32| if n.is_multiple_of(4) { n } else { n % 50 };
    let mut urls = (0..100_000).map(|n| {
        let key = format!("h{}", host(n));
        Enrolment { url: format!("http://{key}/{n}"), key }
    });
    assert_eq!(ledger.enroll(&mut urls).unwrap().new, 100_000);
    let request = LeaseRequest { max_urls: 500, ..REQUEST };
    let mut asked = 0;
    while let Some(claim) = ledger.claim(request, NOW).unwrap() {
        assert!(claim.urls.len() <= 500);
        asked += claim.urls.len();
        let answers: Vec<_> = claim
            .urls
            .iter()
            .map(|due| {
                assert_eq!(key_of(&due.url).as_ref(), Some(&claim.lease.key));
                let reading = if due.id.unsigned_abs().is_multiple_of(5) {
                    Reading::Hard
                } else {
                    Reading::Alive
                };
                (due.id, seen(NOW, reading))
            })
            .collect();
        ledger.complete(&claim.lease, &answers, NOW).unwrap();
    }
    assert_eq!(asked, 100_000);
    let counts = ledger.counts(NOW).unwrap();
    assert_eq!((counts.due, counts.unseen), (0, 0));
    assert_eq!(counts.by_verdict[&Verdict::Failing], 20_000);
    let next = ledger.next_ready_at().unwrap().unwrap();
    assert!((NOW + 3 * DAY..NOW + 4 * DAY).contains(&next));
}

/// Returns the name of the test that the child process runs.
fn child() -> String {
    let (_, module) = module_path!().split_once("::").unwrap();
    format!("{module}::appends_until_it_is_killed")
}

#[test]
#[ignore = "the child of `a_killed_process_loses_nothing_it_was_told_is_kept`"]
fn appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os("DATELINE_TEST_FOLDER") else { return };
    let folder = Path::new(&folder);
    let mut ledger = open(&folder.join("ledger"));
    let told = std::fs::OpenOptions::new().append(true).create(true).open(folder.join("told"));
    let mut told = told.unwrap();
    let first = i64::try_from(ledger.counts(NOW).unwrap().urls).unwrap();
    for n in first.. {
        let url = format!("http://a/{n}");
        enroll(&mut ledger, &[&url]);
        // The lease of a killed process may still hold the host, so claim the host at a later time.
        let claim = ledger.claim(REQUEST, NOW + n * DAY).unwrap().unwrap();
        let answers: Vec<_> =
            claim.urls.iter().map(|due| (due.id, seen(NOW, Reading::Soft404))).collect();
        ledger.complete(&claim.lease, &answers, NOW).unwrap();
        for due in &claim.urls {
            // Write the line with one call, so that a kill does not leave a partial line.
            told.write_all(format!("{}\n", due.url).as_bytes()).unwrap();
        }
    }
}

#[test]
fn a_killed_process_loses_nothing_it_was_told_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = 0;
    for round in 0..8 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", &child()])
            .env("DATELINE_TEST_FOLDER", folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let told = || std::fs::read_to_string(folder.path().join("told")).unwrap_or_default();
        while told().lines().count() <= before + 20 {
            assert!(child.try_wait().unwrap().is_none(), "the child fails");
            std::thread::sleep(Duration::from_millis(3));
        }
        std::thread::sleep(Duration::from_millis(round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        let ledger = open(&folder.path().join("ledger"));
        ledger.check_integrity().unwrap();
        let told = told();
        before = told.lines().count();
        for url in told.lines() {
            let status = ledger.status(url).unwrap();
            assert_eq!(status.map(|status| status.verdict), Some(Verdict::Soft404), "{url}");
        }
    }
}

#[test]
fn a_ledger_can_be_read_without_writing_while_another_process_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite3");
    let ready_at = || {
        let ledger = SqliteLedger::open_without_writing(&path, Patience::default()).unwrap();
        ledger.expect("a ledger of this version").next_ready_at().unwrap()
    };
    let mut writing = open(&path);
    enroll(&mut writing, &["https://a.example/"]);
    assert!(ready_at().is_some(), "what is only in the log counts");
    drop(writing);
    assert!(ready_at().is_some());
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["ledger.sqlite3"]);
}

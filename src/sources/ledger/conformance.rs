//! The conformance suite, which every implementation of [`Ledger`] must pass. Each case receives an empty
//! ledger.

use std::collections::BTreeSet;

use super::import_export::{export, import};
use super::observation::{MAX_URL, Reading};
use super::{
    Capture, Claim, Enrolled, Enrolment, LeaseReply, LeaseRequest, Ledger, LedgerError, Merged,
    Observation, Robots, UrlStatus,
};
use crate::source_status::{Cause, Reason, Verdict};

/// A day in milliseconds.
pub(super) const DAY: i64 = 86_400_000;

/// A time in January 2020, in milliseconds since 1970.
pub(super) const NOW: i64 = 1_580_000_000_000;

/// A case for a single ledger.
pub(super) type SingleCase = fn(&mut dyn Ledger);
/// A case for three ledgers that exchange observations.
pub(super) type ExchangeCase = fn([&mut dyn Ledger; 3]);

/// All cases for a single ledger, with their names.
pub(super) const SINGLE_CASES: &[(&str, SingleCase)] = &[
    ("enrolling", enrolling),
    ("leasing", leasing),
    ("fencing", fencing),
    ("renewing", renewing),
    ("leasing by key", leasing_by_key),
    ("recording", recording),
    ("largest first", largest_first),
    ("who is alive", who_is_alive),
    ("notes", notes),
    ("stalest first", stalest_first),
    ("a gate", a_gate),
    ("waking", waking),
    ("moving", moving),
    ("strikes", strikes),
    ("all or nothing", all_or_nothing),
    ("counting", counting),
    ("bad lines", bad_lines),
    ("only codes are stored", only_codes_are_stored),
    ("hostile text", hostile_text),
];

/// All cases for three ledgers, with their names.
pub(super) const EXCHANGE_CASES: &[(&str, ExchangeCase)] = &[("exchange", exchange)];

/// A request for a lease of one minute.
pub(super) const REQUEST: LeaseRequest = LeaseRequest { duration: 60_000, max_urls: 100 };

/// Enrols URLs. The rate-limit key of a URL is its host name.
pub(super) fn enroll(ledger: &mut dyn Ledger, urls: &[&str]) -> Enrolled {
    let mut urls = urls.iter().map(|url| {
        let key = key_of(url).unwrap_or_default();
        Enrolment { url: (*url).to_owned(), key }
    });
    ledger.enroll(&mut urls).unwrap()
}

/// Returns the host name of a URL, or `None` if the URL is not absolute.
pub(super) fn key_of(url: &str) -> Option<String> {
    url.split('/').nth(2).map(str::to_owned)
}

/// Returns an observation with the HTTP status that is usual for the reading.
pub(super) fn seen(at: i64, reading: Reading) -> Observation {
    let status = match reading {
        Reading::Alive => Some(200),
        Reading::Hard => Some(404),
        _ => None,
    };
    Observation { at, reading, status, error: None, final_url: None }
}

fn claim(ledger: &mut dyn Ledger, now: i64) -> Claim {
    ledger.claim(REQUEST, now).unwrap().expect("a host is ready")
}

/// Claims the next host, and completes the lease with the same reading for all claimed URLs.
fn look(ledger: &mut dyn Ledger, now: i64, reading: Reading) {
    let claim = claim(ledger, now);
    let answers: Vec<_> = claim.urls.iter().map(|due| (due.id, seen(now, reading))).collect();
    ledger.complete(&claim.lease, &answers, now).unwrap();
}

fn status(ledger: &dyn Ledger, url: &str) -> UrlStatus {
    ledger.status(url).unwrap().expect("it was looked at")
}

fn enrolling(ledger: &mut dyn Ledger) {
    assert_eq!(ledger.next_ready_at().unwrap(), None);
    assert_eq!(ledger.claim(REQUEST, NOW).unwrap(), None);
    let enrolled = enroll(ledger, &["http://a/1", "http://a/2", "http://b/1", "http://a/1"]);
    assert_eq!(enrolled, Enrolled { new: 3, known: 1, too_long: 0 });
    assert_eq!(enroll(ledger, &["http://a/1"]), Enrolled { new: 0, known: 1, too_long: 0 });
    let long = format!("http://c/{}", "x".repeat(MAX_URL));
    assert_eq!(enroll(ledger, &[&long]), Enrolled { new: 0, known: 0, too_long: 1 });
    assert!(ledger.next_ready_at().unwrap().unwrap() <= NOW);
    assert_eq!(ledger.status("http://a/1").unwrap(), None);
    assert_eq!(ledger.status("http://nowhere/").unwrap(), None);
}

fn leasing(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://b/1"]);
    let (one, two) = (claim(ledger, NOW), claim(ledger, NOW));
    assert_ne!(one.lease.host, two.lease.host);
    assert_eq!(ledger.claim(REQUEST, NOW).unwrap(), None);
    assert_eq!(ledger.next_ready_at().unwrap(), Some(one.lease.until));
    assert!(ledger.holds(&one.lease, NOW + 59_999).unwrap());
    assert!(!ledger.holds(&one.lease, NOW + 60_000).unwrap());
    // The lease of a worker that died expires by itself.
    let again = claim(ledger, NOW + 60_000);
    assert_eq!(again.lease.host, one.lease.host);
    assert_eq!(again.urls, one.urls);
    assert!(!ledger.holds(&one.lease, NOW).unwrap());
}

fn fencing(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    let late = claim(ledger, NOW);
    let good = claim(ledger, NOW + 60_000);
    let answer = |claim: &Claim| [(claim.urls[0].id, seen(NOW, Reading::Alive))];
    let refused = ledger.complete(&late.lease, &answer(&late), NOW);
    assert!(matches!(refused, Err(LedgerError::LeaseLost { .. })));
    assert_eq!(ledger.status("http://a/1").unwrap(), None);
    ledger.complete(&good.lease, &answer(&good), NOW).unwrap();
    let twice = ledger.complete(&good.lease, &answer(&good), NOW);
    assert!(matches!(twice, Err(LedgerError::LeaseLost { .. })));
    assert!(!ledger.holds(&good.lease, NOW).unwrap());
}

fn renewing(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    let mut first = claim(ledger, NOW);
    ledger.renew(&mut first.lease, NOW + 120_000).unwrap();
    assert_eq!(ledger.claim(REQUEST, NOW + 60_000).unwrap(), None);
    claim(ledger, NOW + 120_000);
    let refused = ledger.renew(&mut first.lease, NOW + 180_000);
    assert!(matches!(refused, Err(LedgerError::LeaseLost { .. })));
    assert_eq!(first.lease.until, NOW + 120_000);
}

fn leasing_by_key(ledger: &mut dyn Ledger) {
    let granted = |leasing| match leasing {
        LeaseReply::Granted(lease) => lease,
        LeaseReply::NotBefore(at) => panic!("not before {at}"),
    };
    let lease = granted(ledger.lease("a", REQUEST, NOW).unwrap());
    assert_eq!(ledger.lease("a", REQUEST, NOW).unwrap(), LeaseReply::NotBefore(lease.until));
    enroll(ledger, &["http://a/1"]);
    assert_eq!(ledger.claim(REQUEST, NOW).unwrap(), None, "it is held, if by its key alone");
    ledger.complete(&lease, &[], NOW + 5_000).unwrap();
    assert_eq!(ledger.lease("a", REQUEST, NOW).unwrap(), LeaseReply::NotBefore(NOW + 5_000));
    look(ledger, NOW + 5_000, Reading::Alive);
    // The host's only URL is not due for weeks, but the host can be leased for other requests.
    let lease = granted(ledger.lease("a", REQUEST, NOW + 5_000).unwrap());
    assert!(ledger.holds(&lease, NOW + 5_000).unwrap());
    // If a worker dies, the host is free again when the lease ends.
    assert_ne!(granted(ledger.lease("a", REQUEST, lease.until).unwrap()).epoch, lease.epoch);
}

fn recording(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://a/2"]);
    let claim = claim(ledger, NOW);
    let answer = [(claim.urls[0].id, seen(NOW, Reading::Alive))];
    ledger.record(&claim.lease, &answer).unwrap();
    assert_eq!(status(ledger, "http://a/1").verdict, Verdict::Alive);
    assert!(ledger.holds(&claim.lease, NOW).unwrap(), "the lease goes on");
    let after = |last| ledger.due_after(&claim.lease, last, 9, NOW).unwrap();
    assert_eq!(after(&claim.urls[0]), claim.urls[1..]);
    assert_eq!(after(&claim.urls[1]), []);
    assert_eq!(ledger.due("http://a/1", NOW).unwrap(), None);
    assert_eq!(ledger.due("http://a/2", NOW).unwrap().as_ref(), Some(&claim.urls[1]));
    assert_eq!(ledger.due("http://a/3", NOW).unwrap(), None);
    let later = self::claim(ledger, claim.lease.until);
    let late = ledger.record(&claim.lease, &[(later.urls[0].id, seen(NOW, Reading::Alive))]);
    assert!(matches!(late, Err(LedgerError::LeaseLost { .. })));
}

fn who_is_alive(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://a/2", "http://b/1", "http://c/1"]);
    for (turn, reading) in [Reading::Alive, Reading::Hard, Reading::Alive].into_iter().enumerate() {
        look(ledger, NOW + i64::try_from(turn).unwrap(), reading);
    }
    assert_eq!(ledger.alive(9).unwrap(), ["http://c/1", "http://a/1"]);
    assert_eq!(ledger.alive(1).unwrap(), ["http://c/1"]);
}

fn largest_first(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://b/1", "http://b/2", "http://c/1"]);
    assert_eq!(claim(ledger, NOW).lease.key, "b");
    let mut moved = [Enrolment { url: "http://a/1".to_owned(), key: "c".to_owned() }].into_iter();
    ledger.enroll(&mut moved).unwrap();
    assert_eq!(claim(ledger, NOW).lease.key, "c");
}

fn notes(ledger: &mut dyn Ledger) {
    assert_eq!(ledger.robots("http://a").unwrap(), None);
    for failing_since in [Some(NOW), None] {
        let rules = "User-agent: *\nDisallow: /x\n".to_owned();
        let robots = Robots { fetched_at: NOW, failing_since, rules };
        ledger.store_robots("http://a", &robots).unwrap();
        assert_eq!(ledger.robots("http://a").unwrap(), Some(robots));
    }
    let (archive, other) = ("http://archive", "http://other");
    assert_eq!(ledger.capture(archive, "http://a/1").unwrap(), None);
    for found in [Some("http://archive/1".to_owned()), None] {
        let capture = Capture { looked_at: NOW, found };
        ledger.store_capture(archive, "http://a/1", &capture).unwrap();
        assert_eq!(ledger.capture(archive, "http://a/1").unwrap(), Some(capture));
        assert_eq!(ledger.capture(other, "http://a/1").unwrap(), None);
    }
}

fn stalest_first(ledger: &mut dyn Ledger) {
    for (day, url) in [(0, "http://a/old"), (20, "http://a/less-old")] {
        enroll(ledger, &[url]);
        look(ledger, NOW + day * DAY, Reading::Alive);
    }
    enroll(ledger, &["http://a/new"]);
    let request = LeaseRequest { max_urls: 2, ..REQUEST };
    let claim = ledger.claim(request, NOW + 100 * DAY).unwrap().unwrap();
    let urls: Vec<_> = claim.urls.iter().map(|due| due.url.as_str()).collect();
    assert_eq!(urls, ["http://a/new", "http://a/old"]);
    // URLs without an observation remain due.
    ledger.complete(&claim.lease, &[], NOW + 100 * DAY).unwrap();
    assert_eq!(ledger.claim(request, NOW + 100 * DAY).unwrap().unwrap().urls, claim.urls);
}

fn a_gate(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://a/2"]);
    let first = claim(ledger, NOW);
    let answer = [(first.urls[0].id, seen(NOW, Reading::Alive))];
    ledger.complete(&first.lease, &answer, NOW + 5_000).unwrap();
    assert_eq!(ledger.next_ready_at().unwrap(), Some(NOW + 5_000));
    // A new URL does not make the host ready before its gate.
    enroll(ledger, &["http://a/3"]);
    assert_eq!(ledger.claim(REQUEST, NOW + 4_999).unwrap(), None);
    assert_eq!(claim(ledger, NOW + 5_000).urls.len(), 2);
}

fn waking(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    look(ledger, NOW, Reading::Alive);
    let due_at = status(ledger, "http://a/1").due_at;
    assert_eq!(ledger.next_ready_at().unwrap(), Some(due_at));
    assert_eq!(ledger.claim(REQUEST, NOW + 26 * DAY).unwrap(), None);
    enroll(ledger, &["http://a/2"]);
    let claim = claim(ledger, NOW);
    assert_eq!(claim.urls.len(), 1);
    // A URL that is enrolled during a lease waits for the end of the lease.
    enroll(ledger, &["http://a/3"]);
    assert_eq!(ledger.claim(REQUEST, NOW).unwrap(), None);
    let answer = [(claim.urls[0].id, seen(NOW, Reading::Alive))];
    ledger.complete(&claim.lease, &answer, NOW).unwrap();
    assert_eq!(self::claim(ledger, NOW).urls[0].url, "http://a/3");
}

fn moving(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    let mut moved = [Enrolment { url: "http://a/1".to_owned(), key: "z".to_owned() }].into_iter();
    assert_eq!(ledger.enroll(&mut moved).unwrap().known, 1);
    let claim = claim(ledger, NOW);
    assert_eq!((claim.lease.key.as_str(), claim.urls.len()), ("z", 1));
    assert_eq!(ledger.claim(REQUEST, NOW).unwrap(), None);
}

fn strikes(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    for (count, verdict) in [(1, Verdict::Failing), (2, Verdict::Failing), (3, Verdict::Dead)] {
        let now = NOW.max(ledger.next_ready_at().unwrap().unwrap());
        look(ledger, now, Reading::Hard);
        let status = status(ledger, "http://a/1");
        assert_eq!((status.verdict, status.strikes), (verdict, count));
        assert_eq!(status.first_fail_at, Some(NOW));
        assert_eq!((status.reason, status.checked_at), (Some(Reason::Status(404)), now));
    }
    let now = ledger.next_ready_at().unwrap().unwrap();
    look(ledger, now, Reading::Alive);
    let status = status(ledger, "http://a/1");
    assert_eq!((status.verdict, status.strikes), (Verdict::Alive, 0));
    assert_eq!((status.first_fail_at, status.last_ok_at), (None, Some(now)));
}

fn all_or_nothing(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1"]);
    let claim = claim(ledger, NOW);
    let id = claim.urls[0].id;
    let answers = [(id, seen(NOW, Reading::Alive)), (id + 77, seen(NOW, Reading::Alive))];
    let refused = ledger.complete(&claim.lease, &answers, NOW);
    assert!(matches!(refused, Err(LedgerError::NoSuchUrl { id: wrong }) if wrong == id + 77));
    assert_eq!(ledger.status("http://a/1").unwrap(), None);
    assert!(ledger.holds(&claim.lease, NOW).unwrap());
    ledger.complete(&claim.lease, &answers[..1], NOW).unwrap();
}

fn counting(ledger: &mut dyn Ledger) {
    enroll(ledger, &["http://a/1", "http://a/2", "http://b/1"]);
    let claim = claim(ledger, NOW);
    let answers = [
        (claim.urls[0].id, seen(NOW, Reading::Alive)),
        (claim.urls[1].id, seen(NOW, Reading::Usurped)),
    ];
    ledger.complete(&claim.lease, &answers, NOW).unwrap();
    let counts = ledger.counts(NOW).unwrap();
    assert_eq!((counts.urls, counts.due, counts.unseen), (3, 1, 1));
    let by_verdict: Vec<_> = counts.by_verdict.into_iter().collect();
    assert_eq!(by_verdict, [(Verdict::Alive, 1), (Verdict::Usurped, 1)]);
    let mut hosts = Vec::new();
    ledger
        .hosts(NOW, &mut |host| {
            hosts.push((host.key, host.urls, host.due));
            Ok(())
        })
        .unwrap();
    assert_eq!(hosts, [("a".to_owned(), 2, 0), ("b".to_owned(), 1, 1)]);
    let mut told = Vec::new();
    ledger
        .statuses(&mut |(url, status)| {
            told.push((url, status.verdict));
            Ok(())
        })
        .unwrap();
    let expected = [("http://a/1", Verdict::Alive), ("http://a/2", Verdict::Usurped)];
    assert_eq!(told, expected.map(|(url, verdict)| (url.to_owned(), verdict)));
}

fn bad_lines(ledger: &mut dyn Ledger) {
    let good = r#"{"url":"http://a/1","at":5,"reading":"alive","vantage":"v"}"#;
    let huge = format!("{{\"url\":\"{}\"}}", "x".repeat(70_000));
    for (bad, what) in [
        ("", "EOF"),
        ("{", "EOF"),
        (r#"{"url":"http://a/1","at":5,"reading":"fine","vantage":"v"}"#, "unknown variant"),
        (r#"{"url":"http://a/1","at":5,"reading":"alive"}"#, "missing field `vantage`"),
        (r#"{"url":"x","at":5,"reading":"alive","vantage":"v"}"#, "never checked"),
        (r#"{"url":"http://a/","at":-5,"reading":"alive","vantage":"v"}"#, "its time"),
        (r#"{"url":"http://a/","at":9e9,"reading":"alive","vantage":"v"}"#, "invalid type"),
        (
            r#"{"url":"http://a/","at":1900000000000,"reading":"alive","vantage":"v"}"#,
            "in the future",
        ),
        (r#"{"url":"http://a/","at":5,"reading":"alive","vantage":"v","x":1}"#, "unknown field"),
        (
            r#"{"url":"http://a/","at":5,"reading":"soft","error":"of-a-later-version","vantage":"v"}"#,
            "`of-a-later-version` is not a known error code",
        ),
        (&huge, "longer than 65536"),
    ] {
        let text = format!("{good}\n{bad}\n{good}\n");
        let refused = import(ledger, &mut text.as_bytes(), &key_of, NOW).unwrap_err().to_string();
        assert!(refused.starts_with("line 2: "), "{refused}");
        assert!(what.split('|').any(|what| refused.contains(what)), "{refused}");
    }
    let merged = import(ledger, &mut good.as_bytes(), &key_of, NOW).unwrap();
    assert_eq!(merged, Merged { new: 1, known: 0 });
}

/// A ledger stores only codes, because rewording a stored message would duplicate observations.
fn only_codes_are_stored(ledger: &mut dyn Ledger) {
    let url = "http://a/1";
    enroll(ledger, &[url]);
    let claim = claim(ledger, NOW);
    let id = claim.urls[0].id;
    let causes: Vec<_> = Cause::all().map(Some).chain([None]).collect();
    let mut observations = Vec::new();
    for (number, (cause, reading)) in
        causes.iter().zip(Reading::ALL.into_iter().cycle()).enumerate()
    {
        let at = NOW + i64::try_from(number).unwrap();
        observations.push((id, Observation { error: *cause, ..seen(at, reading) }));
    }
    ledger.complete(&claim.lease, &observations, NOW).unwrap();
    let mut out = Vec::new();
    export(ledger, &mut out).unwrap();
    let mut stored = BTreeSet::new();
    for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).unwrap();
        let reading = line["reading"].as_str().unwrap();
        assert!(Reading::from_name(reading).is_some(), "{reading} is no code of a reading");
        stored.extend(line["error"].as_str().map(str::to_owned));
    }
    let known: BTreeSet<_> = Cause::all().map(|cause| cause.code().to_owned()).collect();
    assert_eq!(stored, known);
}

fn hostile_text(ledger: &mut dyn Ledger) {
    let url = "http://a/'); DROP TABLE url; --\u{0}\n\"⟦\u{202e}";
    enroll(ledger, &[url]);
    let claim = claim(ledger, NOW);
    assert_eq!(claim.urls[0].url, url);
    let worst =
        Observation { final_url: Some("\u{1}".repeat(MAX_URL)), ..seen(NOW, Reading::Soft) };
    ledger.complete(&claim.lease, &[(claim.urls[0].id, worst)], NOW).unwrap();
    let longest = format!("http://a/{}", "\u{1}".repeat(MAX_URL - 9));
    enroll(ledger, &[&longest]);
    look(ledger, NOW, Reading::Soft);
    let mut out = Vec::new();
    export(ledger, &mut out).unwrap();
    assert!(out.split(|byte| *byte == b'\n').all(|line| line.len() < 64 * 1024));
    assert_eq!(import(ledger, &mut out.as_slice(), &key_of, NOW).unwrap().known, 2);
}

/// Returns everything that must be equal in ledgers with the same observations: the export and all
/// statuses.
fn contents(ledger: &dyn Ledger) -> (Vec<u8>, Vec<(String, UrlStatus)>) {
    let mut lines = Vec::new();
    export(ledger, &mut lines).unwrap();
    let mut statuses = Vec::new();
    ledger
        .statuses(&mut |one| {
            statuses.push(one);
            Ok(())
        })
        .unwrap();
    (lines, statuses)
}

fn exchange([one, two, three]: [&mut dyn Ledger; 3]) {
    enroll(one, &["http://a/1", "http://a/2"]);
    look(one, NOW, Reading::Hard);
    look(one, NOW + 8 * DAY, Reading::Hard);
    enroll(two, &["http://a/1", "http://b/1"]);
    for _ in 0..2 {
        look(two, NOW + 4 * DAY, Reading::Hard);
    }
    // Neither ledger has enough observations of its own to prove that the page is dead.
    assert_eq!(status(two, "http://a/1").verdict, Verdict::Failing);
    let (from_one, from_two) = (contents(one).0, contents(two).0);
    let now = NOW + 9 * DAY;
    let take = |ledger: &mut dyn Ledger, lines: &[u8]| {
        import(ledger, &mut &lines[..], &key_of, now).unwrap()
    };
    assert_eq!(take(one, &from_two), Merged { new: 2, known: 0 });
    assert_eq!(take(two, &from_one), Merged { new: 4, known: 0 });
    assert_eq!(contents(one), contents(two));
    assert_eq!(status(one, "http://a/1").verdict, Verdict::Dead);
    let before = contents(one);
    assert_eq!(take(one, &from_two), Merged { new: 0, known: 2 });
    assert_eq!(take(one, &before.0), Merged { new: 0, known: 6 });
    assert_eq!(contents(one), before);
    let mut reversed: Vec<_> = before.0.split_inclusive(|byte| *byte == b'\n').collect();
    reversed.reverse();
    take(three, &reversed.concat());
    assert_eq!(contents(three), before);
    assert_eq!(one.next_ready_at().unwrap(), three.next_ready_at().unwrap());
}

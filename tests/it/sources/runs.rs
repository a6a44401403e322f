//! Tests of runs that end early, because of a time limit, a stop or the network, and of several
//! runs, days apart, on the same page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dateline::internals::source_status::{ErrorClass, Verdict};
use dateline::internals::sources::ledger::observation::Reading;
use dateline::internals::sources::{CrawlError, CrawlSettings, LookupError, Stop, check_urls};

use crate::support::ledger::{ActAfter, DAY, StopAfter, TestLedger};
use crate::support::server::{Server, status, with_header};
use crate::support::url_checks::{Counter, FakeDns, OPEN, dns, run, settings};

#[test]
fn a_flaky_page_is_dead_only_after_three_failures_in_a_row() {
    let gone = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&gone);
    let server =
        Server::serving(move |_| Some(status(if flag.load(Ordering::SeqCst) { 404 } else { 200 })));
    let (ledger, urls) = (TestLedger::new(), [server.url("/2012/gates")]);
    let look = |after: Duration| {
        ledger.pass(after);
        let found = ledger.check(&urls, &settings(OPEN), &Arc::default()).unwrap();
        (found[0].verdict, found[0].evidence.record.as_ref().unwrap().strikes)
    };
    // Failures count only if they are three days apart. This interval is somewhat longer, because
    // due dates are spread.
    let apart = DAY * 10 / 3;
    assert_eq!(look(Duration::ZERO), (Verdict::Failing, 1));
    assert_eq!(look(DAY * 2), (Verdict::Failing, 1));
    assert_eq!(server.requests().len(), 2, "it was not due");
    assert_eq!(look(apart), (Verdict::Failing, 2));
    gone.store(false, Ordering::SeqCst);
    assert_eq!(look(apart), (Verdict::Alive, 0));
    gone.store(true, Ordering::SeqCst);
    assert_eq!(look(DAY * 34), (Verdict::Failing, 1));
    assert_eq!(look(apart), (Verdict::Failing, 2));
    assert_eq!(look(apart), (Verdict::Dead, 3));
    assert_eq!(ledger.seen().len(), 6);
    assert_eq!(look(apart), (Verdict::Dead, 3));
    assert_eq!(ledger.seen().len(), 6, "what is dead is left in peace for a while");
}

#[test]
fn a_page_with_410_is_dead_after_two_failures() {
    let server = Server::start();
    let (ledger, urls) = (TestLedger::new(), [server.url("/410")]);
    for expected in [Verdict::Failing, Verdict::Dead] {
        let found = ledger.check(&urls, &settings(OPEN), &Arc::default()).unwrap();
        assert_eq!(found[0].verdict, expected);
        ledger.pass(DAY * 10 / 3);
    }
}

/// Returns 50 pages of one host. Each takes 40 milliseconds, and they are requested one at a time.
fn slow_pages(server: &Server) -> Vec<String> {
    (0..50).map(|n| server.url(&format!("/slow?{n:02}"))).collect()
}

/// Returns settings with a time limit that is enough for only a few slow pages.
fn in_short_time() -> CrawlSettings {
    CrawlSettings { budget: Some(Duration::from_millis(200)), ..settings(OPEN) }
}

#[test]
fn a_run_ends_at_its_time_limit_after_requests_in_flight() {
    let server = Server::start();
    let outcomes = run(&slow_pages(&server), &in_short_time(), &Arc::default());
    let asked = server.requests().len();
    assert!(asked < 10, "{asked}");
    let (in_time, late): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|outcome| outcome.verdict == Verdict::Alive);
    assert_eq!(in_time.len(), asked, "each that was asked for was waited for");
    assert_eq!(late.len(), 50 - asked);
    for outcome in late {
        let found = (outcome.verdict, outcome.evidence.error, outcome.evidence.tries);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::OutOfTime), 0));
    }
}

#[test]
fn urls_left_at_the_time_limit_are_checked_by_the_next_run() {
    for crawls in [false, true] {
        let server = Server::start();
        let urls = slow_pages(&server);
        let ledger = TestLedger::of(&urls);
        let look = |settings: &CrawlSettings| {
            if crawls {
                ledger.crawl(settings, &Arc::default()).unwrap();
            } else {
                ledger.check(&urls, settings, &Arc::default()).unwrap();
            }
        };
        look(&in_short_time());
        let asked = server.lines().iter().filter(|line| line.starts_with("HEAD /slow")).count();
        assert!(asked < 10, "{asked}");
        assert_eq!(ledger.seen().len(), asked);
        assert_eq!(ledger.due(), 50 - asked as u64);
        look(&settings(OPEN));
        assert_eq!((ledger.seen().len(), ledger.due()), (50, 0));
        let lines: BTreeSet<_> = server.lines().into_iter().collect();
        assert_eq!(lines.len(), server.requests().len(), "nothing is asked for twice");
    }
}

#[test]
fn a_failure_without_time_for_a_retry_is_inconclusive() {
    let server = Server::start();
    let settings = CrawlSettings {
        budget: Some(Duration::from_secs(1)),
        retry_pause: Duration::from_millis(1100),
        ..settings(OPEN)
    };
    let outcomes = run(&[server.url("/500")], &settings, &Arc::default());
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.status), (Verdict::Unproven, Some(500)));
}

/// Returns the number of requests for each page.
fn counts(server: &Server) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for request in server.requests().iter().filter(|request| request.path != "/robots.txt") {
        *counts.entry(format!("{}{}", request.host, request.path)).or_default() += 1;
    }
    counts
}

#[test]
fn a_stopped_run_keeps_its_results_and_the_next_run_finishes() {
    for crawls in [false, true] {
        let server = Server::start();
        let hosts = ["a.example", "b.example", "c.example", "d.example"];
        let mut dns = FakeDns::default();
        let mut urls = Vec::new();
        for host in hosts {
            dns = dns.with(host, Ok(&["127.0.0.1"]));
            urls.extend((0..6).map(|n| server.url_at(host, &format!("/slow?{n}"))));
        }
        let (ledger, dns, stop) = (TestLedger::of(&urls), Arc::new(dns), Stop::default());
        let stopping = CrawlSettings { stop: stop.clone(), ..settings(OPEN) };
        let progress = StopAfter::new(7, stop);
        let done = if crawls {
            ledger.crawl_telling(&stopping, &dns, &progress)
        } else {
            ledger.check_telling(&urls, &stopping, &dns, &progress).map(drop)
        };
        assert!(matches!(done, Err(CrawlError::Stopped)), "{done:?}");
        let seen: BTreeSet<_> = ledger.seen().into_iter().map(|(url, _)| url).collect();
        assert_eq!(seen.len(), 7);
        assert_eq!(ledger.due(), 24 - 7);
        // A host with a request in flight stays leased until the request must have ended.
        ledger.pass(Duration::from_mins(1));
        if crawls {
            ledger.crawl(&settings(OPEN), &dns).unwrap();
        } else {
            ledger.check(&urls, &settings(OPEN), &dns).unwrap();
        }
        assert_eq!(ledger.due(), 0);
        assert_eq!(ledger.seen().len(), 24, "each was seen once");
        let counts = counts(&server);
        assert_eq!(counts.len(), 24);
        let again: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(again.len() <= hosts.len(), "only what was under way is asked again: {again:?}");
        assert!(again.iter().all(|(page, count)| {
            **count == 2
                && !seen
                    .iter()
                    .any(|url| url.replace(&format!(":{}", server.port()), "").ends_with(*page))
        }));
    }
}

#[test]
fn a_run_without_a_ledger_can_be_stopped() {
    let server = Server::start();
    let stop = Stop::default();
    let progress = StopAfter::new(1, stop.clone());
    let settings = CrawlSettings { stop, ..settings(OPEN) };
    let done = check_urls(slow_pages(&server), &settings, None, &progress);
    assert!(matches!(done, Err(CrawlError::Stopped)), "{done:?}");
    assert!(server.requests().len() < 5);
}

#[test]
fn stopping_does_not_wait_for_a_silent_host() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("a.example", Ok(&["127.0.0.1"]))
        .with("b.example", Ok(&["127.0.0.1"]));
    let urls = [server.url_at("a.example", "/silence"), server.url_at("b.example", "/ok")];
    let (ledger, stop) = (TestLedger::of(&urls), Stop::default());
    let progress = StopAfter::new(1, stop.clone());
    // The timeout is longer than any test may run.
    let settings = CrawlSettings { timeout: Duration::from_hours(3), stop, ..settings(OPEN) };
    let done = ledger.check_telling(&urls, &settings, &Arc::new(dns), &progress);
    assert!(matches!(done, Err(CrawlError::Stopped)), "{done:?}");
    assert_eq!(ledger.seen().len(), 1);
}

/// Returns URLs of 30 hosts whose first lookup fails and of five hosts that answer, with a
/// resolver.
fn lost_and_near(server: &Server) -> (Vec<String>, FakeDns) {
    let mut dns = FakeDns::default();
    let mut urls = Vec::new();
    for n in 0..30 {
        let name: &'static str = format!("lost-{n}.example").leak();
        dns = dns.with(name, Err(LookupError::Failed)).with(name, Ok(&["127.0.0.1"]));
        urls.push(server.url_at(name, "/ok"));
    }
    for n in 0..5 {
        let name: &'static str = format!("near-{n}.example").leak();
        dns = dns.with(name, Ok(&["127.0.0.1"]));
        urls.push(server.url_at(name, "/ok"));
    }
    (urls, dns)
}

#[test]
fn failures_of_the_local_network_are_not_recorded() {
    for crawls in [false, true] {
        let server = Server::start();
        let (urls, dns) = lost_and_near(&server);
        let (ledger, dns) = (TestLedger::of(&urls), Arc::new(dns));
        // The hosts that answered are unreachable when they are requested again.
        let cut = ActAfter::new(35, || dns.cut(true));
        let done = if crawls {
            ledger.crawl_telling(&settings(OPEN), &dns, &cut)
        } else {
            ledger.check_telling(&urls, &settings(OPEN), &dns, &cut).map(drop)
        };
        assert!(matches!(done, Err(CrawlError::LocalNetworkDown)), "{done:?}");
        let seen = ledger.seen();
        assert_eq!(seen.len(), 5, "{seen:?}");
        assert!(
            seen.iter()
                .all(|(url, seen)| { url.contains("near-") && seen.reading == Reading::Alive })
        );
        assert_eq!(ledger.due(), 30);
        dns.cut(false);
        ledger.pass(Duration::from_mins(1));
        ledger.crawl_or_check(crawls, &urls, &settings(OPEN), &dns).unwrap();
        assert_eq!((ledger.seen().len(), ledger.due()), (35, 0));
    }
}

#[test]
fn failures_count_while_other_hosts_still_answer() {
    for crawls in [false, true] {
        let server = Server::start();
        let (urls, dns) = lost_and_near(&server);
        let ledger = TestLedger::of(&urls);
        ledger.crawl_or_check(crawls, &urls, &settings(OPEN), &Arc::new(dns)).unwrap();
        assert_eq!((ledger.seen().len(), ledger.due()), (35, 0));
        for url in &urls[..30] {
            let status = ledger.status(url);
            assert_eq!((status.verdict, status.strikes), (Verdict::Failing, 1));
        }
        let asked = server.lines().iter().filter(|line| *line == "HEAD /ok").count();
        assert!((6..=8).contains(&asked), "a few were asked once more: {:?}", server.lines());
    }
}

#[test]
fn hosts_with_failed_lookups_are_dead_in_the_end_even_if_no_other_url_is_due() {
    let server = Server::start();
    let mut dns = FakeDns::default();
    let mut urls = Vec::new();
    for n in 0..31 {
        let name: &'static str = format!("host-{n}.example").leak();
        let is_lost = n < 21;
        dns = dns.with(name, if is_lost { Err(LookupError::TimedOut) } else { Ok(&["127.0.0.1"]) });
        urls.push(server.url_at(name, "/ok"));
    }
    let (ledger, dns) = (TestLedger::of(&urls), Arc::new(dns));
    for day in (0..=32).step_by(4) {
        ledger.check(&urls, &settings(OPEN), &dns).unwrap();
        let status = ledger.status(&urls[0]);
        let is_dead = status.strikes >= 5 && day >= 30;
        let expected = if is_dead { Verdict::Dead } else { Verdict::Failing };
        assert_eq!(status.verdict, expected, "{day}: {status:?}");
        ledger.pass(DAY * 4);
    }
    let verdicts: Vec<_> = urls.iter().map(|url| ledger.status(url).verdict).collect();
    assert_eq!(verdicts, [vec![Verdict::Dead; 21], vec![Verdict::Alive; 10]].concat());
}

#[test]
fn retry_after_on_head_is_not_a_failure() {
    let server =
        Server::serving(|request| match (request.method.as_str(), request.path.as_str()) {
            (_, "/robots.txt") => Some(status(404)),
            ("HEAD", "/soon") => Some(with_header(503, "Retry-After: 1")),
            ("HEAD", _) => Some(with_header(503, "Retry-After: 120")),
            _ => None,
        });
    let urls = [server.url("/soon"), server.url_at("b.example", "/later")];
    let (ledger, dns) = (TestLedger::of(&urls), dns(&["b.example"]));
    for _ in 0..6 {
        ledger.crawl(&settings(OPEN), &dns).unwrap();
        assert!(!ledger.is_seen(&urls[1]), "what it says to GET is not known");
        assert_eq!(ledger.due(), 1);
        ledger.pass(DAY * 3);
    }
    assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive, "it was asked after the pause");
    let asked = server.lines_at("b.example");
    assert_eq!(asked.iter().filter(|line| *line == "HEAD /later").count(), 6, "{asked:?}");
}

#[test]
fn hosts_with_failed_lookups_are_failing_if_others_answer() {
    let server = Server::start();
    let mut dns = FakeDns::default().with("near.example", Ok(&["127.0.0.1"]));
    let mut urls = vec![server.url_at("near.example", "/ok")];
    for n in 0..5 {
        let name: &'static str = format!("lost-{n}.example").leak();
        dns = dns.with(name, Err(LookupError::Failed));
        urls.push(server.url_at(name, "/ok"));
    }
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings(OPEN), &Arc::new(dns)).unwrap();
    for url in &urls[1..] {
        let status = ledger.status(url);
        assert_eq!((status.verdict, status.strikes), (Verdict::Failing, 1));
    }
    assert_eq!(ledger.due(), 0);
}

#[test]
fn progress_counts_every_url_once() {
    let server = Server::start();
    let urls: Vec<_> = ["/ok", "/404", "/moved", "/500"].map(|path| server.url(path)).into();
    let (ledger, progress) = (TestLedger::of(&urls), Counter::default());
    ledger.crawl_telling(&settings(OPEN), &Arc::default(), &progress).unwrap();
    let calls = [progress.total, progress.advanced, progress.finished];
    assert_eq!(calls.map(AtomicUsize::into_inner), [4, 4, 1]);
}

#[test]
fn a_check_reports_refused_urls() {
    let server = Server::start();
    let urls = [server.url("/ok"), "http://10.0.0.1/".to_owned()];
    let (ledger, progress) = (TestLedger::new(), Counter::default());
    ledger.check_telling(&urls, &settings(OPEN), &Arc::default(), &progress).unwrap();
    assert_eq!([progress.total, progress.advanced].map(AtomicUsize::into_inner), [2, 2]);
}

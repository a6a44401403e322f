//! Tests of concurrent runs with one ledger. No host gets requests from two runs at once, and no
//! run writes under the lease of another.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use dateline::internals::source_status::{Outcome, Verdict};
use dateline::internals::sources::ledger::observation::Reading;
use dateline::internals::sources::ledger::{Claim, LeaseRequest, Ledger, Observation};
use dateline::internals::sources::{CrawlSettings, Progress};

use crate::support::ledger::{ActAfter, TestLedger, stop_after};
use crate::support::server::{Server, status};
use crate::support::url_checks::{FakeDns, OPEN, dns, settings};

/// A progress observer that lets all runs start at the same moment.
struct Together(Barrier);

impl Progress for Together {
    fn start(&self, _: u64) {
        self.0.wait();
    }
    fn advance(&self, _: &Outcome) {}
    fn finish(&self) {}
}

/// Returns settings with short leases, so that a run that waits for a lease gets it soon.
fn short() -> CrawlSettings {
    let (timeout, connect_timeout) = (Duration::from_secs(2), Duration::from_secs(1));
    CrawlSettings { timeout, connect_timeout, ..settings(OPEN) }
}

fn server_without_robots() -> Server {
    Server::serving(|request| (request.path == "/robots.txt").then(|| status(404)))
}

fn named(count: usize) -> (Vec<&'static str>, FakeDns) {
    let names: Vec<&'static str> =
        (0..count).map(|n| &*format!("host-{n}.example").leak()).collect();
    let dns = names.iter().fold(FakeDns::default(), |dns, name| dns.with(name, Ok(&["127.0.0.1"])));
    (names, dns)
}

/// Starts two runs at the same moment.
fn at_once(run: impl Fn(&Together) + Sync) {
    let both = Together(Barrier::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| run(&both));
        }
    });
}

fn crawl_at_once(ledger: &TestLedger, settings: &CrawlSettings, dns: &Arc<FakeDns>) {
    at_once(|both| ledger.crawl_telling(settings, dns, both).unwrap());
}

#[test]
fn two_concurrent_crawls_request_each_page_once() {
    let server = server_without_robots();
    let (names, dns) = named(40);
    let page = |host: &&str| (0..3).map(|n| server.url_at(host, &format!("/slow?{n}"))).collect();
    let urls: Vec<String> = names.iter().flat_map(|host| -> Vec<String> { page(host) }).collect();
    let ledger = TestLedger::of(&urls);
    let settings = short();
    crawl_at_once(&ledger, &settings, &Arc::new(dns));
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.together == 1), "{requests:?}");
    let pages: Vec<_> = requests.iter().filter(|one| one.path != "/robots.txt").collect();
    assert_eq!(pages.len(), urls.len());
    let distinct: BTreeSet<_> = pages.iter().map(|one| (&one.host, &one.path)).collect();
    assert_eq!(distinct.len(), urls.len());
    assert_eq!(requests.len() - pages.len(), 40, "one robots.txt for each host");
    assert_eq!((ledger.seen().len(), ledger.due()), (urls.len(), 0));
}

#[test]
fn two_concurrent_checks_request_each_page_once() {
    let server = Server::start();
    let urls: Vec<_> = (0..6).map(|n| server.url(&format!("/slow?{n}"))).collect();
    let ledger = TestLedger::of(&urls);
    let settings = short();
    at_once(|both| {
        ledger.check_telling(&urls, &settings, &Arc::default(), both).unwrap();
    });
    assert_eq!((server.requests().len(), ledger.seen().len()), (6, 6));
}

#[test]
fn the_target_host_of_a_redirect_is_leased_too() {
    let server = server_without_robots();
    let (names, dns) = named(12);
    let dns = Arc::new(dns.with("target.example", Ok(&["127.0.0.1"])));
    let urls: Vec<_> =
        names.iter().map(|host| server.url_at(host, "/to-host?target.example")).collect();
    let ledger = TestLedger::of(&urls);
    let settings = short();
    crawl_at_once(&ledger, &settings, &dns);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.together == 1), "{requests:?}");
    assert!(!server.lines_at("target.example").is_empty());
    // A run that repeatedly found the target host leased leaves the redirecting pages to a later
    // run.
    ledger.pass(Duration::from_mins(1));
    ledger.crawl(&settings, &dns).unwrap();
    assert_eq!((ledger.seen().len(), ledger.due()), (urls.len(), 0));
    assert!(server.requests().iter().all(|request| request.together == 1));
}

/// Claims the host for another run. The clock of that run reads `now`, which may be later than the
/// end of the first run's lease.
fn claim_elsewhere(ledger: &TestLedger, now: i64) -> Claim {
    let request = LeaseRequest { duration: 3_600_000, max_urls: 64 };
    ledger.open().claim(request, now).unwrap().unwrap()
}

/// Records every URL of a claim as alive.
fn fill(ledger: &TestLedger, claim: &Claim) {
    let at = ledger.now();
    let alive = Observation {
        at,
        reading: Reading::Alive,
        status: Some(200),
        error: None,
        final_url: None,
    };
    let all: Vec<_> = claim.urls.iter().map(|one| (one.id, alive.clone())).collect();
    ledger.open().complete(&claim.lease, &all, at).unwrap();
}

#[test]
fn results_are_not_written_under_a_lost_lease() {
    let server = server_without_robots();
    let urls: Vec<_> = (0..4).map(|n| server.url(&format!("/ok?{n}"))).collect();
    let ledger = TestLedger::of(&urls);
    let claim = std::sync::Mutex::new(None);
    let take = ActAfter::new(3, || {
        *claim.lock().unwrap() = Some(claim_elsewhere(&ledger, ledger.now() + 60_000));
    });
    let settings = CrawlSettings { timeout: Duration::from_secs(1), ..settings(OPEN) };
    ledger.crawl_telling(&settings, &Arc::default(), &take).unwrap();
    let claim = claim.into_inner().unwrap().unwrap();
    // Only the results from before the lost lease are written.
    let seen: Vec<_> = ledger.seen().into_iter().map(|(url, _)| url).collect();
    assert_eq!(seen, urls[..2]);
    assert_eq!(claim.urls.len(), 2);
    assert_eq!(ledger.due(), 2);
    // The other run still holds the lease and can write its results.
    assert!(ledger.open().holds(&claim.lease, ledger.now()).unwrap());
    fill(&ledger, &claim);
    assert_eq!((ledger.seen().len(), ledger.due()), (4, 0));
}

#[test]
fn a_run_that_lost_its_lease_releases_the_host() {
    let server = server_without_robots();
    let urls: Vec<_> = (0..4).map(|n| server.url(&format!("/ok?{n}"))).collect();
    let ledger = TestLedger::of(&urls);
    let take = ActAfter::new(3, || drop(claim_elsewhere(&ledger, ledger.now() + 60_000)));
    ledger.crawl_telling(&settings(OPEN), &Arc::default(), &take).unwrap();
    let asked = server.requests().len();
    assert!(asked <= 5, "its pages were asked for again and again: {asked} requests");
}

#[test]
fn a_suspended_run_does_not_repeat_the_requests_of_another() {
    let server = server_without_robots();
    let urls: Vec<_> = (0..6).map(|n| server.url(&format!("/ok?{n}"))).collect();
    let ledger = TestLedger::of(&urls);
    let sleep = ActAfter::new(2, || {
        ledger.pass(Duration::from_hours(1));
        fill(&ledger, &claim_elsewhere(&ledger, ledger.now()));
    });
    ledger.crawl_telling(&settings(OPEN), &Arc::default(), &sleep).unwrap();
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok?0", "HEAD /ok?1"]);
    assert_eq!(ledger.seen().len(), 6);
}

#[test]
fn a_host_leased_by_another_run_is_skipped() {
    let server = server_without_robots();
    let urls = [server.url("/ok")];
    let ledger = TestLedger::of(&urls);
    // This lease lasts an hour, longer than a run waits.
    claim_elsewhere(&ledger, ledger.now());
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let outcomes = ledger.check(&urls, &settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(outcomes[0].evidence.record, None, "nothing is known of it yet");
    assert_eq!((server.connections(), ledger.due()), (0, 1));
    ledger.pass(Duration::from_hours(2));
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!((ledger.seen().len(), ledger.due()), (1, 0));
}

#[test]
fn two_crawls_keep_a_delay_longer_than_the_timeout() {
    let server = server_without_robots();
    let urls: Vec<_> = (0..3).map(|n| server.url_at("a.example", &format!("/ok?{n}"))).collect();
    let ledger = TestLedger::of(&urls);
    let [timeout, connect_timeout, delay] = [200, 400, 800].map(Duration::from_millis);
    let settings = CrawlSettings { timeout, connect_timeout, delay, ..settings(OPEN) };
    crawl_at_once(&ledger, &settings, &dns(&["a.example"]));
    let expected = ["GET /robots.txt", "HEAD /ok?0", "HEAD /ok?1", "HEAD /ok?2"];
    assert_eq!(server.lines(), expected);
    let requests = server.requests();
    let gaps: Vec<_> = requests.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    // The server logs a request a moment after it was sent.
    assert!(gaps.iter().all(|gap| *gap > Duration::from_millis(650)), "{gaps:?}");
}

#[test]
fn a_slow_connection_may_use_most_of_the_lease() {
    let server = server_without_robots();
    let urls = [server.url_at("a.example", "/ok")];
    let ledger = TestLedger::of(&urls);
    let settings = CrawlSettings {
        timeout: Duration::from_millis(1200),
        connect_timeout: Duration::from_millis(900),
        // A run that is always too late to send the request would retry forever.
        stop: stop_after(Duration::from_secs(30)),
        ..settings(OPEN)
    };
    let here = FakeDns::default().with("a.example", Ok(&["127.0.0.1"]));
    let dns = Arc::new(here.slowly(Duration::from_millis(650)));
    ledger.crawl(&settings, &dns).unwrap();
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok"]);
    // One lookup for each of the two requests, and one to learn whether the server can be trusted.
    assert_eq!((ledger.status(&urls[0]).verdict, dns.asked("a.example")), (Verdict::Alive, 3));
}

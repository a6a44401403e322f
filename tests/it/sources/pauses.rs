//! Tests of runs with a ledger, on hosts that ask for a pause or are down. A run waits or continues
//! with other hosts, does not repeat requests in vain, and records the pause for the next run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dateline::internals::source_status::{ErrorClass, Verdict};
use dateline::internals::sources::{CrawlError, CrawlSettings, Pace, Stop};

use crate::support::ledger::{TestLedger, stop_after};
use crate::support::server::{Server, redirect, status, with_header};
use crate::support::url_checks::{FakeDns, OPEN, dns, run, settings};

/// Returns settings that stop the run after 30 seconds if it does not end.
fn ending() -> CrawlSettings {
    CrawlSettings { stop: stop_after(Duration::from_secs(30)), ..settings(OPEN) }
}

/// Returns a resolver with two names: one for the server, and one for an address without a server.
fn up_and_down(up: &'static str, down: &'static str) -> Arc<FakeDns> {
    Arc::new(FakeDns::default().with(up, Ok(&["127.0.0.1"])).with(down, Ok(&["127.0.0.3"])))
}

fn is_each_asked_once(lines: &[String]) -> bool {
    lines.iter().collect::<BTreeSet<_>>().len() == lines.len()
}

#[test]
fn a_page_that_redirects_to_a_paused_host_stays_due() {
    for crawls in [false, true] {
        let server =
            Server::serving(|request| match (request.host.as_str(), request.path.as_str()) {
                (_, "/robots.txt") => Some(status(404)),
                ("b.example", _) => Some(with_header(429, "Retry-After: 3600")),
                _ => {
                    // Answer after the other host has asked for its pause.
                    thread::sleep(Duration::from_millis(300));
                    Some(redirect(302, &format!("http://b.example:{}/gates", request.port)))
                }
            });
        let urls = [server.url_at("a.example", "/moved"), server.url_at("b.example", "/gates")];
        let (ledger, dns) = (TestLedger::of(&urls), dns(&["a.example", "b.example"]));
        ledger.crawl_or_check(crawls, &urls, &ending(), &dns).unwrap();
        for host in ["a.example", "b.example"] {
            let lines = server.lines_at(host);
            assert_eq!(
                lines.iter().filter(|line| line.starts_with("HEAD")).count(),
                1,
                "{lines:?}"
            );
            assert!(is_each_asked_once(&lines), "{lines:?}");
        }
        assert!(!ledger.is_seen(&urls[0]));
        assert_eq!(ledger.due(), 1);
    }
}

#[test]
fn a_host_whose_pause_was_skipped_is_not_resumed_in_the_same_run() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        "/busy" => Some(with_header(429, "Retry-After: 1")),
        "/late" => {
            // The run lasts longer than the pause.
            thread::sleep(Duration::from_millis(1800));
            None
        }
        _ => None,
    });
    let mut urls: Vec<_> = ["/busy", "/gates"].map(|path| server.url_at("a.example", path)).into();
    urls.push(server.url_at("b.example", "/late"));
    let ledger = TestLedger::of(&urls);
    let settings = CrawlSettings { patience: Duration::from_millis(500), ..ending() };
    ledger.crawl(&settings, &dns(&["a.example", "b.example"])).unwrap();
    assert_eq!(server.lines_at("a.example"), ["GET /robots.txt", "HEAD /busy"]);
    assert_eq!((ledger.is_seen(&urls[1]), ledger.due()), (false, 1));
}

#[test]
fn pages_that_redirect_to_a_host_that_is_down_are_requested_once() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        path => Some(redirect(302, &format!("http://b.example:{}{path}", request.port))),
    });
    let urls: Vec<_> = (0..20).map(|n| server.url_at("a.example", &format!("/{n}"))).collect();
    let (ledger, dns) = (TestLedger::of(&urls), up_and_down("a.example", "b.example"));
    let settings = CrawlSettings { delay: Duration::from_millis(5), ..ending() };
    ledger.crawl(&settings, &dns).unwrap();
    assert!(dns.asked("b.example") <= 3, "{}", dns.asked("b.example"));
    assert!(is_each_asked_once(&server.lines()), "{:?}", server.lines());
    assert!(ledger.due() > 0, "what was not tried was not seen");
}

#[test]
fn pages_that_redirect_to_a_host_that_is_down_are_not_followed() {
    let server = Server::serving(|request| {
        Some(redirect(302, &format!("http://b.example:{}{}", request.port, request.path)))
    });
    let urls: Vec<_> = (0..20).map(|n| server.url_at("a.example", &format!("/{n}"))).collect();
    let dns = up_and_down("a.example", "b.example");
    let outcomes = run(&urls, &settings(OPEN), &dns);
    assert!(dns.asked("b.example") <= 5, "{}", dns.asked("b.example"));
    let is_untried = |error| error == Some(ErrorClass::HostDown);
    assert!(outcomes.iter().any(|outcome| is_untried(outcome.evidence.error)), "{outcomes:?}");
}

#[test]
fn a_host_is_requested_even_if_another_of_its_domain_is_down() {
    let server = Server::serving(|request| (request.path == "/robots.txt").then(|| status(404)));
    // A claim contains fewer URLs than this.
    let mut urls: Vec<_> =
        (0..130).map(|n| server.url_at("down.news.example", &format!("/ok?{n:03}"))).collect();
    urls.extend((0..20).map(|n| server.url_at("up.news.example", &format!("/ok?{n}"))));
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&ending(), &up_and_down("up.news.example", "down.news.example")).unwrap();
    let asked = server.lines_at("up.news.example");
    assert_eq!(asked.len(), 21, "its robots.txt and its pages: {asked:?}");
    assert!(is_each_asked_once(&asked), "{asked:?}");
    assert!(urls[130..].iter().all(|url| ledger.is_seen(url)));
}

/// Crawls three times, the third time after `time` has passed on the ledger's clock. Each crawl is
/// stopped a moment after the server has received the expected number of requests. Returns the
/// number of requests after each crawl.
fn crawl_thrice(
    ledger: &TestLedger,
    server: &Server,
    settings: &CrawlSettings,
    time: Duration,
    expected: [usize; 3],
) -> [usize; 3] {
    let times = [Duration::ZERO, Duration::ZERO, time];
    std::array::from_fn(|turn| {
        ledger.pass(times[turn]);
        let stop = Stop::default();
        let later = stop.clone();
        thread::scope(|scope| {
            scope.spawn(move || {
                let started = Instant::now();
                while server.requests().len() < expected[turn]
                    && started.elapsed() < Duration::from_secs(20)
                {
                    thread::sleep(Duration::from_millis(10));
                }
                thread::sleep(Duration::from_millis(300));
                later.set();
            });
            let settings = CrawlSettings { stop, ..settings.clone() };
            let done = ledger.crawl(&settings, &dns(&["a.example"]));
            assert!(matches!(done, Err(CrawlError::Stopped)), "{done:?}");
        });
        server.requests().len()
    })
}

#[test]
fn a_stopped_run_records_when_a_host_with_its_own_delay_is_ready() {
    let server = Server::serving(|request| (request.path == "/robots.txt").then(|| status(404)));
    let urls: Vec<_> = (0..9).map(|n| server.url_at("a.example", &format!("/ok?{n}"))).collect();
    let mut settings = settings(OPEN);
    let pace = Pace { delay: Duration::from_secs(30), at_once: 1 };
    settings.hosts.paces.insert("a.example".to_owned(), pace);
    let expected = [1, 1, 2];
    let later = Duration::from_secs(30);
    let asked = crawl_thrice(&TestLedger::of(&urls), &server, &settings, later, expected);
    assert_eq!(asked, expected, "{:?}", server.lines());
}

#[test]
fn a_stopped_run_records_pauses_for_the_next_run() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        _ => Some(with_header(429, "Retry-After: 30")),
    });
    let urls: Vec<_> = (0..9).map(|n| server.url_at("a.example", &format!("/ok?{n}"))).collect();
    let expected = [2, 2, 3];
    let later = Duration::from_secs(30);
    let asked = crawl_thrice(&TestLedger::of(&urls), &server, &settings(OPEN), later, expected);
    assert_eq!(asked, expected, "{:?}", server.lines());
}

#[test]
fn a_server_error_is_tried_again_after_the_other_urls_of_its_host() {
    for crawls in [false, true] {
        let errors = AtomicUsize::new(0);
        let server = Server::serving(move |request| match request.path.as_str() {
            "/robots.txt" => Some(status(404)),
            "/broken" => Some(status(500)),
            // The first two requests fail: HEAD, and then GET.
            "/flaky" if errors.fetch_add(1, Ordering::SeqCst) < 2 => Some(status(503)),
            path if path.starts_with("/gone") => Some(status(404)),
            _ => None,
        });
        let mut urls = vec![server.url("/broken"), server.url("/flaky")];
        // A crawl takes the URLs of a host in batches. This is more than one batch.
        urls.extend((0..100).map(|n| server.url(&format!("/gone?{n}"))));
        let ledger = TestLedger::of(&urls);
        ledger.crawl_or_check(crawls, &urls, &ending(), &Arc::default()).unwrap();
        assert_eq!(ledger.seen().len(), urls.len());
        assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Failing);
        assert_eq!(ledger.status(&urls[1]).verdict, Verdict::Alive);
        let lines = server.lines();
        let last = lines.iter().rposition(|line| line.contains("/gone")).expect("a request");
        let of = |path| {
            let lines = lines.iter().enumerate().filter(move |(_, line)| line.ends_with(path));
            lines.map(|(turn, line)| (line.split(' ').next().unwrap(), turn > last))
        };
        let expected = [("HEAD", false), ("GET", false), ("GET", true)];
        assert!(of("/broken").eq(expected), "{lines:?}");
        assert!(of("/flaky").eq(expected), "{lines:?}");
    }
}

#[test]
fn a_host_stays_leased_until_its_failed_urls_are_tried_again() {
    let errors = Arc::new(AtomicUsize::new(0));
    let (counter, limit) = (Arc::clone(&errors), 2);
    let server = Server::serving(move |request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        _ if counter.fetch_add(1, Ordering::SeqCst) < limit => Some(status(503)),
        _ => None,
    });
    let urls = [server.url("/flaky")];
    let ledger = TestLedger::of(&urls);
    // Without an extension, the lease would end before the second try.
    let (timeout, connect_timeout) = (Duration::from_millis(400), Duration::from_millis(400));
    let retry_pause = Duration::from_secs(3);
    let first = CrawlSettings { timeout, connect_timeout, retry_pause, ..ending() };
    thread::scope(|scope| {
        scope.spawn(|| ledger.crawl(&first, &Arc::default()).unwrap());
        let start = Instant::now();
        while errors.load(Ordering::SeqCst) < limit {
            assert!(start.elapsed() < Duration::from_secs(20), "the first run sends no request");
            thread::sleep(Duration::from_millis(10));
        }
        let second = CrawlSettings { patience: Duration::from_secs(20), ..first.clone() };
        ledger.crawl(&second, &Arc::default()).unwrap();
    });
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /flaky", "GET /flaky", "GET /flaky"]);
    assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive);
}

#[test]
fn a_stopped_run_stores_server_errors_whose_second_try_is_due() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        path if path.starts_with("/broken") => Some(status(503)),
        _ => None,
    });
    let urls: Vec<String> = (0..3).map(|n| server.url(&format!("/broken?{n}"))).collect();
    for crawls in [false, true] {
        let ledger = TestLedger::of(&urls);
        let stop = Stop::default();
        let settings = CrawlSettings {
            stop: stop.clone(),
            retry_pause: Duration::from_mins(1),
            ..settings(OPEN)
        };
        let before = server.requests().len();
        thread::scope(|scope| {
            let run =
                scope.spawn(|| ledger.crawl_or_check(crawls, &urls, &settings, &Arc::default()));
            let start = Instant::now();
            // Each URL is requested by HEAD, and then by GET.
            while server.requests().len() < before + 2 * urls.len() {
                assert!(start.elapsed() < Duration::from_secs(20), "the run requests nothing");
                thread::sleep(Duration::from_millis(10));
            }
            // The run has to read the last answer.
            thread::sleep(Duration::from_millis(500));
            stop.set();
            let ended = run.join().unwrap();
            assert!(matches!(ended, Err(CrawlError::Stopped)), "{ended:?}");
        });
        assert_eq!(ledger.seen().len(), urls.len(), "crawls: {crawls}");
        assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Failing);
    }
}

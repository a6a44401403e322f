//! Tests of politeness: pauses that hosts ask for, hosts that are down, and failures of the local
//! network.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dateline::internals::source_status::{ErrorClass, Outcome, Verdict};
use dateline::internals::sources::{CrawlError, CrawlSettings, Lookup, LookupError, check_urls};

use crate::support::server::{Server, status};
use crate::support::url_checks::{Counter, FakeDns, OPEN, run, settings};

/// Returns the times between consecutive requests to a server.
fn gaps(server: &Server) -> Vec<Duration> {
    server.requests().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

fn urls(server: &Server, paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| server.url(path)).collect()
}

fn verdicts(outcomes: &[Outcome]) -> Vec<(Verdict, Option<ErrorClass>)> {
    outcomes.iter().map(|outcome| (outcome.verdict, outcome.evidence.error)).collect()
}

#[test]
fn retry_after_in_seconds_or_as_a_date_is_honored() {
    for path in ["/429-soon", "/429-date"] {
        let server = Server::start();
        let outcomes = run(&urls(&server, &[path, "/ok"]), &settings(OPEN), &Arc::default());
        assert_eq!(verdicts(&outcomes), [(Verdict::Blocked, None), (Verdict::Alive, None)]);
        assert_eq!(server.lines(), [format!("HEAD {path}"), "HEAD /ok".to_owned()]);
        // The server logs a request a moment after it was sent.
        assert!(gaps(&server)[0] > Duration::from_millis(900), "{:?}", gaps(&server));
    }
}

#[test]
fn a_host_that_asks_for_too_long_a_pause_is_left_alone() {
    let server = Server::start();
    let outcomes = run(&urls(&server, &["/503-later", "/ok"]), &settings(OPEN), &Arc::default());
    let paused = (Verdict::Unknown, Some(ErrorClass::HostPaused));
    assert_eq!(verdicts(&outcomes), [paused; 2]);
    assert_eq!(outcomes[1].evidence.tries, 0);
    assert_eq!(server.lines(), ["HEAD /503-later"]);
}

#[test]
fn pauses_without_retry_after_double() {
    let server = Server::start();
    let settings = CrawlSettings { first_pause: Duration::from_millis(200), ..settings(OPEN) };
    let paths = ["/429?1", "/429?2", "/429?3", "/ok"];
    run(&urls(&server, &paths), &settings, &Arc::default());
    let gaps = gaps(&server);
    let doubled = [200, 400, 800].map(Duration::from_millis);
    let slack = Duration::from_millis(50);
    assert_eq!(gaps.len(), 3);
    assert!(gaps.iter().zip(doubled).all(|(gap, least)| *gap + slack > least), "{gaps:?}");
}

#[test]
fn other_pages_of_an_unreachable_host_are_not_requested() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("down.example", Ok(&["127.0.0.3"]))
        .with("up.example", Ok(&["127.0.0.1"]));
    let mut urls: Vec<String> =
        (0..6).map(|page| server.url_at("down.example", &format!("/{page}"))).collect();
    urls.push(server.url_at("up.example", "/ok"));
    let outcomes = run(&urls, &settings(OPEN), &Arc::new(dns));
    let tried = (Verdict::Unproven, Some(ErrorClass::Refused));
    let untried = (Verdict::Unknown, Some(ErrorClass::HostDown));
    let expected = [[tried; 3], [untried; 3]].concat();
    assert_eq!(verdicts(&outcomes)[..6], expected);
    assert_eq!(outcomes[6].verdict, Verdict::Alive);
    assert!(outcomes[3..6].iter().all(|outcome| outcome.evidence.tries == 0));
}

#[test]
fn hosts_of_one_domain_share_a_rate_limit() {
    let server = Server::start();
    let mut dns = FakeDns::default();
    for host in ["a.news.example", "b.news.example", "c.news.example"] {
        dns = dns.with(host, Ok(&["127.0.0.1"]));
    }
    let urls: Vec<String> =
        ["a", "b", "c"].map(|host| server.url_at(&format!("{host}.news.example"), "/ok")).to_vec();
    let delay = Duration::from_millis(250);
    run(&urls, &CrawlSettings { delay, ..settings(OPEN) }, &Arc::new(dns));
    let gaps = gaps(&server);
    assert_eq!(gaps.len(), 2);
    assert!(gaps.iter().all(|gap| *gap + Duration::from_millis(100) > delay), "{gaps:?}");
}

#[test]
fn failed_lookups_of_all_hosts_are_blamed_on_the_local_network() {
    let mut urls: Vec<String> =
        (0..150).map(|host| format!("http://host-{host}.example/")).collect();
    let lookup: Arc<dyn Lookup> = Arc::new(FakeDns::default());
    let outcome = check_urls(urls.clone(), &settings(OPEN), Some(lookup), &Counter::default());
    assert!(matches!(outcome, Err(CrawlError::LocalNetworkDown)), "{outcome:?}");
    // A host that answered is requested again. Its second answer proves that the local network
    // works.
    let server = Server::start();
    urls.truncate(40);
    urls.push(server.url("/ok"));
    let outcomes = run(&urls, &settings(OPEN), &Arc::default());
    assert_eq!(outcomes.len(), 41);
    let dead = outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Dead).count();
    assert_eq!((dead, server.lines()), (40, vec!["HEAD /ok".to_owned(); 2]));
}

#[test]
fn a_host_that_keeps_asking_for_pauses_is_left_alone() {
    let server = Server::start();
    let settings = CrawlSettings { first_pause: Duration::from_millis(1), ..settings(OPEN) };
    let paths: Vec<String> = (0..9).map(|page| format!("/429?{page}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let outcomes = run(&urls(&server, &paths), &settings, &Arc::default());
    assert_eq!(server.requests().len(), 5);
    let untried = (Verdict::Unknown, Some(ErrorClass::HostPaused));
    assert_eq!(verdicts(&outcomes)[5..], [untried; 4]);
}

#[test]
fn an_outage_of_most_hosts_is_inconclusive() {
    let names: Vec<String> = (0..40).map(|host| format!("host-{host}.example")).collect();
    let urls: Vec<String> = names.iter().map(|name| format!("http://{name}/")).collect();
    let mut dns = FakeDns::default();
    for name in names {
        let name: &'static str = name.leak();
        dns = dns.with(name, Err(LookupError::Failed));
    }
    let lookup: Arc<dyn Lookup> = Arc::new(dns);
    let outcome = check_urls(urls, &settings(OPEN), Some(lookup), &Counter::default());
    assert!(matches!(outcome, Err(CrawlError::LocalNetworkDown)), "{outcome:?}");
}

#[test]
fn a_server_error_says_nothing_about_other_urls_of_the_host() {
    let errors = AtomicUsize::new(0);
    let server = Server::serving(move |request| {
        if request.path == "/flaky" {
            // The first two requests fail: HEAD, and then GET.
            let number = errors.fetch_add(1, Ordering::SeqCst);
            return Some(status(if number < 2 { 503 } else { 200 }));
        }
        (request.path == "/broken").then(|| status(500))
    });
    let paths = ["/broken", "/flaky", "/ok?1", "/ok?2", "/ok?3", "/ok?4"];
    let outcomes = run(&urls(&server, &paths), &settings(OPEN), &Arc::default());
    let verdicts: Vec<_> = outcomes.iter().map(|outcome| outcome.verdict).collect();
    let mut expected = [Verdict::Alive; 6];
    expected[0] = Verdict::Unproven;
    assert_eq!(verdicts, expected);
    let lines = server.lines();
    let retry = lines.iter().rposition(|line| line == "GET /flaky").expect("a second try");
    let last = lines.iter().rposition(|line| line.starts_with("HEAD /ok")).expect("a request");
    assert!(retry > last, "the second try comes last: {lines:?}");
}

#[test]
fn the_delay_doubles_right_after_a_server_error() {
    let server =
        Server::serving(|request| request.path.starts_with("/broken").then(|| status(503)));
    let delay = Duration::from_millis(100);
    let settings = CrawlSettings { delay, ..settings(OPEN) };
    // One try for each URL is enough.
    let budget = Some(Duration::from_millis(1500));
    let settings = CrawlSettings { budget, retry_pause: Duration::from_secs(9), ..settings };
    run(&urls(&server, &["/broken", "/ok?1"]), &settings, &Arc::default());
    assert_eq!(server.lines()[..3], ["HEAD /broken", "GET /broken", "HEAD /ok?1"]);
    let gaps = gaps(&server);
    // Requests may arrive somewhat late, and the next ones then seem to come early.
    let late = Duration::from_millis(50);
    assert!(gaps[0] + late >= delay * 2, "after the first error: {gaps:?}");
    assert!(gaps[1] + late >= delay * 4, "after the second error: {gaps:?}");
}

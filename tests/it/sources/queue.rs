//! Tests of the order and pace of requests to a real server. Each URL is requested once, after the
//! delay, and retries come last.

use std::sync::Arc;
use std::time::Duration;

use dateline::internals::source_status::Verdict;
use dateline::internals::sources::{CrawlSettings, check_urls};

use crate::support::server::Server;
use crate::support::url_checks::{Counter, FakeDns, OPEN, run, settings};

#[test]
fn each_distinct_url_is_requested_once() {
    let server = Server::start();
    let urls: Vec<_> = ["/b", "/a", "/b", "/a#part", "/a"].map(|path| server.url(path)).into();
    let progress = Counter::default();
    let outcomes = check_urls(urls, &settings(OPEN), None, &progress).unwrap();
    let found: Vec<_> = outcomes.iter().map(|outcome| outcome.url.clone()).collect();
    assert_eq!(found, ["/a", "/a#part", "/b"].map(|path| server.url(path)));
    let mut lines = server.lines();
    lines.sort();
    assert_eq!(lines, ["HEAD /a", "HEAD /b"]);
    assert_eq!(progress.total.into_inner(), 3);
    assert_eq!(progress.advanced.into_inner(), 3);
    assert_eq!(progress.finished.into_inner(), 1);
}

#[test]
fn requests_to_one_host_are_delayed_and_other_hosts_do_not_wait() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("a.example", Ok(&["127.0.0.1"]))
        .with("b.example", Ok(&["127.0.0.1"]));
    let mut urls: Vec<_> =
        (0..6).map(|n| server.url_at("a.example", &format!("/slow?{n}"))).collect();
    urls.push(server.url_at("b.example", "/slow"));
    let delay = Duration::from_millis(100);
    let settings = CrawlSettings { delay, ..settings(OPEN) };
    run(&urls, &settings, &Arc::new(dns));

    let requests = server.requests();
    let of_a: Vec<_> = requests.iter().filter(|request| request.host == "a.example").collect();
    assert_eq!(of_a.len(), 6);
    assert!(of_a.iter().all(|request| request.together == 1));
    // There are five delays between the first request and the last. The first request may arrive up
    // to one delay late, so the test expects only four. The unit tests of the queue check the
    // single delays.
    assert!(of_a[5].at - of_a[0].at >= delay * 4);
    // The other host is requested while requests to the first host still wait.
    let place = requests.iter().position(|request| request.host == "b.example").unwrap();
    assert!(place < 6, "{place}");
}

#[test]
fn requests_to_one_host_overlap_only_up_to_the_limit() {
    let server = Server::start();
    let urls: Vec<_> = (0..12).map(|n| server.url(&format!("/slow?{n}"))).collect();
    run(&urls, &settings(OPEN), &Arc::default());
    assert!(server.requests().iter().all(|request| request.together == 1));

    let server = Server::start();
    let urls: Vec<_> = (0..12).map(|n| server.url(&format!("/slow?{n}"))).collect();
    run(&urls, &CrawlSettings { per_host: 3, ..settings(OPEN) }, &Arc::default());
    let most = server.requests().iter().map(|request| request.together).max().unwrap();
    assert!((2..=3).contains(&most), "{most}");
}

#[test]
fn a_redirect_waits_for_the_rate_limit_of_its_target() {
    let server = Server::start();
    let mut dns = FakeDns::default().with("target.example", Ok(&["127.0.0.1"]));
    let hosts = ["a.example", "b.example", "c.example", "d.example"];
    for host in hosts {
        dns = dns.with(host, Ok(&["127.0.0.1"]));
    }
    let urls = hosts.map(|host| server.url_at(host, "/to-host?target.example"));
    let outcomes = run(&urls, &settings(OPEN), &Arc::new(dns));
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
    let requests = server.requests();
    let at_target: Vec<_> =
        requests.iter().filter(|request| request.host == "target.example").collect();
    assert_eq!(at_target.len(), 4);
    assert!(at_target.iter().all(|request| request.together == 1));
}

#[test]
fn one_concurrent_request_is_enough_for_many_hosts() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("a.example", Ok(&["127.0.0.1"]))
        .with("b.example", Ok(&["127.0.0.1"]));
    let urls: Vec<_> = ["a.example", "b.example"]
        .iter()
        .flat_map(|host| ["/ok", "/404", "/moved"].map(|path| server.url_at(host, path)))
        .collect();
    let settings = CrawlSettings { concurrency: 1, ..settings(OPEN) };
    let outcomes = run(&urls, &settings, &Arc::new(dns));
    let verdicts: Vec<_> = outcomes.iter().map(|outcome| outcome.verdict).collect();
    let each = [Verdict::Dead, Verdict::Moved, Verdict::Alive];
    assert_eq!(verdicts, [each, each].concat());
}

#[test]
fn retries_come_after_all_first_requests() {
    let server = Server::start();
    let urls = ["/500", "/404", "/ok", "/zzz"].map(|path| server.url(path));
    run(&urls, &settings(OPEN), &Arc::default());
    let lines = server.lines();
    assert_eq!(lines.len(), 8, "{lines:?}");
    assert_eq!(lines[6..], ["GET /500", "GET /500"]);
}

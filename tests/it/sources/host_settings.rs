//! Tests of settings for single hosts: whether they are contacted, how fast, and with which
//! headers.

use std::sync::Arc;
use std::time::Duration;

use dateline::internals::archive::own_site::OwnSite;
use dateline::internals::source_status::{Cause, ErrorClass, Reason, Verdict};
use dateline::internals::sources::{CrawlSettings, Pace};

use crate::support::ledger::TestLedger;
use crate::support::server::{Request, Server, page, redirect, status};
use crate::support::url_checks::{OPEN, dns, run, settings};

fn carries(request: &Request, header: &str) -> bool {
    request.headers.iter().any(|line| line == header)
}

#[test]
fn skipped_hosts_are_not_contacted() {
    let server = Server::start();
    let dns = dns(&["skipped.example", "sub.skipped.example"]);
    let mut settings = settings(OPEN);
    settings.hosts.skip.insert("skipped.example".to_owned());
    let urls = ["skipped.example", "sub.skipped.example"].map(|host| server.url_at(host, "/ok"));
    let outcomes = run(&urls, &settings, &dns);
    let skipped = (Verdict::Unknown, Some(ErrorClass::Skipped));
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.error), skipped);
    assert_eq!(outcomes[1].verdict, Verdict::Alive, "another host, though of the same domain");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(dns.asked("skipped.example"), 0);

    // A crawl does not contact the host either, but records an observation, because otherwise the
    // URL would stay due.
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings, &dns).unwrap();
    let status = ledger.status(&urls[0]);
    let skipped = Reason::Cause(Cause::Error(ErrorClass::Skipped));
    assert_eq!((status.verdict, status.reason), (Verdict::Unknown, Some(skipped)));
    assert_eq!(ledger.due(), 0);
    assert_eq!(server.lines_at("skipped.example").len() + dns.asked("skipped.example"), 0);
}

#[test]
fn redirects_to_skipped_hosts_are_not_followed() {
    let server = Server::start();
    let mut settings = settings(OPEN);
    settings.hosts.skip.insert("skipped.example".to_owned());
    let dns = dns(&["a.example", "skipped.example", "skipped.example."]);
    // A trailing dot does not make the name a different host.
    let urls = [
        server.url_at("a.example", "/to-host?skipped.example"),
        server.url_at("skipped.example.", "/ok"),
    ];
    for outcome in run(&urls, &settings, &dns) {
        let found = (outcome.verdict, outcome.evidence.error);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::Skipped)), "{}", outcome.url);
    }
}

#[test]
fn the_own_site_is_not_contacted_even_after_a_redirect() {
    let server = Server::start();
    let mut settings = settings(OPEN);
    settings.hosts.own_site = OwnSite::new(&["own.example".to_owned()], &[]);
    let dns = dns(&["a.example", "own.example"]);
    let urls =
        [server.url_at("a.example", "/to-host?own.example"), server.url_at("own.example", "/ok")];
    for outcome in run(&urls, &settings, &dns) {
        let found = (outcome.verdict, outcome.evidence.error);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::Skipped)), "{}", outcome.url);
    }
    assert_eq!(server.lines_at("own.example").len() + dns.asked("own.example"), 0);
}

#[test]
fn a_header_is_sent_to_its_own_host_only() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/away" => Some(redirect(302, &format!("http://other.example:{}/ok", request.port))),
        "/below" => Some(redirect(302, &format!("http://sub.mine.example:{}/ok", request.port))),
        "/robots.txt" => Some(status(404)),
        _ => None,
    });
    let dns = dns(&["mine.example", "sub.mine.example", "other.example", "example"]);
    let mut settings = settings(OPEN);
    assert!(settings.hosts.add_header("mine.example", "Authorization", "hush"));
    assert!(settings.hosts.add_header("mine.example", "x-key", "two"));
    let mut urls =
        ["/ok", "/404", "/away", "/below"].map(|p| server.url_at("mine.example", p)).to_vec();
    urls.extend(["sub.mine.example", "other.example"].map(|host| server.url_at(host, "/own")));
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings, &dns).unwrap();
    let requests = server.requests();
    let to = |host: &str| requests.iter().filter(|one| one.host == host).count();
    assert_eq!((to("mine.example"), to("sub.mine.example"), to("other.example")), (6, 3, 3));
    for request in &requests {
        let own = request.host == "mine.example";
        assert_eq!(carries(request, "authorization: hush"), own, "{request:?}");
        assert_eq!(carries(request, "x-key: two"), own, "{request:?}");
    }
}

#[test]
fn a_header_is_sent_with_soft_404_requests() {
    // Without the header, the server would refuse the request for a random path, and the page would
    // count as alive.
    let server = Server::serving(|request| {
        Some(match request.method.as_str() {
            "HEAD" => status(405),
            _ if carries(request, "cookie: reader=1") => {
                page("<p>There is no such page here, reader.</p>")
            }
            _ => status(403),
        })
    });
    let dns = dns(&["mine.example"]);
    let mut settings = settings(OPEN);
    assert!(settings.hosts.add_header("mine.example", "Cookie", "reader=1"));
    let outcomes = run(&[server.url_at("mine.example", "/2012/gates")], &settings, &dns);
    assert_eq!(outcomes[0].verdict, Verdict::Soft404);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn invalid_headers_are_refused() {
    let mut settings = settings(OPEN);
    for (name, value) in [("", "x"), ("a b", "x"), ("x-key", "two\nlines"), ("x-key:", "x")] {
        assert!(!settings.hosts.add_header("mine.example", name, value), "{name:?} {value:?}");
    }
}

#[test]
fn a_host_can_have_its_own_delay() {
    let server = Server::start();
    let hosts = ["a.slow.example", "b.slow.example", "quick.example"];
    let delay = Duration::from_millis(200);
    let mut settings = settings(OPEN);
    // A pace applies to a rate-limit key, so all hosts with the key share it.
    let slow = Pace { delay, at_once: 1 };
    settings.hosts.paces.insert("slow.example".to_owned(), slow);
    settings
        .hosts
        .paces
        .insert("quick.example".to_owned(), Pace { delay: Duration::ZERO, at_once: 3 });
    let urls: Vec<_> = hosts
        .iter()
        .flat_map(|host| (0..8).map(move |n| (host, format!("/slow?{n}"))))
        .filter(|(host, path)| **host == "quick.example" || path.as_str() < "/slow?2")
        .map(|(host, path)| server.url_at(host, &path))
        .collect();
    run(&urls, &settings, &dns(&hosts));
    let requests = server.requests();
    let (slow, quick): (Vec<_>, Vec<_>) =
        requests.iter().partition(|request| request.host.ends_with(".slow.example"));
    assert_eq!((slow.len(), quick.len()), (4, 8));
    let least = Duration::from_millis(100);
    assert!(slow.windows(2).all(|pair| pair[1].at - pair[0].at >= least), "{slow:?}");
    let most = quick.iter().map(|request| request.together).max().unwrap();
    assert!((2..=3).contains(&most), "{most}");
}

#[test]
fn the_delay_of_a_host_can_be_shorter_than_the_default() {
    let server = Server::start();
    let mut settings = CrawlSettings { delay: Duration::from_hours(1), ..settings(OPEN) };
    let pace = Pace { delay: Duration::ZERO, at_once: 1 };
    settings.hosts.paces.insert("127.0.0.1".to_owned(), pace);
    let urls: Vec<_> = (0..4).map(|n| server.url(&format!("/ok?{n}"))).collect();
    // With the default delay, the run would not end.
    let outcomes = run(&urls, &settings, &Arc::default());
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Alive));
}

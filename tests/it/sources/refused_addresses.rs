//! Tests of addresses that must not be contacted, reached by redirects of pages, robots.txt or
//! random paths, by changed lookups, or from a ledger.

use std::net::Ipv4Addr;
use std::sync::Arc;

use dateline::internals::source_status::{ErrorClass, Verdict};

use crate::support::ledger::TestLedger;
use crate::support::server::{Server, page, redirect, status, text};
use crate::support::url_checks::{FakeDns, OPEN, run, run_one, settings};

/// The only allowed address.
const OWN: &[&str] = &["127.0.0.1/32"];

/// Starts a second server on the same port as the first, at an address that must not be contacted.
fn silent_beside(server: &Server) -> Server {
    Server::start_at(Ipv4Addr::new(127, 0, 0, 2).into(), server.port()).unwrap()
}

/// Spellings of the second server's address that an attacker might use, and names that resolve to
/// it.
const SPELLINGS: [&str; 12] = [
    "127.0.0.2",
    "127.2",
    "2130706434",
    "0x7f000002",
    "0177.0.0.2",
    "[::ffff:127.0.0.2]",
    "[::127.0.0.2]",
    "[64:ff9b::127.0.0.2]",
    "[2002:7f00:2::]",
    "inside.example",
    "mapped.example",
    "mixed.example",
];

fn dns() -> FakeDns {
    FakeDns::default()
        .with("inside.example", Ok(&["127.0.0.2"]))
        .with("mapped.example", Ok(&["::ffff:127.0.0.2"]))
        .with("mixed.example", Ok(&["127.0.0.1", "127.0.0.2"]))
        .with("own.example", Ok(&["127.0.0.1"]))
}

#[test]
fn an_ipv6_zone_is_not_part_of_a_url() {
    let urls = ["http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1%25lo]:8080/"];
    let urls = urls.map(str::to_owned);
    let ledger = TestLedger::new();
    for outcome in run(&urls, &settings(OPEN), &Arc::default()) {
        let found = (outcome.verdict, outcome.evidence.error);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::Malformed)), "{}", outcome.url);
    }
    let outcomes = ledger.check(&urls, &settings(OPEN), &Arc::default()).unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Unknown), "{outcomes:?}");
    assert_eq!(ledger.seen(), []);
}

#[test]
fn a_redirect_to_a_refused_address_in_any_spelling_is_not_followed() {
    let server = Server::serving(|request| {
        let spelling = request.path.trim_start_matches('/');
        let number: usize = spelling.parse().ok()?;
        Some(redirect(302, &format!("http://{}:{}/ok", SPELLINGS[number], request.port)))
    });
    let silent = silent_beside(&server);
    let urls: Vec<_> = (0..SPELLINGS.len()).map(|n| server.url(&format!("/{n}"))).collect();
    for outcome in run(&urls, &settings(OWN), &Arc::new(dns())) {
        assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
        let error = outcome.evidence.error;
        // A name may be refused because of its port instead. Only addresses in an allowed range may
        // use this port.
        let refused =
            matches!(error, Some(ErrorClass::AddressRefused(_) | ErrorClass::PortRefused));
        assert!(refused, "{outcome:?}");
    }
    assert_eq!(server.requests().len(), SPELLINGS.len());
    assert_eq!(silent.connections(), 0);
}

#[test]
fn robots_txt_is_not_fetched_from_a_refused_address() {
    for spelling in SPELLINGS {
        let server = Server::serving(move |request| {
            let there = format!("http://{spelling}:{}/robots.txt", request.port);
            (request.path == "/robots.txt").then(|| redirect(302, &there))
        });
        let silent = silent_beside(&server);
        let ledger = TestLedger::of(&[server.url("/ok")]);
        ledger.crawl(&settings(OWN), &Arc::new(dns())).unwrap();
        assert_eq!(server.lines()[0], "GET /robots.txt");
        assert_eq!(silent.connections(), 0, "{spelling}");
        assert_eq!(ledger.due(), 0, "{spelling}");
    }
}

#[test]
fn a_redirect_of_a_nonexistent_path_to_a_refused_address_is_not_followed() {
    for spelling in SPELLINGS {
        let server = Server::serving(move |request| {
            let there = format!("http://{spelling}:{}/ok", request.port);
            Some(match (request.method.as_str(), request.path.as_str()) {
                ("HEAD", _) => status(405),
                (_, "/2012/short") => page("<p>Lock gates fail.</p>"),
                _ => redirect(302, &there),
            })
        });
        let silent = silent_beside(&server);
        let outcomes = run(&[server.url("/2012/short")], &settings(OWN), &Arc::new(dns()));
        assert_eq!(outcomes[0].verdict, Verdict::Alive, "nothing is proven by it: {outcomes:?}");
        assert_eq!(server.requests().len(), 3, "{spelling}: {:?}", server.lines());
        assert_eq!(silent.connections(), 0, "{spelling}");
    }
}

#[test]
fn a_host_that_changes_its_address_before_the_soft_404_request_is_refused() {
    let server = Server::serving(|request| {
        Some(if request.method == "HEAD" { status(405) } else { page("<p>Lock gates fail.</p>") })
    });
    let silent = silent_beside(&server);
    let dns = FakeDns::default()
        .with("turns.example", Ok(&["127.0.0.1"]))
        .with("turns.example", Ok(&["127.0.0.1"]))
        .with("turns.example", Ok(&["127.0.0.2"]));
    let dns = Arc::new(dns);
    let outcomes = run(&[server.url_at("turns.example", "/2012/short")], &settings(OWN), &dns);
    assert_eq!(outcomes[0].verdict, Verdict::Alive, "{outcomes:?}");
    assert_eq!(server.lines(), ["HEAD /2012/short", "GET /2012/short"]);
    assert_eq!(dns.asked("turns.example"), 3);
    assert_eq!(silent.connections(), 0);
}

#[test]
fn a_host_that_changes_its_address_after_robots_txt_is_refused() {
    let server = Server::serving(|_| Some(text(404, "")));
    let silent = silent_beside(&server);
    let dns = FakeDns::default()
        .with("turns.example", Ok(&["127.0.0.1"]))
        .with("turns.example", Ok(&["127.0.0.2"]));
    let ledger = TestLedger::of(&[server.url_at("turns.example", "/a")]);
    ledger.crawl(&settings(OWN), &Arc::new(dns)).unwrap();
    assert_eq!(server.lines(), ["GET /robots.txt"]);
    assert_eq!(silent.connections(), 0);
    let status = ledger.status(&server.url_at("turns.example", "/a"));
    assert_eq!(status.verdict, Verdict::Unknown, "{status:?}");
}

#[test]
fn refused_urls_are_recorded_as_unknown_and_not_due_again() {
    let server = Server::start();
    let silent = silent_beside(&server);
    let port = server.port();
    let hosts = ["127.0.0.2", "[::1]", "[64:ff9b::127.0.0.2]", "inside.example", "mixed.example"];
    let mut urls = hosts.map(|host| format!("http://{host}:{port}/ok")).to_vec();
    urls.extend(
        ["http://me:x@127.0.0.1/", "ftp://a.example/x", "http://abc.onion/"].map(str::to_owned),
    );
    urls.push(format!("http://inside.example:{port}/again"));
    let dns = Arc::new(dns());
    for crawls in [true, false] {
        let ledger = TestLedger::of(&urls);
        if crawls {
            ledger.crawl(&settings(OWN), &dns).unwrap();
        } else {
            ledger.check(&urls, &settings(OWN), &dns).unwrap();
        }
        assert_eq!(ledger.due(), 0, "{crawls}");
        let seen = ledger.seen();
        assert_eq!(seen.len(), urls.len(), "each once: {seen:?}");
        for url in &urls {
            assert_eq!(ledger.status(url).verdict, Verdict::Unknown, "{url}");
        }
        // The refused URLs do not keep other pages of their hosts from being requested.
        let asked = server.requests().len();
        ledger.enroll(&[server.url_at("own.example", "/ok")]);
        ledger.crawl(&settings(OWN), &dns).unwrap();
        assert!(server.requests().len() > asked);
    }
    assert_eq!(silent.connections(), 0);
}

#[test]
fn the_second_server_is_reachable_if_its_address_is_allowed() {
    // The tests above depend on this.
    let server = Server::start();
    let silent = silent_beside(&server);
    assert_eq!(run_one(&silent.url("/ok"), &settings(OPEN)).verdict, Verdict::Alive);
    assert!(silent.connections() > 0);
}

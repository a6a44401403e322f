//! Tests of robots.txt in crawls, on a server where each host has its own file.

use std::sync::Arc;
use std::time::Duration;

use dateline::internals::source_status::Verdict;
use dateline::internals::sources::CrawlSettings;

use crate::support::ledger::{DAY, TestLedger};
use crate::support::server::{Answer, Request, Server, redirect, status, text, with_header};
use crate::support::url_checks::{FakeDns, OPEN, dns, settings};

const REFUSED: &str = "not tried: the host's robots.txt disallows it";
const UNKNOWN: &str = "not tried: the host's robots.txt could not be fetched";

/// Starts a server with this robots.txt.
fn server_with(robots: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
    Server::serving(move |request| (request.path == "/robots.txt").then(|| robots(request)))
}

fn crawled(server: &Server, paths: &[&str]) -> (TestLedger, Vec<String>) {
    let urls: Vec<_> = paths.iter().map(|path| server.url(path)).collect();
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    (ledger, urls)
}

fn stands(ledger: &TestLedger, url: &str) -> (Verdict, String) {
    let status = ledger.status(url);
    (status.verdict, status.reason.map(|reason| reason.to_string()).unwrap_or_default())
}

/// Returns the times between consecutive requests.
fn gaps(requests: &[Request]) -> Vec<Duration> {
    requests.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

/// The minimum time between requests in the server's log if the delay is 0.4 seconds. The server
/// logs a request a moment after it was sent.
const LEAST: Duration = Duration::from_millis(250);

#[test]
fn disallowed_paths_are_not_requested() {
    let server =
        server_with(|_| text(200, "User-agent: *\nDisallow: /private\nAllow: /private/not\n"));
    let (ledger, urls) = crawled(&server, &["/ok", "/private/a", "/private/not"]);
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok", "HEAD /private/not"]);
    let verdicts: Vec<_> = urls.iter().map(|url| ledger.status(url).verdict).collect();
    assert_eq!(verdicts, [Verdict::Alive, Verdict::Unknown, Verdict::Alive]);
    assert_eq!(stands(&ledger, &urls[1]).1, REFUSED);
    // A disallowed URL is not due. Otherwise, every crawl would try it again.
    assert_eq!(ledger.due(), 0);
}

#[test]
fn rules_for_dateline_override_rules_for_all_agents() {
    let server = server_with(|_| {
        text(200, "User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nDisallow: /private\n")
    });
    crawled(&server, &["/ok", "/private"]);
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok"]);
}

#[test]
fn redirects_to_disallowed_paths_are_not_followed() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(text(200, "User-agent: *\nDisallow: /private\n")),
        "/public" => Some(redirect(302, "/private/a")),
        _ => None,
    });
    let (ledger, urls) = crawled(&server, &["/public"]);
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /public"]);
    assert_eq!(stands(&ledger, &urls[0]), (Verdict::Unknown, REFUSED.to_owned()));
}

#[test]
fn a_missing_robots_txt_allows_everything() {
    for none in [404, 403, 410] {
        let server = server_with(move |_| status(none));
        let (ledger, urls) = crawled(&server, &["/ok"]);
        assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok"]);
        assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive, "{none}");
    }
}

#[test]
fn an_unavailable_robots_txt_allows_nothing_for_a_month() {
    let server = server_with(|_| status(500));
    let (ledger, urls) = crawled(&server, &["/a", "/b"]);
    assert_eq!(server.lines(), ["GET /robots.txt"]);
    for url in &urls {
        assert_eq!(stands(&ledger, url), (Verdict::Unknown, UNKNOWN.to_owned()));
    }
    assert_eq!(ledger.due(), 0);
    for (days, lines) in [(20, 2), (11, 5)] {
        ledger.pass(DAY * days);
        assert_eq!(ledger.due(), 2);
        ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
        assert_eq!(server.lines().len(), lines, "{:?}", server.lines());
    }
    assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive);
}

#[test]
fn robots_txt_is_requested_once_per_day_and_origin() {
    let server = server_with(|_| text(200, "User-agent: *\nDisallow: /private\n"));
    let other = Server::start();
    let (ledger, _) = crawled(&server, &["/a", "/b", "/private/a"]);
    // Another port of the same host is another origin.
    ledger.enroll(&[server.url("/c"), server.url("/private/b"), other.url("/a")]);
    ledger.pass(DAY / 2);
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /a", "HEAD /b", "HEAD /c"]);
    assert_eq!(other.lines(), ["GET /robots.txt", "HEAD /a"]);
    assert_eq!(stands(&ledger, &server.url("/private/b")), (Verdict::Unknown, REFUSED.to_owned()));
    ledger.enroll(&[server.url("/d")]);
    ledger.pass(DAY);
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(server.lines()[4..], ["GET /robots.txt", "HEAD /d"]);
}

#[test]
fn crawl_delay_is_honored() {
    let server = server_with(|_| text(200, "User-agent: *\nCrawl-delay: 0.4\n"));
    crawled(&server, &["/a", "/b", "/c"]);
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /a", "HEAD /b", "HEAD /c"]);
    let gaps = gaps(&server.requests()[1..]);
    assert!(gaps.iter().all(|gap| *gap >= LEAST), "{gaps:?}");
}

#[test]
fn crawl_delay_is_remembered_by_the_next_run() {
    let server = server_with(|_| text(200, "User-agent: *\nCrawl-delay: 0.4\n"));
    let (ledger, _) = crawled(&server, &["/ok"]);
    ledger.enroll(&["/a", "/b", "/c"].map(|path| server.url(path)));
    ledger.pass(Duration::from_hours(1));
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(server.lines()[2..], ["HEAD /a", "HEAD /b", "HEAD /c"]);
    let gaps = gaps(&server.requests()[2..]);
    assert!(gaps.iter().all(|gap| *gap >= LEAST), "{gaps:?}");
}

#[test]
fn retry_after_on_robots_txt_is_honored() {
    // These are two ports of one host. A pause for one port applies to the other.
    let servers = [(); 2].map(|()| server_with(|_| with_header(503, "Retry-After: 300")));
    let ledger = TestLedger::of(&[servers[0].url("/a"), servers[1].url("/b")]);
    ledger.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let asked = [servers[0].lines(), servers[1].lines()].concat();
    assert_eq!(asked, ["GET /robots.txt"]);
}

#[test]
fn a_redirected_robots_txt_is_fetched_at_the_delay_of_its_host() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/robots.txt" if request.host != "rules.example" => {
            Some(redirect(301, &format!("http://rules.example:{}/shared", request.port)))
        }
        "/shared" => Some(text(200, "User-agent: *\nDisallow: /private\n")),
        _ => None,
    });
    let hosts = ["a.example", "b.example", "c.example"];
    let mut dns = FakeDns::default().with("rules.example", Ok(&["127.0.0.1"]));
    let mut urls = vec![server.url_at("rules.example", "/slow")];
    for host in hosts {
        dns = dns.with(host, Ok(&["127.0.0.1"]));
        urls.extend(["/ok", "/private"].map(|path| server.url_at(host, path)));
    }
    let ledger = TestLedger::of(&urls);
    let delay = Duration::from_millis(200);
    ledger.crawl(&CrawlSettings { delay, ..settings(OPEN) }, &Arc::new(dns)).unwrap();
    for host in hosts {
        assert_eq!(server.lines_at(host), ["GET /robots.txt", "HEAD /ok"]);
        let private = server.url_at(host, "/private");
        assert_eq!(stands(&ledger, &private), (Verdict::Unknown, REFUSED.to_owned()));
    }
    let requests = server.requests();
    let there: Vec<_> = requests.iter().filter(|one| one.host == "rules.example").collect();
    assert_eq!(there.len(), 5, "three times, its own, and its page: {requests:?}");
    assert!(there.iter().all(|request| request.together == 1));
    let least = Duration::from_millis(100);
    assert!(there.windows(2).all(|pair| pair[1].at - pair[0].at >= least), "{there:?}");
    assert_eq!(ledger.due(), 0);
}

#[test]
fn pages_waiting_for_a_redirected_robots_txt_are_not_lost() {
    let server = Server::serving(|request| match (request.host.as_str(), request.path.as_str()) {
        ("a.news.example", "/robots.txt") => {
            Some(redirect(301, &format!("http://rules.example:{}/slow", request.port)))
        }
        (_, "/robots.txt") => Some(status(404)),
        _ => None,
    });
    let mut urls: Vec<_> =
        ["/ferry", "/gates", "/locks"].map(|path| server.url_at("a.news.example", path)).into();
    urls.push(server.url_at("b.news.example", "/gates"));
    let ledger = TestLedger::of(&urls);
    // If a page were lost, the crawl would not end without a time limit.
    let settings = CrawlSettings { budget: Some(Duration::from_secs(5)), ..settings(OPEN) };
    let dns = dns(&["a.news.example", "b.news.example", "rules.example"]);
    ledger.crawl(&settings, &dns).unwrap();
    assert_eq!((ledger.seen().len(), ledger.due()), (4, 0), "{:?}", server.lines());
}

#[test]
fn a_robots_txt_that_redirects_in_a_loop_counts_as_missing() {
    let server = server_with(|_| redirect(302, "/robots.txt"));
    let (ledger, urls) = crawled(&server, &["/ok"]);
    assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive);
    assert_eq!(server.lines().len(), 7, "five redirects are followed: {:?}", server.lines());
}

#[test]
fn an_endless_robots_txt_is_read_up_to_the_limit() {
    let server = server_with(|_| Answer::Endless(200));
    let (ledger, urls) = crawled(&server, &["/ok"]);
    assert_eq!(ledger.status(&urls[0]).verdict, Verdict::Alive);
    assert_eq!(server.lines(), ["GET /robots.txt", "HEAD /ok"]);
}

#[test]
fn a_nonexistent_host_gets_no_further_requests() {
    let urls = ["http://gone.example/a".to_owned(), "http://gone.example/b".to_owned()];
    let ledger = TestLedger::of(&urls);
    let dns = Arc::default();
    ledger.crawl(&settings(OPEN), &dns).unwrap();
    for url in &urls {
        let expected = (Verdict::Failing, "the host name does not exist".to_owned());
        assert_eq!(stands(&ledger, url), expected);
    }
    assert_eq!(ledger.due(), 0);
}

#[test]
fn a_check_does_not_request_robots_txt() {
    let server = server_with(|_| text(200, "User-agent: *\nDisallow: /\n"));
    let urls = [server.url("/ok")];
    let ledger = TestLedger::new();
    let outcomes = ledger.check(&urls, &settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(outcomes[0].verdict, Verdict::Alive);
    assert_eq!(server.lines(), ["HEAD /ok"]);
}

#[test]
fn a_truncated_or_compressed_robots_txt_allows_nothing() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\
        Content-Length: 400\r\n\r\nUser-agent: *\n";
    let packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\
        Content-Length: 6\r\n\r\n\x1f\x8b\x08\x00ab";
    for answer in [&begun[..], &packed[..]] {
        let server = server_with(move |_| Answer::Raw(answer.to_vec()));
        let (ledger, urls) = crawled(&server, &["/private"]);
        assert_eq!(server.lines(), ["GET /robots.txt"]);
        assert_eq!(stands(&ledger, &urls[0]), (Verdict::Unknown, UNKNOWN.to_owned()));
    }
}

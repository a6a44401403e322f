//! Tests of crawls that are killed, suspended or interrupted. They keep all observations, and the
//! server's log shows that no host gets two requests at once or too soon.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::net::Ipv4Addr;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::archive::TestArchive;
use crate::support::process::{dateline, send, wait_for, wait_until, with_default_signals};
use crate::support::server::{Request, Server};

const DELAY: Duration = Duration::from_millis(100);

/// The tolerance for times in the log. The server logs a request after reading it, which may be a
/// moment after its arrival.
const LATE: Duration = Duration::from_millis(60);

/// Starts a server on all loopback addresses, so that each address is a separate host.
fn server() -> Server {
    Server::start_at(Ipv4Addr::UNSPECIFIED.into(), 0).expect("a port")
}

fn host(number: usize) -> String {
    format!("127.0.3.{number}")
}

/// Creates an archive that cites these URLs.
fn citing(urls: &[String], settings: &str) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", format!("[sources]\n{settings}"));
    let mut page = "### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n".to_owned();
    for url in urls {
        page.extend(["1. [x](", url, ")\n"]);
    }
    archive.write("news/2012/03/25/a.md", page);
    archive
}

fn crawl(archive: &TestArchive) -> Child {
    with_default_signals()
        .args(["sources", "crawl", "--allow-address", "127.0.0.0/8"])
        .current_dir(archive.root())
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs")
}

fn random(below: u64) -> u64 {
    RandomState::new().hash_one(below) % below
}

fn status(archive: &TestArchive) -> serde_json::Value {
    let output = dateline(archive.root(), &["sources", "status", "--output-format", "json"]);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("no JSON: {error}: {output:?}"))
}

/// Returns the requests of each host.
fn by_host(server: &Server) -> BTreeMap<String, Vec<Request>> {
    let mut hosts: BTreeMap<String, Vec<Request>> = BTreeMap::new();
    for request in server.requests() {
        hosts.entry(request.host.clone()).or_default().push(request);
    }
    hosts
}

/// Returns the URLs, as host and path, whose last request was answered.
fn concluded(server: &Server) -> BTreeSet<(String, String)> {
    let is_last = |request: &Request| {
        let missing = request.path.starts_with("/404");
        request.path != "/robots.txt" && (request.method == "GET" || !missing)
    };
    let last = server.requests().into_iter().filter(is_last);
    last.map(|request| (request.host, request.path)).collect()
}

#[test]
fn a_crawl_killed_and_stopped_fifty_times_loses_nothing_and_keeps_its_rate_limits() {
    const HOSTS: usize = 8;
    const EACH: usize = 88;
    let server = server();
    let kinds = ["/ok", "/404", "/slow", "/moved"];
    let urls: Vec<String> = (0..HOSTS * EACH)
        .map(|n| server.url_at(&host(n % HOSTS + 1), &format!("{}?{n}", kinds[n / HOSTS % 4])))
        .collect();
    let archive = citing(&urls, "delay = \"100ms\"\ntimeout = \"500ms\"\n");
    let mut kills = 0;
    let mut child = crawl(&archive);
    for turn in 0..50 {
        sleep(Duration::from_millis(30 + random(300)));
        if turn % 2 == 0 {
            send(Signal::STOP, &child);
            sleep(Duration::from_millis(random(400)));
            send(Signal::CONT, &child);
            continue;
        }
        let answered = concluded(&server).len();
        child.kill().expect("it can be killed");
        wait_for(&mut child);
        kills += 1;
        let status = status(&archive);
        let unseen = usize::try_from(status["unseen"].as_u64().unwrap()).unwrap();
        let seen = urls.len() - unseen;
        assert!(seen + HOSTS >= answered, "{answered} were answered, {seen} are known");
        child = crawl(&archive);
    }
    assert!(wait_for(&mut child).success());
    assert_eq!(status(&archive)["unseen"], 0);
    assert_eq!(status(&archive)["due"], 0);
    let verdicts = &status(&archive)["verdicts"];
    let quarter = HOSTS * EACH / 4;
    assert_eq!(verdicts["failing"].as_u64(), Some(quarter as u64), "{verdicts}");

    let mut asked: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for (host, requests) in by_host(&server) {
        assert!(requests.iter().all(|request| request.together == 1), "{host} was asked at once");
        for pair in requests.windows(2) {
            let gap = pair[1].at - pair[0].at;
            assert!(gap + LATE >= DELAY, "{host}: {gap:?} between {pair:?}");
        }
        for request in requests {
            let Request { method, path, .. } = request;
            *asked.entry((host.clone(), method, path)).or_default() += 1;
        }
    }
    // Only requests in flight are repeated after a kill: one per host.
    let again: usize = asked
        .iter()
        .filter(|((_, _, path), _)| path != "/robots.txt" && path != "/ok")
        .map(|(_, times)| times - 1)
        .sum();
    assert!(again <= kills * HOSTS * 2, "{again} requests were made twice, {kills} kills");
}

#[test]
fn a_signal_ends_a_crawl_saves_all_results_and_releases_its_hosts() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        is_ended_in_order(signal, code);
    }
}

fn is_ended_in_order(signal: Signal, code: i32) {
    let server = server();
    let urls = [
        server.url_at(&host(1), "/silence"),
        server.url_at(&host(2), "/ok?1"),
        server.url_at(&host(2), "/ok?2"),
        server.url_at(&host(3), "/ok?3"),
    ];
    // The request to the silent host does not end by itself, and the host's lease outlasts the
    // request.
    let archive = citing(&urls, "delay = \"1s\"\ntimeout = \"10m\"\n");
    let mut child = crawl(&archive);
    let asks_for_trust = |request: &Request| request.host == host(3) && request.asks_for_trust();
    wait_until("the crawl contacts the silent host and finishes another", || {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the silent host");
        server.lines().contains(&"HEAD /silence".to_owned())
            && server.all_requests().iter().any(asks_for_trust)
    });
    // The crawl has to read the reply first. A host whose request is in flight stays leased.
    sleep(Duration::from_millis(500));
    send(signal, &child);
    assert_eq!(wait_for(&mut child).code(), Some(code));
    let seen = status(&archive)["verdicts"]["alive"].as_u64().unwrap();
    assert!(seen >= 1);
    // Hosts without a request in flight are released at once. The silent host is not, because it
    // may still answer.
    let mut again = crawl(&archive);
    let are_alive = || status(&archive)["verdicts"]["alive"] == 3;
    wait_until("the second crawl checks the hosts that are free", || {
        // Check whether the run has ended before reading the ledger, because the run may end in
        // between.
        let has_ended = again.try_wait().unwrap().is_some();
        let are_alive = are_alive();
        assert!(!has_ended || are_alive, "it ended without the hosts that are free");
        are_alive
    });
    again.kill().unwrap();
    wait_for(&mut again);
    let silent = server.lines().iter().filter(|line| line.ends_with("/silence")).count();
    assert_eq!(silent, 1);
}

//! Tests of checks against a server that misbehaves, including all verdicts and refusals.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use dateline::internals::address::AddressClass;
use dateline::internals::source_status::{ErrorClass, Outcome, Verdict};
use dateline::internals::sources::{CrawlSettings, LookupError, check_urls};

use crate::support::server::Server;
use crate::support::url_checks::{Counter, FakeDns, OPEN, run, run_one, settings};

/// Asserts the verdict, status, error and requests for one path of a server.
fn expect(
    path: &str,
    verdict: Verdict,
    status: Option<u16>,
    error: Option<ErrorClass>,
    requests: &[&str],
) -> Outcome {
    let server = Server::start();
    let outcome = run_one(&server.url(path), &settings(OPEN));
    assert_eq!(outcome.verdict, verdict, "{path}: {outcome:?}");
    assert_eq!(outcome.evidence.status, status, "{path}: {outcome:?}");
    assert_eq!(outcome.evidence.error, error, "{path}: {outcome:?}");
    assert_eq!(server.lines(), requests, "{path}");
    outcome
}

#[test]
fn localhost_is_not_contacted_by_default() {
    let server = Server::start();
    let port = server.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "127。0。0。1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[::ffff:0:127.0.0.1]",
        "localhost",
        "localhost.",
        "a.localhost",
    ];
    let urls = hosts.map(|host| format!("http://{host}:{port}/ok"));
    let dns = Arc::new(FakeDns::default().with("localhost", Ok(&["127.0.0.1"])));
    for outcome in run(&urls, &settings(&[]), &dns) {
        let refused = Some(ErrorClass::AddressRefused(AddressClass::Loopback));
        assert_eq!((outcome.verdict, outcome.evidence.error), (Verdict::Unknown, refused));
        assert_eq!(outcome.evidence.tries, 0, "{}", outcome.url);
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(dns.asked("localhost"), 0);
}

#[test]
fn an_allowed_range_is_contacted() {
    expect("/ok", Verdict::Alive, Some(200), None, &["HEAD /ok"]);

    let server = Server::start();
    let dns = Arc::new(FakeDns::default().with("localhost", Ok(&["127.0.0.1"])));
    let outcomes = run(&[server.url_at("localhost", "/ok")], &settings(OPEN), &dns);
    assert_eq!(outcomes[0].verdict, Verdict::Alive);
}

#[test]
fn requests_identify_dateline_and_carry_no_other_headers() {
    let server = Server::start();
    run_one(&server.url("/found#fragment"), &settings(OPEN));
    let requests = server.requests();
    assert_eq!(server.lines(), ["HEAD /found", "HEAD /ok"]);
    for request in requests {
        let names: Vec<_> = request
            .headers
            .iter()
            .filter_map(|line| line.split_once(':'))
            .map(|(n, _)| n)
            .collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["accept", "host", "user-agent"]);
        assert!(request.headers.iter().any(|line| line.starts_with("user-agent: dateline/")));
    }
}

#[test]
fn gone_pages_are_dead_at_once_if_get_agrees() {
    expect("/404", Verdict::Dead, Some(404), None, &["HEAD /404", "GET /404"]);
    expect("/410", Verdict::Dead, Some(410), None, &["HEAD /410", "GET /410"]);
    let requests = ["HEAD /moved-to-gone", "HEAD /404", "GET /moved-to-gone", "GET /404"];
    let outcome = expect("/moved-to-gone", Verdict::Dead, Some(404), None, &requests);
    let words = outcome.evidence.to_string();
    assert!(words.starts_with("404 Not Found at http://127.0.0.1:"), "{words}");
    assert!(words.ends_with("/404 (1 redirect)"), "{words}");
}

#[test]
fn get_overrides_a_failed_head() {
    for path in ["/head-405", "/head-403", "/head-404"] {
        let requests = [format!("HEAD {path}"), format!("GET {path}")];
        expect(path, Verdict::Alive, Some(200), None, &requests.each_ref().map(String::as_str));
    }
}

#[test]
fn get_is_tried_if_head_times_out() {
    let server = Server::start();
    let settings = CrawlSettings { timeout: Duration::from_secs(1), ..settings(OPEN) };
    assert_eq!(run_one(&server.url("/head-silent"), &settings).verdict, Verdict::Alive);
    assert_eq!(server.lines(), ["HEAD /head-silent", "GET /head-silent"]);
}

#[test]
fn bot_challenges_are_blocked_not_dead() {
    for status in [401, 402, 403, 405, 407, 412, 418, 428, 451, 501, 999] {
        let path = format!("/{status}");
        let requests = [format!("HEAD {path}"), format!("GET {path}")];
        let requests = requests.each_ref().map(String::as_str);
        expect(&path, Verdict::Blocked, Some(status), None, &requests);
    }
    // After 429, no second request follows.
    expect("/429", Verdict::Blocked, Some(429), None, &["HEAD /429"]);
    for (path, status) in [("/cf-challenge", 403), ("/waf-challenge", 405), ("/202-empty", 202)] {
        let requests = [format!("HEAD {path}"), format!("GET {path}")];
        let requests = requests.each_ref().map(String::as_str);
        expect(path, Verdict::Blocked, Some(status), None, &requests);
    }
    expect("/202", Verdict::Alive, Some(202), None, &["HEAD /202", "GET /202"]);
    expect("/400", Verdict::Unknown, Some(400), None, &["HEAD /400", "GET /400"]);
}

#[test]
fn a_server_error_is_retried_and_inconclusive() {
    let requests = ["HEAD /500", "GET /500", "GET /500", "GET /500"];
    let outcome = expect("/500", Verdict::Unproven, Some(500), None, &requests);
    assert_eq!(outcome.evidence.tries, 3);
    assert_eq!(outcome.evidence.to_string(), "500 Internal Server Error (3 tries)");
    // The server asks for two minutes, longer than a run waits.
    let paused = Some(ErrorClass::HostPaused);
    expect("/503-later", Verdict::Unknown, Some(503), paused, &["HEAD /503-later"]);
}

#[test]
fn a_reset_or_closed_connection_is_inconclusive() {
    for path in ["/reset", "/close"] {
        let requests = [format!("HEAD {path}")]
            .into_iter()
            .chain(std::iter::repeat_n(format!("GET {path}"), 3))
            .collect::<Vec<_>>();
        let requests: Vec<_> = requests.iter().map(String::as_str).collect();
        expect(path, Verdict::Unproven, None, Some(ErrorClass::Reset), &requests);
    }
}

#[test]
fn silence_is_a_timeout() {
    let server = Server::start();
    let settings = CrawlSettings { timeout: Duration::from_millis(150), ..settings(OPEN) };
    let outcome = run_one(&server.url("/silence"), &settings);
    assert_eq!(outcome.verdict, Verdict::Unproven);
    assert_eq!(outcome.evidence.error, Some(ErrorClass::TimedOut));
    assert_eq!(outcome.evidence.tries, 3);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_closed_port_is_tried_three_times() {
    // A bound port without a listener cannot be taken by another process.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let outcome = run_one(&format!("http://127.0.0.1:{port}/"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Unproven);
    assert_eq!(outcome.evidence.error, Some(ErrorClass::Refused));
    assert_eq!(outcome.evidence.to_string(), "the connection was refused (3 tries)");
}

#[test]
fn a_body_is_not_read_to_the_end() {
    let requests = ["HEAD /endless", "GET /endless"];
    expect("/endless", Verdict::Alive, Some(200), None, &requests);
    let requests = ["HEAD /endless-404", "GET /endless-404"];
    expect("/endless-404", Verdict::Dead, Some(404), None, &requests);
    // For this status, the check reads only the first part of the body.
    let requests = ["HEAD /endless-202", "GET /endless-202"];
    expect("/endless-202", Verdict::Alive, Some(202), None, &requests);
}

#[test]
fn an_answer_that_is_not_http_is_inconclusive() {
    let requests = ["HEAD /noise", "GET /noise"];
    expect("/noise", Verdict::Unknown, None, Some(ErrorClass::Protocol), &requests);

    let server = Server::start();
    let outcome = run_one(&server.url("/ok").replace("http:", "https:"), &settings(OPEN));
    let found = (outcome.verdict, outcome.evidence.error);
    assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::Tls)));
}

#[test]
fn only_a_chain_of_permanent_redirects_has_moved() {
    let outcome = expect("/moved", Verdict::Moved, Some(200), None, &["HEAD /moved", "HEAD /ok"]);
    assert!(outcome.evidence.final_url.unwrap().ends_with("/ok"));
    let requests = ["HEAD /permanent-chain", "HEAD /moved", "HEAD /ok"];
    let outcome = expect("/permanent-chain", Verdict::Moved, Some(200), None, &requests);
    let statuses: Vec<_> = outcome.evidence.redirects.iter().map(|hop| hop.status).collect();
    assert_eq!(statuses, [308, 301]);

    expect("/found", Verdict::Alive, Some(200), None, &["HEAD /found", "HEAD /ok"]);
    let requests = ["HEAD /mixed-chain", "HEAD /found", "HEAD /ok"];
    expect("/mixed-chain", Verdict::Alive, Some(200), None, &requests);
    expect("/slash", Verdict::Alive, Some(200), None, &["HEAD /slash", "HEAD /slash/"]);
}

#[test]
fn redirect_loops_and_long_chains_end() {
    let error = Some(ErrorClass::RedirectLoop);
    let requests = ["HEAD /loop", "HEAD /loop-back", "GET /loop", "GET /loop-back"];
    expect("/loop", Verdict::Unknown, Some(302), error, &requests);
    expect("/self", Verdict::Unknown, Some(302), error, &["HEAD /self", "GET /self"]);

    let server = Server::start();
    let outcome = run_one(&server.url("/chain-10"), &settings(OPEN));
    assert_eq!((outcome.verdict, outcome.evidence.redirects.len()), (Verdict::Alive, 10));

    let server = Server::start();
    let outcome = run_one(&server.url("/chain-11"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Unknown);
    assert_eq!(outcome.evidence.error, Some(ErrorClass::TooManyRedirects));
    assert!(!server.lines().iter().any(|line| line.ends_with("/chain-0")));

    let error = Some(ErrorClass::BadRedirect);
    let requests = ["HEAD /no-location", "GET /no-location"];
    expect("/no-location", Verdict::Unknown, Some(302), error, &requests);
}

#[test]
fn every_redirect_is_guarded() {
    let refused = Some(ErrorClass::AddressRefused(AddressClass::Metadata));
    let outcome =
        expect("/to-metadata", Verdict::Unknown, Some(302), refused, &["HEAD /to-metadata"]);
    let end = outcome.evidence.final_url.unwrap();
    assert_eq!(end, "http://169.254.169.254/latest/meta-data/");
    let user = Some(ErrorClass::UserInfo);
    expect("/to-user", Verdict::Unknown, Some(302), user, &["HEAD /to-user"]);
    let scheme = Some(ErrorClass::SchemeRefused);
    expect("/to-ftp", Verdict::Unknown, Some(302), scheme, &["HEAD /to-ftp"]);
}

#[test]
fn a_redirect_out_of_the_allowed_range_is_not_followed() {
    let server = Server::start();
    let neighbour = Server::start_at(Ipv4Addr::new(127, 0, 0, 2).into(), server.port()).ok();
    let outcome = run_one(&server.url("/to-neighbour"), &settings(&["127.0.0.1/32"]));
    let refused = Some(ErrorClass::AddressRefused(AddressClass::Loopback));
    assert_eq!((outcome.verdict, outcome.evidence.error), (Verdict::Unknown, refused));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(neighbour.map_or(0, |server| server.connections()), 0);
}

#[test]
fn a_host_with_a_private_address_is_refused() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("inside.example", Ok(&["127.0.0.1"]))
        .with("mapped.example", Ok(&["::ffff:127.0.0.1"]))
        .with("mixed.example", Ok(&["192.88.98.1", "127.0.0.1"]));
    let dns = Arc::new(dns);
    let hosts = ["inside.example", "mapped.example", "mixed.example"];
    let refused = Some(ErrorClass::AddressRefused(AddressClass::Loopback));

    // The default port, without allowed addresses.
    let urls = hosts.map(|host| format!("http://{host}/"));
    for outcome in run(&urls, &settings(&[]), &dns) {
        assert_eq!((outcome.verdict, outcome.evidence.error), (Verdict::Unknown, refused));
    }
    // The server's port, with another range allowed.
    let urls = hosts.map(|host| server.url_at(host, "/ok"));
    for outcome in run(&urls, &settings(&["10.0.0.0/8"]), &dns) {
        assert_eq!(outcome.verdict, Verdict::Unknown, "{outcome:?}");
    }
    assert_eq!(server.connections(), 0);
    assert_eq!(dns.asked("inside.example"), 2);
}

#[test]
fn a_host_that_changes_its_address_between_requests_is_refused() {
    let server = Server::start();
    let dns = FakeDns::default()
        .with("turns.example", Ok(&["127.0.0.1"]))
        .with("turns.example", Ok(&["127.0.0.2"]));
    let neighbour = Server::start_at(Ipv4Addr::new(127, 0, 0, 2).into(), server.port()).ok();
    let urls = [server.url_at("turns.example", "/404")];
    let outcomes = run(&urls, &settings(&["127.0.0.1/32"]), &Arc::new(dns));
    let refused = Some(ErrorClass::AddressRefused(AddressClass::Loopback));
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.error), (Verdict::Unknown, refused));
    assert_eq!(server.lines(), ["HEAD /404"]);
    assert_eq!(neighbour.map_or(0, |server| server.connections()), 0);
}

#[test]
fn other_ports_are_refused_unless_the_address_is_allowed() {
    let server = Server::start();
    let dns = FakeDns::default().with("public.example", Ok(&["192.88.98.1"]));
    let urls = [server.url_at("public.example", "/ok")];
    let refused = Some(ErrorClass::PortRefused);
    let dns = Arc::new(dns);
    // Without allowed addresses, the name is not even looked up.
    let outcomes = run(&urls, &settings(&[]), &dns);
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.error), (Verdict::Unknown, refused));
    assert_eq!(dns.asked("public.example"), 0);
    // A range is allowed, but the address of the name is outside it.
    let outcomes = run(&urls, &settings(OPEN), &dns);
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.error), (Verdict::Unknown, refused));
    assert_eq!(dns.asked("public.example"), 1);
}

#[test]
fn a_nonexistent_host_is_dead_and_a_failed_lookup_is_not() {
    let dns = FakeDns::default()
        .with("gone.example", Err(LookupError::NoSuchHost))
        .with("failing.example", Err(LookupError::Failed))
        .with("bare.example", Err(LookupError::NoAddress));
    let dns = Arc::new(dns);
    let urls = ["bare", "failing", "gone"].map(|name| format!("http://{name}.example/x"));
    let outcomes = run(&urls, &settings(&[]), &dns);
    let found: Vec<_> = outcomes.iter().map(|o| (o.verdict, o.evidence.error)).collect();
    assert_eq!(
        found,
        [
            (Verdict::Unproven, Some(ErrorClass::NoAddress)),
            (Verdict::Unproven, Some(ErrorClass::DnsFailure)),
            (Verdict::Dead, Some(ErrorClass::NxDomain)),
        ]
    );
    assert_eq!(dns.asked("gone.example"), 1);
    assert_eq!(dns.asked("failing.example"), 3);
}

#[test]
fn urls_that_are_not_http_are_not_contacted() {
    let progress = Counter::default();
    let urls = ["ftp://a.example/x", "http://me@a.example/", "http://abc.onion/", "no url"];
    let outcomes =
        check_urls(urls.map(str::to_owned).into(), &settings(&[]), None, &progress).unwrap();
    let found: Vec<_> = outcomes.iter().map(|outcome| outcome.evidence.error.unwrap()).collect();
    assert_eq!(
        found,
        [
            ErrorClass::SchemeRefused,
            ErrorClass::NotPublic,
            ErrorClass::UserInfo,
            ErrorClass::Malformed
        ]
    );
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Unknown));
    assert_eq!(progress.advanced.into_inner(), 4);
}

#[test]
fn a_run_may_start_on_a_thread_of_an_async_runtime() {
    let server = Server::start();
    let check = move |path: &str| {
        let urls = vec![server.url(path)];
        let settings = settings(&["127.0.0.0/8"]);
        let outcomes = check_urls(urls, &settings, None, &Counter::default()).unwrap();
        assert_eq!(outcomes[0].verdict, Verdict::Alive, "{outcomes:?}");
    };
    let one_thread = tokio::runtime::Builder::new_current_thread().build().unwrap();
    one_thread.block_on(async { check("/ok?1") });
    let many_threads = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    many_threads
        .block_on(async { tokio::task::spawn_blocking(move || check("/ok?2")).await.unwrap() });
}

//! Tests of responses that are too long, too slow or compressed. None of them may block a run or
//! exhaust memory.

use std::time::Duration;

use dateline::internals::source_status::{ErrorClass, Outcome, Verdict};
use dateline::internals::sources::CrawlSettings;

use crate::support::server::{Answer, Server, status};
use crate::support::url_checks::{OPEN, run_one, settings};

/// Checks a page that refuses HEAD and gives this answer to GET, on a server with real 404s.
fn with_answer(
    answer: impl Fn() -> Answer + Send + Sync + 'static,
    timeout: u64,
) -> (Server, Outcome) {
    let server =
        Server::serving(move |request| match (request.method.as_str(), request.path.as_str()) {
            ("HEAD", _) => Some(status(405)),
            (_, "/page") => Some(answer()),
            _ => Some(status(404)),
        });
    let settings = CrawlSettings { timeout: Duration::from_millis(timeout), ..settings(OPEN) };
    let outcome = run_one(&server.url("/page"), &settings);
    (server, outcome)
}

#[test]
fn a_body_of_a_gigabyte_is_not_read() {
    let (server, outcome) = with_answer(|| Answer::Flood(1 << 30), 20_000);
    assert_eq!((outcome.verdict, outcome.evidence.status), (Verdict::Alive, Some(200)));
    let taken = server.taken();
    // The check reads 256 KiB. The rest is in the socket buffers of both ends, which may grow to
    // several megabytes each.
    assert!(taken < 1 << 25, "{taken}");
    assert!(taken >= 1 << 18, "it was read as far as it should be: {taken}");
}

/// The beginning of a long run of zeros, compressed with `gzip -9`. Any number of zero bytes may
/// follow, and each of them decompresses to about a thousand.
const BOMB: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xec\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a";

#[test]
fn compressed_bodies_are_not_decompressed() {
    let bomb = || {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\
            Content-Encoding: gzip\r\n\r\n";
        Answer::Raw([head.as_bytes(), BOMB, &vec![0; 64 * 1024]].concat())
    };
    let (server, outcome) = with_answer(bomb, 5000);
    assert_eq!((outcome.verdict, outcome.evidence.error), (Verdict::Alive, None));
    // The text of a compressed page is unknown, so it cannot be compared with another.
    assert_eq!(server.lines()[..2], ["HEAD /page", "GET /page"]);
    let offers = server
        .requests()
        .iter()
        .any(|request| request.headers.iter().any(|line| line.starts_with("accept-encoding")));
    assert!(!offers, "none was asked for either");
}

#[test]
fn endless_response_headers_are_a_timeout() {
    let (server, outcome) = with_answer(|| Answer::Drip("HTTP/1.1 200 OK\r\nX-Slow: "), 300);
    let found = (outcome.verdict, outcome.evidence.error, outcome.evidence.tries);
    assert_eq!(found, (Verdict::Unproven, Some(ErrorClass::TimedOut), 3));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn an_endless_body_counts_as_an_answer() {
    let page = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<p>Lock ";
    let (server, outcome) = with_answer(move || Answer::Drip(page), 1000);
    let found = (outcome.verdict, outcome.evidence.status, outcome.evidence.error);
    assert_eq!(found, (Verdict::Alive, Some(200), None));
    // Little text arrived in time, so the page was suspected.
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn too_long_response_headers_are_an_error() {
    let long = |count: usize, length: usize| {
        let lines: Vec<_> =
            (0..count).map(|n| format!("X-{n}: {}\r\n", "x".repeat(length))).collect();
        let lines = lines.concat();
        let head =
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{lines}\r\n<p>Lock gates fail</p>");
        with_answer(move || Answer::Raw(head.clone().into_bytes()), 5000)
    };
    let (_, outcome) = long(3, 4000);
    assert_eq!(outcome.verdict, Verdict::Alive, "some are long, and honest");
    for (count, length) in [(1, 70_000), (9, 8000), (4000, 20), (1, 2_000_000)] {
        let (server, outcome) = long(count, length);
        let found = (outcome.verdict, outcome.evidence.error);
        let expected = (Verdict::Unknown, Some(ErrorClass::Protocol));
        assert_eq!(found, expected, "{count} lines of {length} bytes: {outcome:?}");
        assert_eq!(server.lines(), ["HEAD /page", "GET /page"]);
    }
}

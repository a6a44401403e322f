//! Tests of soft 404s. A request for a random, nonexistent path next to the page proves them.

use dateline::internals::source_status::{Likeness, Outcome, Verdict};

use crate::support::ledger::TestLedger;
use crate::support::server::{Answer, Request, Server, page, redirect, status};
use crate::support::url_checks::{OPEN, dns, run, run_one, settings};

/// Returns the page that the server sends for every path.
fn error_page(request: &Request) -> Answer {
    page(&format!(
        "<title>Page not found</title><h1>Sorry</h1>\
         <p>The page {} may have been moved to another place or given up long ago.</p>",
        request.path
    ))
}

/// Sends an answer only to GET, because an answer to HEAD would be accepted without a look at the
/// page.
fn on_get(request: &Request, answer: Answer) -> Answer {
    if request.method == "HEAD" { status(405) } else { answer }
}

/// Starts a server that answers every GET request with an error page.
fn server_of_errors() -> Server {
    Server::serving(|request| Some(on_get(request, error_page(request))))
}

/// Returns a long article about something that was not found.
pub(super) fn article() -> String {
    let sentence =
        "The ministry's report on the lock gates of the old harbour was not found there. ";
    format!("<title>Report not found</title><h1>Report not found</h1><p>{}</p>", sentence.repeat(9))
}

/// Returns a page with too much text to be suspected.
pub(super) fn long_page() -> String {
    let sentence = "Lock gates failed in the old harbour on Sunday, and nobody was hurt there. ";
    format!("<title>Lock gates fail</title><p>{}</p>", sentence.repeat(9))
}

pub(super) fn found(outcome: &Outcome) -> (Verdict, Option<Likeness>) {
    (outcome.verdict, outcome.evidence.likeness)
}

/// Returns the requests. Requests for unknown paths, which are random, are listed as `GET ~`.
fn lines(server: &Server, known: &[&str]) -> Vec<String> {
    let requests = server.requests();
    let name = |request: &Request| {
        let path = request.path.as_str();
        format!("{} {}", request.method, if known.contains(&path) { path } else { "~" })
    };
    requests.iter().map(name).collect()
}

#[test]
fn a_host_that_redirects_unknown_pages_home_is_detected() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/" => Some(page(&article())),
        _ => Some(redirect(302, "/")),
    });
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Address)));
    assert_eq!(outcome.evidence.final_url, Some(server.url("/")));
    let asked =
        ["HEAD /2012/lock-gates", "HEAD /", "GET /2012/lock-gates", "GET /", "GET ~", "GET /"];
    assert_eq!(lines(&server, &["/2012/lock-gates", "/"]), asked);
}

#[test]
fn a_host_with_real_404s_may_redirect_a_page_home() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/" => Some(page(&article())),
        "/2012/lock-gates" => Some(redirect(301, "/")),
        _ => Some(status(404)),
    });
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    assert_eq!(lines(&server, &["/2012/lock-gates", "/"]).last().unwrap(), "GET ~");
}

#[test]
fn a_host_with_one_page_for_every_path_is_detected() {
    let server = server_of_errors();
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Text)));
    let asked = ["HEAD /2012/lock-gates", "GET /2012/lock-gates", "GET ~"];
    assert_eq!(lines(&server, &["/2012/lock-gates"]), asked);
}

#[test]
fn a_page_that_answers_head_is_not_fetched() {
    let server = Server::serving(|request| Some(error_page(request)));
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    assert_eq!(server.lines(), ["HEAD /2012/lock-gates"]);
}

#[test]
fn the_random_path_has_the_same_folder_and_extension() {
    let server = server_of_errors();
    run_one(&server.url("/2012/lock-gates.html?print=1"), &settings(OPEN));
    let asked = server.requests().pop().unwrap().path;
    let name = asked.strip_prefix("/2012/").and_then(|rest| rest.strip_suffix(".html")).unwrap();
    assert!(name.len() >= 16 && name.chars().all(|c| c.is_ascii_hexdigit()), "{asked}");
}

#[test]
fn a_short_page_of_a_host_with_real_404s_is_alive() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/2012/short" if request.method == "HEAD" => Some(status(405)),
        "/2012/short" => Some(page("<title>In short</title><p>Lock gates fail.</p>")),
        _ => Some(status(404)),
    });
    let outcome = run_one(&server.url("/2012/short"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    assert_eq!(lines(&server, &["/2012/short"]), ["HEAD /2012/short", "GET /2012/short", "GET ~"]);
}

#[test]
fn words_alone_do_not_make_a_soft_404() {
    // The page is an article about something that was not found. The hosts have real 404s, give no
    // usable answer for a nonexistent path, or have a different page for it.
    for reply in [404, 500, 403, 200] {
        let server = Server::serving(move |request| match request.path.as_str() {
            "/report" if request.method == "HEAD" => Some(status(405)),
            "/report" => Some(page(&article())),
            path if reply == 200 => Some(page(&format!("<title>{path}</title><p>Oh dear.</p>"))),
            _ => Some(status(reply)),
        });
        let outcome = run_one(&server.url("/report"), &settings(OPEN));
        assert_eq!(found(&outcome), (Verdict::Alive, None), "{reply}");
        assert_eq!(outcome.evidence.status, Some(200), "{reply}");
        let asked = lines(&server, &["/report"]);
        assert_eq!(asked, ["HEAD /report", "GET /report", "GET ~"], "{reply}");
    }
}

#[test]
fn a_page_with_enough_text_is_not_suspected() {
    let server = Server::serving(|request| {
        (request.path == "/a").then(|| on_get(request, page(&long_page())))
    });
    assert_eq!(run_one(&server.url("/a"), &settings(OPEN)).verdict, Verdict::Alive);
    assert_eq!(server.lines(), ["HEAD /a", "GET /a"]);
}

#[test]
fn an_accepted_page_is_read_in_full() {
    let server = Server::serving(|request| {
        let html = "Content-Type: text/html\r\n".to_owned();
        let is_page = request.path == "/gates";
        is_page.then(|| on_get(request, Answer::Plain(202, html, long_page())))
    });
    let outcome = run_one(&server.url("/gates"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Alive);
    // The page has too much text to be suspected.
    assert_eq!(server.lines(), ["HEAD /gates", "GET /gates"]);
}

#[test]
fn a_front_page_is_never_a_soft_404() {
    let server = server_of_errors();
    let outcome = run_one(&server.url("/"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    assert_eq!(server.lines(), ["HEAD /", "GET /"]);
}

#[test]
fn a_page_rendered_by_a_script_is_never_a_soft_404() {
    let app =
        "<!doctype html><title>Harbour News</title><div id=app></div><script src=/app.js></script>";
    let server = Server::serving(move |request| Some(on_get(request, page(app))));
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    // The page was suspected, but that is not a proof.
    assert_eq!(lines(&server, &["/2012/lock-gates"]).last().unwrap(), "GET ~");
}

#[test]
fn one_random_path_per_folder_is_enough() {
    let server = server_of_errors();
    let dns = dns(&["a.example", "b.example"]);
    let paths = ["/2012/gates", "/2012/ferry", "/2012/locks", "/2013/gates", "/2013/ferry"];
    let mut urls: Vec<_> = paths.iter().map(|path| server.url_at("a.example", path)).collect();
    urls.push(server.url_at("b.example", "/2012/gates"));
    let outcomes = run(&urls, &settings(OPEN), &dns);
    let convicted = (Verdict::Soft404, Some(Likeness::Text));
    assert!(outcomes.iter().all(|outcome| found(outcome) == convicted), "{outcomes:?}");
    let requests = server.requests();
    let random_paths: Vec<_> = requests
        .iter()
        .filter(|request| !paths.contains(&request.path.as_str()))
        .map(|request| (request.host.as_str(), &request.path[..6]))
        .collect();
    let mut sorted = random_paths.clone();
    sorted.sort_unstable();
    let expected = [("a.example", "/2012/"), ("a.example", "/2013/"), ("b.example", "/2012/")];
    assert_eq!(sorted, expected);
    assert_eq!(requests.len(), urls.len() * 2 + random_paths.len());
}

const FOLDER: [&str; 3] = ["/2012/gates", "/2012/ferry", "/2012/locks"];

/// Returns a redirect to the front page of another host, which answers slowly.
fn led_away(request: &Request) -> Answer {
    match (request.host.as_str(), request.path.as_str()) {
        (_, "/robots.txt") => status(404),
        ("home.example", _) => Answer::Slow,
        _ => redirect(302, &format!("http://home.example:{}/", request.port)),
    }
}

/// Returns the number of requests for random paths.
fn random_paths(server: &Server) -> usize {
    let known = [&FOLDER[..], &["/robots.txt", "/"]].concat();
    lines(server, &known).iter().filter(|line| line.ends_with('~')).count()
}

#[test]
fn pages_suspected_at_the_same_time_share_one_random_path() {
    let server = Server::serving(|request| Some(led_away(request)));
    let urls = FOLDER.map(|path| server.url_at("a.example", path));
    let outcomes = run(&urls, &settings(OPEN), &dns(&["a.example", "home.example"]));
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Soft404));
    assert_eq!(random_paths(&server), 1, "{:?}", server.lines());
}

#[test]
fn a_crawl_reuses_a_soft_404_sample_while_its_host_is_in_use() {
    let server = Server::serving(|request| Some(led_away(request)));
    let urls = FOLDER.map(|path| server.url_at("a.example", path));
    let ledger = TestLedger::of(&urls);
    ledger.crawl(&settings(OPEN), &dns(&["a.example", "home.example"])).unwrap();
    assert_eq!(random_paths(&server), 1, "{:?}", server.lines());
}

/// The page of a domain that is for sale, as parking services serve it.
const PARKED: &str = "<!doctype html><html data-adblockkey=\"MFwwDQYJ\"><title>old-news</title>\
    <p>Resources and information. This page is provided courtesy of the owner.</p>";

#[test]
fn a_parked_domain_is_usurped() {
    let server = Server::serving(|request| Some(on_get(request, page(PARKED))));
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Usurped, Some(Likeness::Text)));
}

#[test]
fn marks_of_a_parked_domain_do_not_matter_on_a_host_with_real_404s() {
    let server = Server::serving(|request| match request.path.as_str() {
        "/2012/lock-gates" if request.method == "HEAD" => Some(status(405)),
        "/2012/lock-gates" => Some(page(PARKED)),
        _ => Some(status(404)),
    });
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
}

#[test]
fn a_domain_that_redirects_to_a_domain_seller_is_usurped() {
    let server = Server::serving(|request| {
        let offer = format!("http://www.hugedomains.com:{}/domain_profile.cfm", request.port);
        Some(match request.host.as_str() {
            "www.hugedomains.com" => page(&article()),
            _ => redirect(302, &offer),
        })
    });
    let dns = dns(&["old-news.example", "www.hugedomains.com"]);
    let deep = run(&[server.url_at("old-news.example", "/2012/a")], &settings(OPEN), &dns);
    assert_eq!(found(&deep[0]), (Verdict::Usurped, Some(Likeness::Address)));
    // A front page is not compared with a nonexistent path, because its redirect is proof enough.
    let front = run(&[server.url_at("old-news.example", "/")], &settings(OPEN), &dns);
    assert_eq!(found(&front[0]), (Verdict::Usurped, None));
    // A page of the domain seller itself counts as a normal page.
    let own = run(&[server.url_at("www.hugedomains.com", "/about")], &settings(OPEN), &dns);
    assert_eq!(found(&own[0]), (Verdict::Alive, None));
}

#[test]
fn a_bot_challenge_on_every_page_is_blocked_not_soft_404() {
    for wall in ["/consent?next=a", "/user/login", "http://sso.example:PORT/"] {
        let server = Server::serving(move |request| {
            let wall = wall.replace("PORT", &request.port.to_string());
            let at_wall = wall.ends_with(&request.path) || request.host == "sso.example";
            Some(if at_wall { page("<p>Dear reader</p>") } else { redirect(302, &wall) })
        });
        let dns = dns(&["sso.example"]);
        let outcomes = run(&[server.url("/2012/lock-gates")], &settings(OPEN), &dns);
        assert_eq!(found(&outcomes[0]), (Verdict::Blocked, None), "{wall}");
        assert_eq!(
            server.requests().len(),
            2,
            "no nonexistent path is asked for: {:?}",
            server.lines()
        );
    }
}

/// Returns the answer of a server that never reports a missing page, not even to HEAD. Each host
/// answers unknown paths in its own way. Every host has a real page at `/2012/real`.
fn farm(request: &Request) -> Answer {
    let path = request.path.as_str();
    let refresh = |target: &str| {
        page(&format!("<meta http-equiv=refresh content='0; url={target}'><title>News</title>"))
    };
    match (request.host.as_str(), path) {
        (_, "/2012/real") => page(&long_page().replace("Lock gates", "Ferries")),
        (_, "/" | "/sorry") | ("long.example", _) => page(&long_page()),
        ("short.example", _) => page("<title>Harbour Courier</title><p>See our other pages."),
        ("echo.example", _) => error_page(request),
        ("home.example", _) => redirect(302, "/"),
        ("sorry.example", _) => redirect(301, "/sorry"),
        ("refresh.example", _) => refresh("/"),
        _ => refresh("/sorry?from=page"),
    }
}

#[test]
fn every_page_of_a_host_that_reports_no_missing_page_is_compared() {
    let server = Server::dishonest(|request| Some(farm(request)));
    let hosts = [
        "short.example",
        "long.example",
        "echo.example",
        "home.example",
        "sorry.example",
        "refresh.example",
    ];
    let urls: Vec<String> = hosts
        .iter()
        .flat_map(|host| ["/2012/lock-gates", "/2012/ferry"].map(|path| server.url_at(host, path)))
        .collect();
    let outcomes = run(&urls, &settings(OPEN), &dns(&hosts));
    assert_eq!(outcomes.len(), 12);
    for outcome in &outcomes {
        assert_eq!(outcome.verdict, Verdict::Soft404, "{outcome:?}");
    }
    let requests = server.all_requests();
    let asked = |host: &str| {
        requests.iter().filter(|request| request.host == host && request.asks_for_trust()).count()
    };
    // A page that redirects to a URL without its path is compared in any case.
    assert_eq!(hosts.map(asked), [1, 1, 1, 0, 0, 1], "each host is asked once");
    let real = ["short.example", "long.example", "echo.example"];
    let urls = real.map(|host| server.url_at(host, "/2012/real"));
    for outcome in run(&urls, &settings(OPEN), &dns(&real)) {
        assert_eq!(found(&outcome), (Verdict::Alive, None), "{outcome:?}");
    }
}

#[test]
fn a_host_that_reports_missing_pages_costs_one_more_request() {
    let server = Server::start();
    let urls: Vec<String> = (0..5).map(|number| server.url(&format!("/ok?{number}"))).collect();
    for outcome in run(&urls, &settings(OPEN), &dns(&[])) {
        assert_eq!(outcome.verdict, Verdict::Alive);
    }
    assert_eq!(server.all_requests().len(), 6);
    assert_eq!(server.requests().len(), 5);
    assert!(server.requests().iter().all(|request| request.method == "HEAD"));
}

#[test]
fn a_page_that_reloads_itself_is_not_a_redirect() {
    let server = Server::dishonest(|request| {
        let refresh =
            "<meta http-equiv='refresh' content='0'><meta http-equiv='refresh' content='1;url=?'>";
        Some(match request.path.as_str() {
            "/2012/lock-gates" | "/2012/lock-gates?" => page(&format!("{refresh}{}", long_page())),
            _ => page("<p>Another page altogether"),
        })
    });
    let outcome = run_one(&server.url("/2012/lock-gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
}

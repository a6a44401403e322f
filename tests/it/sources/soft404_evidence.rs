//! Tests of what proves a soft 404 on servers that answer a random, nonexistent path with success, and
//! of redirects to error pages.

use dateline::internals::source_status::{Likeness, Verdict};

use super::soft404::{article, found, long_page};
use crate::support::server::{Answer, Server, page, redirect, status, text, with_header};
use crate::support::url_checks::{OPEN, run_one, settings};

#[test]
fn a_redirect_to_an_error_page_is_a_soft_404_and_no_move() {
    let text = "Sorry, there is no such page. ".repeat(30);
    let server = Server::serving(move |request| match request.path.as_str() {
        "/404.html" => Some(page(&format!("<title>Page not found</title><p>{text}</p>"))),
        "/notfound" => Some(page(&long_page())),
        "/2012/gates" => Some(redirect(301, "/404.html")),
        "/2012/ferry" => Some(redirect(301, "/notfound")),
        _ => Some(status(404)),
    });
    let outcome = run_one(&server.url("/2012/gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::ErrorPage)));
    // The page itself reports no error.
    let outcome = run_one(&server.url("/2012/ferry"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
}

#[test]
fn a_page_with_its_own_title_is_no_soft_404_however_long_the_frame_of_the_site_is() {
    let frame = (0..400).map(|word| format!("menu{word}")).collect::<Vec<_>>().join(" ");
    let server = Server::dishonest(move |request| {
        let (title, text) = match request.path.as_str() {
            "/2012/gates" => ("Lock gates fail", "Nobody was hurt, the keeper says."),
            _ => ("Harbour Courier", "Nothing here."),
        };
        Some(page(&format!("<title>{title}</title><nav>{frame}</nav><p>{text}</p>")))
    });
    let outcome = run_one(&server.url("/2012/gates"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Alive, None));
    let outcome = run_one(&server.url("/2012/ferry"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Text)));
}

#[test]
fn a_server_that_reports_missing_pages_only_to_head_is_detected() {
    let server = Server::dishonest(|request| {
        Some(if request.method == "HEAD" { status(404) } else { page(&long_page()) })
    });
    let outcome = run_one(&server.url("/2012/x7"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Text)));
}

#[test]
fn a_failed_request_for_the_random_path_does_not_make_a_site_trusted() {
    for failure in [429, 500, 400] {
        let server = Server::dishonest(move |request| {
            let is_random = request.path.len() > 20;
            let answer = || page(&long_page());
            Some(if is_random && request.method == "HEAD" { status(failure) } else { answer() })
        });
        let outcome = run_one(&server.url("/2012/x7"), &settings(OPEN));
        assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Text)), "{failure}");
    }
}

#[test]
fn plain_texts_empty_pages_and_parked_pages_without_text_are_compared_too() {
    let parked = "<html data-adblockkey=\"MFww\"><title>harbour.example</title>\
        <script src=\"https://www.parkingcrew.net/x.js\"></script>";
    let cases = [
        (text(200, "Not found"), Verdict::Soft404),
        (page(""), Verdict::Soft404),
        (page(parked), Verdict::Usurped),
    ];
    for (answer, verdict) in cases {
        let Answer::Plain(status, head, body) = answer else { unreachable!() };
        let server =
            Server::dishonest(move |_| Some(Answer::Plain(status, head.clone(), body.clone())));
        let outcome = run_one(&server.url("/2012/x7"), &settings(OPEN));
        assert_eq!(found(&outcome), (verdict, Some(Likeness::Text)));
    }
}

#[test]
fn a_refresh_header_is_followed_like_a_redirect() {
    let server = Server::dishonest(|request| match request.path.as_str() {
        "/" => Some(page(&article())),
        _ => Some(with_header(200, "Refresh: 0; url=/")),
    });
    let outcome = run_one(&server.url("/2012/x7"), &settings(OPEN));
    assert_eq!(found(&outcome), (Verdict::Soft404, Some(Likeness::Address)));
}

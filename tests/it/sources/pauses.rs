//! What a run with a ledger does about hosts that ask for a pause, or that are down: it waits or goes
//! on, never asks for a page in vain again and again, and the next run knows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::support::ledger::{Watch, stop_after};
use crate::support::probe::{OPEN, Script, run, script, settings};
use crate::support::server::{Farm, redirect, status, with_header};
use dateline::probe::{Pace, ProbeError, ProbeSettings};
use dateline::verdict::ErrorClass;

/// Settings of a run that is stopped should it never end.
fn ending() -> ProbeSettings {
    ProbeSettings { stop: stop_after(Duration::from_secs(5)), ..settings(OPEN) }
}

/// A name that stands for the farm, and one for an address where nobody listens.
fn up_and_down(up: &'static str, down: &'static str) -> Arc<Script> {
    Arc::new(Script::default().with(up, Ok(&["127.0.0.1"])).with(down, Ok(&["127.0.0.3"])))
}

fn is_each_asked_once(lines: &[String]) -> bool {
    lines.iter().collect::<BTreeSet<_>>().len() == lines.len()
}

#[test]
fn a_page_that_leads_to_a_host_that_asked_for_a_pause_stays_due() {
    for crawls in [false, true] {
        let farm = Farm::serving(|request| match (request.host.as_str(), request.path.as_str()) {
            (_, "/robots.txt") => Some(status(404)),
            ("b.example", _) => Some(with_header(429, "Retry-After: 3600")),
            _ => {
                // Until the other has asked for its pause.
                thread::sleep(Duration::from_millis(300));
                Some(redirect(302, &format!("http://b.example:{}/gates", request.port)))
            }
        });
        let urls = [farm.url_at("a.example", "/moved"), farm.url_at("b.example", "/gates")];
        let (watch, script) = (Watch::of(&urls), script(&["a.example", "b.example"]));
        watch.look(crawls, &urls, &ending(), &script).unwrap();
        for host in ["a.example", "b.example"] {
            let lines = farm.lines_at(host);
            assert_eq!(
                lines.iter().filter(|line| line.starts_with("HEAD")).count(),
                1,
                "{lines:?}"
            );
            assert!(is_each_asked_once(&lines), "{lines:?}");
        }
        assert!(!watch.is_seen(&urls[0]));
        assert_eq!(watch.due(), 1);
    }
}

#[test]
fn a_host_whose_pause_was_not_waited_for_is_not_taken_up_again_once_it_is_over() {
    let farm = Farm::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        "/busy" => Some(with_header(429, "Retry-After: 1")),
        "/late" => {
            // The run goes on for longer than the pause.
            thread::sleep(Duration::from_millis(1800));
            None
        }
        _ => None,
    });
    let mut urls: Vec<_> = ["/busy", "/gates"].map(|path| farm.url_at("a.example", path)).into();
    urls.push(farm.url_at("b.example", "/late"));
    let watch = Watch::of(&urls);
    let settings = ProbeSettings { patience: Duration::from_millis(500), ..ending() };
    watch.crawl(&settings, &script(&["a.example", "b.example"])).unwrap();
    assert_eq!(farm.lines_at("a.example"), ["GET /robots.txt", "HEAD /busy"]);
    assert_eq!((watch.is_seen(&urls[1]), watch.due()), (false, 1));
}

#[test]
fn pages_that_lead_to_a_host_that_is_down_are_asked_for_once() {
    let farm = Farm::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        path => Some(redirect(302, &format!("http://b.example:{}{path}", request.port))),
    });
    let urls: Vec<_> = (0..20).map(|n| farm.url_at("a.example", &format!("/{n}"))).collect();
    let (watch, script) = (Watch::of(&urls), up_and_down("a.example", "b.example"));
    let settings = ProbeSettings { delay: Duration::from_millis(5), ..ending() };
    watch.crawl(&settings, &script).unwrap();
    assert!(script.asked("b.example") <= 3, "{}", script.asked("b.example"));
    assert!(is_each_asked_once(&farm.lines()), "{:?}", farm.lines());
    assert!(watch.due() > 0, "what was not tried was not seen");
}

#[test]
fn a_host_that_is_down_is_not_asked_for_the_next_page_that_leads_to_it() {
    let farm = Farm::serving(|request| {
        Some(redirect(302, &format!("http://b.example:{}{}", request.port, request.path)))
    });
    let urls: Vec<_> = (0..20).map(|n| farm.url_at("a.example", &format!("/{n}"))).collect();
    let script = up_and_down("a.example", "b.example");
    let outcomes = run(&urls, &settings(OPEN), &script);
    assert!(script.asked("b.example") <= 5, "{}", script.asked("b.example"));
    let is_untried = |error| error == Some(ErrorClass::HostDown);
    assert!(outcomes.iter().any(|outcome| is_untried(outcome.evidence.error)), "{outcomes:?}");
}

#[test]
fn a_host_is_asked_though_another_of_its_domain_is_down() {
    let farm = Farm::serving(|request| (request.path == "/robots.txt").then(|| status(404)));
    // More than are handed out at once.
    let mut urls: Vec<_> =
        (0..130).map(|n| farm.url_at("down.news.example", &format!("/ok?{n:03}"))).collect();
    urls.extend((0..20).map(|n| farm.url_at("up.news.example", &format!("/ok?{n}"))));
    let watch = Watch::of(&urls);
    watch.crawl(&ending(), &up_and_down("up.news.example", "down.news.example")).unwrap();
    let asked = farm.lines_at("up.news.example");
    assert_eq!(asked.len(), 21, "its robots.txt and its pages: {asked:?}");
    assert!(is_each_asked_once(&asked), "{asked:?}");
    assert!(urls[130..].iter().all(|url| watch.is_seen(url)));
}

/// Crawls that are soon stopped: one, another at once, and a third after `time`. Returns how many
/// requests there were after each.
fn crawl_thrice(
    watch: &Watch,
    farm: &Farm,
    settings: &ProbeSettings,
    time: Duration,
) -> [usize; 3] {
    [Duration::ZERO, Duration::ZERO, time].map(|time| {
        watch.pass(time);
        let stop = stop_after(Duration::from_millis(300));
        let done =
            watch.crawl(&ProbeSettings { stop, ..settings.clone() }, &script(&["a.example"]));
        assert!(matches!(done, Err(ProbeError::Stopped)), "{done:?}");
        farm.requests().len()
    })
}

#[test]
fn a_run_that_is_stopped_hands_on_when_a_host_with_a_pace_of_its_own_is_ready() {
    let farm = Farm::serving(|request| (request.path == "/robots.txt").then(|| status(404)));
    let urls: Vec<_> = (0..9).map(|n| farm.url_at("a.example", &format!("/ok?{n}"))).collect();
    let mut settings = settings(OPEN);
    let pace = Pace { delay: Duration::from_secs(30), at_once: 1 };
    settings.hosts.paces.insert("a.example".to_owned(), pace);
    let asked = crawl_thrice(&Watch::of(&urls), &farm, &settings, Duration::from_secs(30));
    assert_eq!(asked, [1, 1, 2], "{:?}", farm.lines());
}

#[test]
fn a_run_that_is_stopped_hands_on_a_pause_that_it_would_have_waited_for() {
    let farm = Farm::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(status(404)),
        _ => Some(with_header(429, "Retry-After: 30")),
    });
    let urls: Vec<_> = (0..9).map(|n| farm.url_at("a.example", &format!("/ok?{n}"))).collect();
    let asked = crawl_thrice(&Watch::of(&urls), &farm, &settings(OPEN), Duration::from_secs(30));
    assert_eq!(asked, [2, 2, 3], "{:?}", farm.lines());
}

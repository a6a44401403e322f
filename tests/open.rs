//! What the probe should do and does not do yet: each of these fails until it does.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use dateline::probe::ledger::observation::Reading;
use dateline::probe::ledger::{Ledger, Observation, Terms};
use dateline::probe::{ProbeSettings, Progress};
use dateline::verdict::{ErrorClass, Outcome, Verdict};
use support::farm::{Answer, Farm, Request, redirect, status, text, with_header};
use support::probing::{Counter, OPEN, Script, run, run_one, settings};
use support::tls::{SELF_SIGNED, TlsFarm};
use support::watching::Watch;

fn script(hosts: &[&'static str]) -> Arc<Script> {
    let here = |script: Script, host: &&'static str| script.with(host, Ok(&["127.0.0.1"]));
    Arc::new(hosts.iter().fold(Script::default(), here))
}

fn farm_without_robots() -> Farm {
    Farm::serving(|request| (request.path == "/robots.txt").then(|| status(404)))
}

#[test]
fn pages_that_wait_for_a_robots_txt_elsewhere_are_not_lost() {
    let farm = Farm::serving(|request| match (request.host.as_str(), request.path.as_str()) {
        ("a.news.example", "/robots.txt") => {
            Some(redirect(301, &format!("http://rules.example:{}/slow", request.port)))
        }
        (_, "/robots.txt") => Some(status(404)),
        _ => None,
    });
    let mut urls: Vec<_> =
        ["/ferry", "/gates", "/locks"].map(|path| farm.url_at("a.news.example", path)).into();
    urls.push(farm.url_at("b.news.example", "/gates"));
    let watch = Watch::of(&urls);
    // Without a budget it would never end.
    let settings = ProbeSettings { budget: Some(Duration::from_secs(5)), ..settings(OPEN) };
    let script = script(&["a.news.example", "b.news.example", "rules.example"]);
    watch.crawl(&settings, &script).unwrap();
    assert_eq!((watch.seen().len(), watch.due()), (4, 0), "{:?}", farm.lines());
}

const FOLDER: [&str; 3] = ["/2012/gates", "/2012/ferry", "/2012/locks"];

/// A farm where every page leads to the front page of another host, which takes its time.
fn led_away(request: &Request) -> Answer {
    match (request.host.as_str(), request.path.as_str()) {
        (_, "/robots.txt") => status(404),
        ("home.example", _) => Answer::Slow,
        _ => redirect(302, &format!("http://home.example:{}/", request.port)),
    }
}

fn siblings(farm: &Farm) -> usize {
    let known = [&FOLDER[..], &["/robots.txt"]].concat();
    let requests = farm.requests();
    let here = requests.iter().filter(|request| request.host == "a.example");
    here.filter(|request| !known.contains(&request.path.as_str())).count()
}

#[test]
fn pages_suspected_at_once_are_compared_with_one_sibling() {
    let farm = Farm::serving(|request| Some(led_away(request)));
    let urls = FOLDER.map(|path| farm.url_at("a.example", path));
    let outcomes = run(&urls, &settings(OPEN), &script(&["a.example", "home.example"]));
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Soft404));
    assert_eq!(siblings(&farm), 1, "{:?}", farm.lines());
}

#[test]
fn a_crawl_remembers_a_sibling_while_pages_of_its_host_are_out() {
    let farm = Farm::serving(|request| Some(led_away(request)));
    let urls = FOLDER.map(|path| farm.url_at("a.example", path));
    let watch = Watch::of(&urls);
    watch.crawl(&settings(OPEN), &script(&["a.example", "home.example"])).unwrap();
    assert_eq!(siblings(&farm), 1, "{:?}", farm.lines());
}

#[test]
fn a_delay_that_robots_txt_asked_for_yesterday_is_kept_today() {
    let farm = Farm::serving(|request| {
        let robots = "User-agent: *\nCrawl-delay: 0.4\n";
        (request.path == "/robots.txt").then(|| text(200, robots))
    });
    let watch = Watch::of(&[farm.url("/ok")]);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    watch.enroll(&["/a", "/b", "/c"].map(|path| farm.url(path)));
    watch.pass(Duration::from_hours(1));
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(farm.lines()[2..], ["HEAD /a", "HEAD /b", "HEAD /c"]);
    let requests = farm.requests();
    let gaps: Vec<_> = requests[2..].windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert!(gaps.iter().all(|gap| *gap >= Duration::from_millis(250)), "{gaps:?}");
}

#[test]
fn a_crawl_tells_a_broken_certificate_too() {
    let server = TlsFarm::start(SELF_SIGNED, None);
    let urls = [server.url("/page")];
    let watch = Watch::of(&urls);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let standing = watch.standing(&urls[0]);
    assert_eq!(standing.verdict, Verdict::TlsBroken, "{standing:?} {:?}", server.heads());
}

#[test]
fn a_redirect_to_a_host_that_is_skipped_is_not_followed() {
    let farm = Farm::start();
    let mut settings = settings(OPEN);
    settings.hosts.skip.insert("skipped.example".to_owned());
    let script = script(&["a.example", "skipped.example", "skipped.example."]);
    // A dot at its end makes no other host of it.
    let urls = [
        farm.url_at("a.example", "/to-host?skipped.example"),
        farm.url_at("skipped.example.", "/ok"),
    ];
    for outcome in run(&urls, &settings, &script) {
        let found = (outcome.verdict, outcome.evidence.error);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::Skipped)), "{}", outcome.url);
    }
}

/// Does something after so many outcomes.
struct At<F> {
    turn: usize,
    told: AtomicUsize,
    action: F,
}

impl<F: Fn() + Send + Sync> Progress for At<F> {
    fn start(&self, _: u64) {}
    fn advance(&self, _: &Outcome) {
        if self.told.fetch_add(1, Ordering::SeqCst) + 1 == self.turn {
            (self.action)();
        }
    }
    fn finish(&self) {}
}

const OTHER: Terms<'static> = Terms { worker: "other", lease: 3_600_000, urls: 64 };

#[test]
fn a_worker_that_was_asleep_does_not_ask_again_what_another_has_seen() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..6).map(|n| farm.url(&format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let sleep = At {
        turn: 2,
        told: AtomicUsize::new(0),
        action: || {
            watch.pass(Duration::from_hours(1));
            let (mut ledger, at) = (watch.ledger(), watch.now());
            let claim = ledger.claim(OTHER, at).unwrap().unwrap();
            let alive = Observation {
                at,
                reading: Reading::Alive,
                status: Some(200),
                error: None,
                final_url: None,
                vantage: String::new(),
            };
            let all: Vec<_> = claim.urls.iter().map(|one| (one.id, alive.clone())).collect();
            ledger.complete(&claim.lease, &all, at).unwrap();
        },
    };
    watch.crawl_telling(&settings(OPEN), &Arc::default(), &sleep).unwrap();
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok?0", "HEAD /ok?1"]);
    assert_eq!(watch.seen().len(), 6);
}

#[test]
fn a_worker_that_is_fenced_off_lets_go_of_the_host() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..4).map(|n| farm.url(&format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let take = At {
        turn: 3,
        told: AtomicUsize::new(0),
        action: || drop(watch.ledger().claim(OTHER, watch.now() + 60_000).unwrap().unwrap()),
    };
    watch.crawl_telling(&settings(OPEN), &Arc::default(), &take).unwrap();
    let asked = farm.requests().len();
    assert!(asked <= 5, "its pages were asked for again and again: {asked} requests");
}

/// Begins once all have come so far.
struct Together(Barrier);

impl Progress for Together {
    fn start(&self, _: u64) {
        self.0.wait();
    }
    fn advance(&self, _: &Outcome) {}
    fn finish(&self) {}
}

#[test]
fn two_checks_at_once_ask_for_each_page_once() {
    let farm = Farm::start();
    let urls: Vec<_> = (0..6).map(|n| farm.url(&format!("/slow?{n}"))).collect();
    let (watch, both) = (Watch::of(&urls), Together(Barrier::new(2)));
    let settings = ProbeSettings { timeout: Duration::from_secs(2), ..settings(OPEN) };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| watch.watch_telling(&urls, &settings, &Arc::default(), &both).unwrap());
        }
    });
    assert_eq!((farm.requests().len(), watch.seen().len()), (6, 6));
}

#[test]
fn a_check_tells_of_what_it_refuses() {
    let farm = Farm::start();
    let urls = [farm.url("/ok"), "http://10.0.0.1/".to_owned()];
    let (watch, progress) = (Watch::new(), Counter::default());
    watch.watch_telling(&urls, &settings(OPEN), &Arc::default(), &progress).unwrap();
    assert_eq!([progress.total, progress.advanced].map(AtomicUsize::into_inner), [2, 2]);
}

#[test]
fn a_pause_that_is_asked_for_in_place_of_a_robots_txt_is_kept() {
    let farm = Farm::serving(|request| {
        (request.path == "/robots.txt").then(|| with_header(503, "Retry-After: 300"))
    });
    let other = Farm::start();
    let watch = Watch::of(&[farm.url("/a"), other.url("/b")]);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    // Two ports of one host: it may be asked through neither.
    let asked = [farm.lines(), other.lines()].concat();
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn a_page_that_is_accepted_is_read_whole() {
    let text = "Lock gates failed in the old harbour on Sunday, and nobody was hurt there. ";
    let body = format!("<title>Lock gates fail</title><p>{}</p>", text.repeat(9));
    let farm = Farm::serving(move |request| {
        let html = "Content-Type: text/html\r\n".to_owned();
        Some(match request.method.as_str() {
            "HEAD" => status(405),
            _ => Answer::Plain(202, html, body.clone()),
        })
    });
    let outcome = run_one(&farm.url("/gates"), &settings(OPEN));
    assert_eq!(outcome.verdict, Verdict::Alive);
    // It has enough to say not to be suspected.
    assert_eq!(farm.lines(), ["HEAD /gates", "GET /gates"]);
}

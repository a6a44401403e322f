//! Several runs on one ledger at once: no host is asked by two of them, and nobody writes to what
//! is another's.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use crate::support::ledger::{At, Watch, stop_after};
use crate::support::probe::{OPEN, Script, script, settings};
use crate::support::server::{Farm, status};
use dateline::probe::ledger::observation::Reading;
use dateline::probe::ledger::{Claim, Ledger, Observation, Terms};
use dateline::probe::{ProbeSettings, Progress};
use dateline::verdict::{Outcome, Verdict};

/// Begins once all have come so far.
struct Together(Barrier);

impl Progress for Together {
    fn start(&self, _: u64) {
        self.0.wait();
    }
    fn advance(&self, _: &Outcome) {}
    fn finish(&self) {}
}

/// Settings with a lease that is soon over, for whoever waits for it.
fn short() -> ProbeSettings {
    let (timeout, connect_timeout) = (Duration::from_secs(2), Duration::from_secs(1));
    ProbeSettings { timeout, connect_timeout, ..settings(OPEN) }
}

fn farm_without_robots() -> Farm {
    Farm::serving(|request| (request.path == "/robots.txt").then(|| status(404)))
}

fn named(count: usize) -> (Vec<&'static str>, Script) {
    let names: Vec<&'static str> =
        (0..count).map(|n| &*format!("host-{n}.example").leak()).collect();
    let script =
        names.iter().fold(Script::default(), |script, name| script.with(name, Ok(&["127.0.0.1"])));
    (names, script)
}

/// Two runs that begin at the same moment.
fn at_once(run: impl Fn(&Together) + Sync) {
    let both = Together(Barrier::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| run(&both));
        }
    });
}

fn crawl_at_once(watch: &Watch, settings: &ProbeSettings, script: &Arc<Script>) {
    at_once(|both| watch.crawl_telling(settings, script, both).unwrap());
}

#[test]
fn two_crawls_at_once_ask_for_each_page_once() {
    let farm = farm_without_robots();
    let (names, script) = named(40);
    let page = |host: &&str| (0..3).map(|n| farm.url_at(host, &format!("/slow?{n}"))).collect();
    let urls: Vec<String> = names.iter().flat_map(|host| -> Vec<String> { page(host) }).collect();
    let watch = Watch::of(&urls);
    let settings = short();
    crawl_at_once(&watch, &settings, &Arc::new(script));
    let requests = farm.requests();
    assert!(requests.iter().all(|request| request.together == 1), "{requests:?}");
    let pages: Vec<_> = requests.iter().filter(|one| one.path != "/robots.txt").collect();
    assert_eq!(pages.len(), urls.len());
    let distinct: BTreeSet<_> = pages.iter().map(|one| (&one.host, &one.path)).collect();
    assert_eq!(distinct.len(), urls.len());
    assert_eq!(requests.len() - pages.len(), 40, "one robots.txt for each host");
    assert_eq!((watch.seen().len(), watch.due()), (urls.len(), 0));
}

#[test]
fn two_checks_at_once_ask_for_each_page_once() {
    let farm = Farm::start();
    let urls: Vec<_> = (0..6).map(|n| farm.url(&format!("/slow?{n}"))).collect();
    let watch = Watch::of(&urls);
    let settings = short();
    at_once(|both| {
        watch.watch_telling(&urls, &settings, &Arc::default(), both).unwrap();
    });
    assert_eq!((farm.requests().len(), watch.seen().len()), (6, 6));
}

#[test]
fn a_host_that_redirects_lead_to_is_held_too() {
    let farm = farm_without_robots();
    let (names, script) = named(12);
    let script = Arc::new(script.with("target.example", Ok(&["127.0.0.1"])));
    let urls: Vec<_> =
        names.iter().map(|host| farm.url_at(host, "/to-host?target.example")).collect();
    let watch = Watch::of(&urls);
    let settings = short();
    crawl_at_once(&watch, &settings, &script);
    let requests = farm.requests();
    assert!(requests.iter().all(|request| request.together == 1), "{requests:?}");
    assert!(!farm.lines_at("target.example").is_empty());
    // Who found it held too often has left its pages to a later run.
    watch.pass(Duration::from_mins(1));
    watch.crawl(&settings, &script).unwrap();
    assert_eq!((watch.seen().len(), watch.due()), (urls.len(), 0));
    assert!(farm.requests().iter().all(|request| request.together == 1));
}

/// Another worker, which comes when the lease of the first is over by the clock, if not by its own.
fn seize(watch: &Watch, now: i64) -> Claim {
    let terms = Terms { worker: "other", lease: 3_600_000, urls: 64 };
    watch.ledger().claim(terms, now).unwrap().unwrap()
}

/// It finds all that it claimed to be there.
fn fill(watch: &Watch, claim: &Claim) {
    let at = watch.now();
    let alive = Observation {
        at,
        reading: Reading::Alive,
        status: Some(200),
        error: None,
        final_url: None,
        vantage: String::new(),
    };
    let all: Vec<_> = claim.urls.iter().map(|one| (one.id, alive.clone())).collect();
    watch.ledger().complete(&claim.lease, &all, at).unwrap();
}

#[test]
fn a_lease_that_is_anothers_by_now_is_not_written_to() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..4).map(|n| farm.url(&format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let claim = std::sync::Mutex::new(None);
    let take = At::new(3, || *claim.lock().unwrap() = Some(seize(&watch, watch.now() + 60_000)));
    let settings = ProbeSettings { timeout: Duration::from_secs(1), ..settings(OPEN) };
    watch.crawl_telling(&settings, &Arc::default(), &take).unwrap();
    let claim = claim.into_inner().unwrap().unwrap();
    // What was told of before was written; what came later was not.
    let seen: Vec<_> = watch.seen().into_iter().map(|(url, _)| url).collect();
    assert_eq!(seen, urls[..2]);
    assert_eq!(claim.urls.len(), 2);
    assert_eq!(watch.due(), 2);
    // The lease was not ended either: it is still the other's, to be filled.
    assert!(watch.ledger().holds(&claim.lease, watch.now()).unwrap());
    fill(&watch, &claim);
    assert_eq!((watch.seen().len(), watch.due()), (4, 0));
}

#[test]
fn a_worker_that_is_fenced_off_lets_go_of_the_host() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..4).map(|n| farm.url(&format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let take = At::new(3, || drop(seize(&watch, watch.now() + 60_000)));
    watch.crawl_telling(&settings(OPEN), &Arc::default(), &take).unwrap();
    let asked = farm.requests().len();
    assert!(asked <= 5, "its pages were asked for again and again: {asked} requests");
}

#[test]
fn a_worker_that_was_asleep_does_not_ask_again_what_another_has_seen() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..6).map(|n| farm.url(&format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let sleep = At::new(2, || {
        watch.pass(Duration::from_hours(1));
        fill(&watch, &seize(&watch, watch.now()));
    });
    watch.crawl_telling(&settings(OPEN), &Arc::default(), &sleep).unwrap();
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok?0", "HEAD /ok?1"]);
    assert_eq!(watch.seen().len(), 6);
}

#[test]
fn a_host_that_is_held_by_another_is_left_to_it() {
    let farm = farm_without_robots();
    let urls = [farm.url("/ok")];
    let watch = Watch::of(&urls);
    // For an hour: longer than a run waits.
    seize(&watch, watch.now());
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let outcomes = watch.watch(&urls, &settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(outcomes[0].evidence.record, None, "nothing is known of it yet");
    assert_eq!((farm.connections(), watch.due()), (0, 1));
    watch.pass(Duration::from_hours(2));
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!((watch.seen().len(), watch.due()), (1, 0));
}

#[test]
fn two_crawls_keep_a_delay_that_is_longer_than_a_request_may_take() {
    let farm = farm_without_robots();
    let urls: Vec<_> = (0..3).map(|n| farm.url_at("a.example", &format!("/ok?{n}"))).collect();
    let watch = Watch::of(&urls);
    let [timeout, connect_timeout, delay] = [200, 400, 800].map(Duration::from_millis);
    let settings = ProbeSettings { timeout, connect_timeout, delay, ..settings(OPEN) };
    crawl_at_once(&watch, &settings, &script(&["a.example"]));
    let expected = ["GET /robots.txt", "HEAD /ok?0", "HEAD /ok?1", "HEAD /ok?2"];
    assert_eq!(farm.lines(), expected);
    let requests = farm.requests();
    let gaps: Vec<_> = requests.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    // The farm notes a request a moment after it was made.
    assert!(gaps.iter().all(|gap| *gap > Duration::from_millis(650)), "{gaps:?}");
}

#[test]
fn a_connection_may_take_most_of_the_time_that_there_is() {
    let farm = farm_without_robots();
    let urls = [farm.url_at("a.example", "/ok")];
    let watch = Watch::of(&urls);
    let settings = ProbeSettings {
        timeout: Duration::from_millis(1200),
        connect_timeout: Duration::from_millis(900),
        // Who finds it too late each time would try for ever.
        stop: stop_after(Duration::from_secs(4)),
        ..settings(OPEN)
    };
    let here = Script::default().with("a.example", Ok(&["127.0.0.1"]));
    let script = Arc::new(here.slowly(Duration::from_millis(650)));
    watch.crawl(&settings, &script).unwrap();
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok"]);
    assert_eq!((watch.standing(&urls[0]).verdict, script.asked("a.example")), (Verdict::Alive, 2));
}

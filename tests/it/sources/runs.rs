//! Runs that end before they are through: out of time, stopped, or without a network. And what
//! several runs, days apart, make of one page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::ledger::{At, DAY, StopAfter, Watch};
use crate::support::probe::{Counter, OPEN, Script, run, script, settings};
use crate::support::server::{Farm, status, with_header};
use dateline::probe::ledger::observation::Reading;
use dateline::probe::{LookupError, ProbeError, ProbeSettings, Stop, probe};
use dateline::verdict::{ErrorClass, Verdict};

#[test]
fn a_page_that_comes_and_goes_is_dead_only_after_three_strikes_in_a_row() {
    let gone = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&gone);
    let farm =
        Farm::serving(move |_| Some(status(if flag.load(Ordering::SeqCst) { 404 } else { 200 })));
    let (watch, urls) = (Watch::new(), [farm.url("/2012/gates")]);
    let look = |after: Duration| {
        watch.pass(after);
        let found = watch.watch(&urls, &settings(OPEN), &Arc::default()).unwrap();
        (found[0].verdict, found[0].evidence.record.as_ref().unwrap().strikes)
    };
    // Strikes are three days apart, and a little more, so that not all hosts are asked at once.
    let apart = DAY * 10 / 3;
    assert_eq!(look(Duration::ZERO), (Verdict::Failing, 1));
    assert_eq!(look(DAY * 2), (Verdict::Failing, 1));
    assert_eq!(farm.requests().len(), 2, "it was not due");
    assert_eq!(look(apart), (Verdict::Failing, 2));
    gone.store(false, Ordering::SeqCst);
    assert_eq!(look(apart), (Verdict::Alive, 0));
    gone.store(true, Ordering::SeqCst);
    assert_eq!(look(DAY * 34), (Verdict::Failing, 1));
    assert_eq!(look(apart), (Verdict::Failing, 2));
    assert_eq!(look(apart), (Verdict::Dead, 3));
    assert_eq!(watch.seen().len(), 6);
    assert_eq!(look(apart), (Verdict::Dead, 3));
    assert_eq!(watch.seen().len(), 6, "what is dead is left in peace for a while");
}

#[test]
fn a_page_that_is_gone_for_good_needs_two_strikes() {
    let farm = Farm::start();
    let (watch, urls) = (Watch::new(), [farm.url("/410")]);
    for expected in [Verdict::Failing, Verdict::Dead] {
        let found = watch.watch(&urls, &settings(OPEN), &Arc::default()).unwrap();
        assert_eq!(found[0].verdict, expected);
        watch.pass(DAY * 10 / 3);
    }
}

/// Fifty pages of one host, each of which takes forty milliseconds, one at a time.
fn slow_pages(farm: &Farm) -> Vec<String> {
    (0..50).map(|n| farm.url(&format!("/slow?{n:02}"))).collect()
}

/// In which no more than a few of them can be asked for.
fn in_short_time() -> ProbeSettings {
    ProbeSettings { budget: Some(Duration::from_millis(200)), ..settings(OPEN) }
}

#[test]
fn a_run_ends_when_its_time_is_spent_and_waits_for_what_is_under_way() {
    let farm = Farm::start();
    let outcomes = run(&slow_pages(&farm), &in_short_time(), &Arc::default());
    let asked = farm.requests().len();
    assert!(asked < 10, "{asked}");
    let (in_time, late): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|outcome| outcome.verdict == Verdict::Alive);
    assert_eq!(in_time.len(), asked, "each that was asked for was waited for");
    assert_eq!(late.len(), 50 - asked);
    for outcome in late {
        let found = (outcome.verdict, outcome.evidence.error, outcome.evidence.tries);
        assert_eq!(found, (Verdict::Unknown, Some(ErrorClass::OutOfTime), 0));
    }
}

#[test]
fn what_a_run_had_no_time_for_is_done_by_the_next() {
    for crawls in [false, true] {
        let farm = Farm::start();
        let urls = slow_pages(&farm);
        let watch = Watch::of(&urls);
        let look = |settings: &ProbeSettings| {
            if crawls {
                watch.crawl(settings, &Arc::default()).unwrap();
            } else {
                watch.watch(&urls, settings, &Arc::default()).unwrap();
            }
        };
        look(&in_short_time());
        let asked = farm.lines().iter().filter(|line| line.starts_with("HEAD /slow")).count();
        assert!(asked < 10, "{asked}");
        assert_eq!(watch.seen().len(), asked);
        assert_eq!(watch.due(), 50 - asked as u64);
        look(&settings(OPEN));
        assert_eq!((watch.seen().len(), watch.due()), (50, 0));
        let lines: BTreeSet<_> = farm.lines().into_iter().collect();
        assert_eq!(lines.len(), farm.requests().len(), "nothing is asked for twice");
    }
}

#[test]
fn what_fails_and_has_no_second_try_left_is_not_proven() {
    let farm = Farm::start();
    let settings = ProbeSettings {
        budget: Some(Duration::from_secs(1)),
        retry_pause: Duration::from_millis(1100),
        ..settings(OPEN)
    };
    let outcomes = run(&[farm.url("/500")], &settings, &Arc::default());
    assert_eq!((outcomes[0].verdict, outcomes[0].evidence.status), (Verdict::Unproven, Some(500)));
}

/// How often each page was asked for.
fn counts(farm: &Farm) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for request in farm.requests().iter().filter(|request| request.path != "/robots.txt") {
        *counts.entry(format!("{}{}", request.host, request.path)).or_default() += 1;
    }
    counts
}

#[test]
fn a_run_that_is_stopped_keeps_what_it_saw_and_the_next_does_the_rest() {
    for crawls in [false, true] {
        let farm = Farm::start();
        let hosts = ["a.example", "b.example", "c.example", "d.example"];
        let mut script = Script::default();
        let mut urls = Vec::new();
        for host in hosts {
            script = script.with(host, Ok(&["127.0.0.1"]));
            urls.extend((0..6).map(|n| farm.url_at(host, &format!("/slow?{n}"))));
        }
        let (watch, script, stop) = (Watch::of(&urls), Arc::new(script), Stop::default());
        let stopping = ProbeSettings { stop: stop.clone(), ..settings(OPEN) };
        let progress = StopAfter::new(7, stop);
        let done = if crawls {
            watch.crawl_telling(&stopping, &script, &progress)
        } else {
            watch.watch_telling(&urls, &stopping, &script, &progress).map(drop)
        };
        assert!(matches!(done, Err(ProbeError::Stopped)), "{done:?}");
        let seen: BTreeSet<_> = watch.seen().into_iter().map(|(url, _)| url).collect();
        assert_eq!(seen.len(), 7);
        assert_eq!(watch.due(), 24 - 7);
        // A host with a request under way is left alone for as long as that may take.
        watch.pass(Duration::from_mins(1));
        if crawls {
            watch.crawl(&settings(OPEN), &script).unwrap();
        } else {
            watch.watch(&urls, &settings(OPEN), &script).unwrap();
        }
        assert_eq!(watch.due(), 0);
        assert_eq!(watch.seen().len(), 24, "each was seen once");
        let counts = counts(&farm);
        assert_eq!(counts.len(), 24);
        let again: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(again.len() <= hosts.len(), "only what was under way is asked again: {again:?}");
        assert!(again.iter().all(|(page, count)| {
            **count == 2
                && !seen
                    .iter()
                    .any(|url| url.replace(&format!(":{}", farm.port()), "").ends_with(*page))
        }));
    }
}

#[test]
fn a_run_without_a_ledger_can_be_stopped_too() {
    let farm = Farm::start();
    let stop = Stop::default();
    let progress = StopAfter::new(1, stop.clone());
    let settings = ProbeSettings { stop, ..settings(OPEN) };
    let done = probe(slow_pages(&farm), &settings, None, &progress);
    assert!(matches!(done, Err(ProbeError::Stopped)), "{done:?}");
    assert!(farm.requests().len() < 5);
}

#[test]
fn a_stop_does_not_wait_for_a_silent_host() {
    let farm = Farm::start();
    let script = Script::default()
        .with("a.example", Ok(&["127.0.0.1"]))
        .with("b.example", Ok(&["127.0.0.1"]));
    let urls = [farm.url_at("a.example", "/silence"), farm.url_at("b.example", "/ok")];
    let (watch, stop) = (Watch::of(&urls), Stop::default());
    let progress = StopAfter::new(1, stop.clone());
    // Longer than anybody would let a test run.
    let settings = ProbeSettings { timeout: Duration::from_hours(3), stop, ..settings(OPEN) };
    let done = watch.watch_telling(&urls, &settings, &Arc::new(script), &progress);
    assert!(matches!(done, Err(ProbeError::Stopped)), "{done:?}");
    assert_eq!(watch.seen().len(), 1);
}

/// Thirty hosts that cannot be looked up the first time, and five that answer.
fn lost_and_near(farm: &Farm) -> (Vec<String>, Script) {
    let mut script = Script::default();
    let mut urls = Vec::new();
    for n in 0..30 {
        let name: &'static str = format!("lost-{n}.example").leak();
        script = script.with(name, Err(LookupError::Failed)).with(name, Ok(&["127.0.0.1"]));
        urls.push(farm.url_at(name, "/ok"));
    }
    for n in 0..5 {
        let name: &'static str = format!("near-{n}.example").leak();
        script = script.with(name, Ok(&["127.0.0.1"]));
        urls.push(farm.url_at(name, "/ok"));
    }
    (urls, script)
}

#[test]
fn failures_that_are_the_own_networks_are_not_kept_and_answers_are() {
    for crawls in [false, true] {
        let farm = Farm::start();
        let (urls, script) = lost_and_near(&farm);
        let (watch, script) = (Watch::of(&urls), Arc::new(script));
        // Those that answered are silent by the time that they are asked once more.
        let cut = At::new(35, || script.cut(true));
        let done = if crawls {
            watch.crawl_telling(&settings(OPEN), &script, &cut)
        } else {
            watch.watch_telling(&urls, &settings(OPEN), &script, &cut).map(drop)
        };
        assert!(matches!(done, Err(ProbeError::OwnNetwork)), "{done:?}");
        let seen = watch.seen();
        assert_eq!(seen.len(), 5, "{seen:?}");
        assert!(
            seen.iter()
                .all(|(url, seen)| { url.contains("near-") && seen.reading == Reading::Alive })
        );
        assert_eq!(watch.due(), 30);
        script.cut(false);
        watch.pass(Duration::from_mins(1));
        watch.look(crawls, &urls, &settings(OPEN), &script).unwrap();
        assert_eq!((watch.seen().len(), watch.due()), (35, 0));
    }
}

#[test]
fn failures_are_the_hosts_own_while_those_that_answered_still_do() {
    for crawls in [false, true] {
        let farm = Farm::start();
        let (urls, script) = lost_and_near(&farm);
        let watch = Watch::of(&urls);
        watch.look(crawls, &urls, &settings(OPEN), &Arc::new(script)).unwrap();
        assert_eq!((watch.seen().len(), watch.due()), (35, 0));
        for url in &urls[..30] {
            let standing = watch.standing(url);
            assert_eq!((standing.verdict, standing.strikes), (Verdict::Failing, 1));
        }
        let asked = farm.lines().iter().filter(|line| *line == "HEAD /ok").count();
        assert!((6..=8).contains(&asked), "a few were asked once more: {:?}", farm.lines());
    }
}

#[test]
fn hosts_that_are_lost_die_though_nothing_else_is_due() {
    let farm = Farm::start();
    let mut script = Script::default();
    let mut urls = Vec::new();
    for n in 0..31 {
        let name: &'static str = format!("host-{n}.example").leak();
        let is_lost = n < 21;
        script = script
            .with(name, if is_lost { Err(LookupError::TimedOut) } else { Ok(&["127.0.0.1"]) });
        urls.push(farm.url_at(name, "/ok"));
    }
    let (watch, script) = (Watch::of(&urls), Arc::new(script));
    for day in (0..=32).step_by(4) {
        watch.watch(&urls, &settings(OPEN), &script).unwrap();
        let standing = watch.standing(&urls[0]);
        let is_dead = standing.strikes >= 5 && day >= 30;
        let expected = if is_dead { Verdict::Dead } else { Verdict::Failing };
        assert_eq!(standing.verdict, expected, "{day}: {standing:?}");
        watch.pass(DAY * 4);
    }
    let verdicts: Vec<_> = urls.iter().map(|url| watch.standing(url).verdict).collect();
    assert_eq!(verdicts, [vec![Verdict::Dead; 21], vec![Verdict::Alive; 10]].concat());
}

#[test]
fn a_pause_that_is_asked_for_in_answer_to_head_is_no_strike() {
    let farm = Farm::serving(|request| match (request.method.as_str(), request.path.as_str()) {
        (_, "/robots.txt") => Some(status(404)),
        ("HEAD", "/soon") => Some(with_header(503, "Retry-After: 1")),
        ("HEAD", _) => Some(with_header(503, "Retry-After: 120")),
        _ => None,
    });
    let urls = [farm.url("/soon"), farm.url_at("b.example", "/later")];
    let (watch, script) = (Watch::of(&urls), script(&["b.example"]));
    for _ in 0..6 {
        watch.crawl(&settings(OPEN), &script).unwrap();
        assert!(!watch.is_seen(&urls[1]), "what it says to GET is not known");
        assert_eq!(watch.due(), 1);
        watch.pass(DAY * 3);
    }
    assert_eq!(watch.standing(&urls[0]).verdict, Verdict::Alive, "it was asked after the pause");
    let asked = farm.lines_at("b.example");
    assert_eq!(asked.iter().filter(|line| *line == "HEAD /later").count(), 6, "{asked:?}");
}

#[test]
fn a_few_hosts_that_cannot_be_looked_up_are_failing() {
    let farm = Farm::start();
    let mut script = Script::default().with("near.example", Ok(&["127.0.0.1"]));
    let mut urls = vec![farm.url_at("near.example", "/ok")];
    for n in 0..5 {
        let name: &'static str = format!("lost-{n}.example").leak();
        script = script.with(name, Err(LookupError::Failed));
        urls.push(farm.url_at(name, "/ok"));
    }
    let watch = Watch::of(&urls);
    watch.crawl(&settings(OPEN), &Arc::new(script)).unwrap();
    for url in &urls[1..] {
        let standing = watch.standing(url);
        assert_eq!((standing.verdict, standing.strikes), (Verdict::Failing, 1));
    }
    assert_eq!(watch.due(), 0);
}

#[test]
fn a_run_tells_of_every_url_once() {
    let farm = Farm::start();
    let urls: Vec<_> = ["/ok", "/404", "/moved", "/500"].map(|path| farm.url(path)).into();
    let (watch, progress) = (Watch::of(&urls), Counter::default());
    watch.crawl_telling(&settings(OPEN), &Arc::default(), &progress).unwrap();
    let told = [progress.total, progress.advanced, progress.finished];
    assert_eq!(told.map(AtomicUsize::into_inner), [4, 4, 1]);
}

#[test]
fn a_check_tells_of_what_it_refuses() {
    let farm = Farm::start();
    let urls = [farm.url("/ok"), "http://10.0.0.1/".to_owned()];
    let (watch, progress) = (Watch::new(), Counter::default());
    watch.watch_telling(&urls, &settings(OPEN), &Arc::default(), &progress).unwrap();
    assert_eq!([progress.total, progress.advanced].map(AtomicUsize::into_inner), [2, 2]);
}

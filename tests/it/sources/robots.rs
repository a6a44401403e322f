//! What a crawl does with robots.txt, on a farm where each host has its own.

use std::sync::Arc;
use std::time::Duration;

use crate::support::ledger::{DAY, Watch};
use crate::support::probe::{OPEN, Script, script, settings};
use crate::support::server::{Answer, Farm, Request, redirect, status, text, with_header};
use dateline::probe::ProbeSettings;
use dateline::verdict::Verdict;

const REFUSED: &str = "not tried: the host's robots.txt asks robots to stay away";
const UNKNOWN: &str = "not tried: the host's robots.txt could not be had";

/// A farm whose robots.txt is this.
fn farm_with(robots: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Farm {
    Farm::serving(move |request| (request.path == "/robots.txt").then(|| robots(request)))
}

fn crawled(farm: &Farm, paths: &[&str]) -> (Watch, Vec<String>) {
    let urls: Vec<_> = paths.iter().map(|path| farm.url(path)).collect();
    let watch = Watch::of(&urls);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    (watch, urls)
}

fn stands(watch: &Watch, url: &str) -> (Verdict, String) {
    let standing = watch.standing(url);
    (standing.verdict, standing.reason)
}

/// The times between requests that came one after another.
fn gaps(requests: &[Request]) -> Vec<Duration> {
    requests.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

/// How far apart they are at least where a delay of 0.4 seconds is asked for: the farm notes a
/// request a moment after it was made.
const LEAST: Duration = Duration::from_millis(250);

#[test]
fn a_path_that_robots_are_asked_to_leave_alone_is_left_alone() {
    let farm = farm_with(|_| text(200, "User-agent: *\nDisallow: /private\nAllow: /private/not\n"));
    let (watch, urls) = crawled(&farm, &["/ok", "/private/a", "/private/not"]);
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok", "HEAD /private/not"]);
    let verdicts: Vec<_> = urls.iter().map(|url| watch.standing(url).verdict).collect();
    assert_eq!(verdicts, [Verdict::Alive, Verdict::Unknown, Verdict::Alive]);
    assert_eq!(stands(&watch, &urls[1]).1, REFUSED);
    // It is not due, or every crawl would end with it.
    assert_eq!(watch.due(), 0);
}

#[test]
fn rules_for_this_program_outweigh_those_for_all() {
    let farm = farm_with(|_| {
        text(200, "User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nDisallow: /private\n")
    });
    crawled(&farm, &["/ok", "/private"]);
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok"]);
}

#[test]
fn a_redirect_to_a_path_that_is_refused_is_not_followed() {
    let farm = Farm::serving(|request| match request.path.as_str() {
        "/robots.txt" => Some(text(200, "User-agent: *\nDisallow: /private\n")),
        "/public" => Some(redirect(302, "/private/a")),
        _ => None,
    });
    let (watch, urls) = crawled(&farm, &["/public"]);
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /public"]);
    assert_eq!(stands(&watch, &urls[0]), (Verdict::Unknown, REFUSED.to_owned()));
}

#[test]
fn without_a_robots_txt_all_is_allowed() {
    for none in [404, 403, 410] {
        let farm = farm_with(move |_| status(none));
        let (watch, urls) = crawled(&farm, &["/ok"]);
        assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok"]);
        assert_eq!(watch.standing(&urls[0]).verdict, Verdict::Alive, "{none}");
    }
}

#[test]
fn while_it_cannot_be_had_nothing_is_allowed_for_a_month() {
    let farm = farm_with(|_| status(500));
    let (watch, urls) = crawled(&farm, &["/a", "/b"]);
    assert_eq!(farm.lines(), ["GET /robots.txt"]);
    for url in &urls {
        assert_eq!(stands(&watch, url), (Verdict::Unknown, UNKNOWN.to_owned()));
    }
    assert_eq!(watch.due(), 0);
    for (days, lines) in [(20, 2), (11, 5)] {
        watch.pass(DAY * days);
        assert_eq!(watch.due(), 2);
        watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
        assert_eq!(farm.lines().len(), lines, "{:?}", farm.lines());
    }
    assert_eq!(watch.standing(&urls[0]).verdict, Verdict::Alive);
}

#[test]
fn it_is_asked_for_once_a_day_and_origin() {
    let farm = farm_with(|_| text(200, "User-agent: *\nDisallow: /private\n"));
    let other = Farm::start();
    let (watch, _) = crawled(&farm, &["/a", "/b", "/private/a"]);
    // Another port is another origin, though of the same host.
    watch.enroll(&[farm.url("/c"), farm.url("/private/b"), other.url("/a")]);
    watch.pass(DAY / 2);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /a", "HEAD /b", "HEAD /c"]);
    assert_eq!(other.lines(), ["GET /robots.txt", "HEAD /a"]);
    assert_eq!(stands(&watch, &farm.url("/private/b")), (Verdict::Unknown, REFUSED.to_owned()));
    watch.enroll(&[farm.url("/d")]);
    watch.pass(DAY);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(farm.lines()[4..], ["GET /robots.txt", "HEAD /d"]);
}

#[test]
fn a_delay_that_it_asks_for_is_kept() {
    let farm = farm_with(|_| text(200, "User-agent: *\nCrawl-delay: 0.4\n"));
    crawled(&farm, &["/a", "/b", "/c"]);
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /a", "HEAD /b", "HEAD /c"]);
    let gaps = gaps(&farm.requests()[1..]);
    assert!(gaps.iter().all(|gap| *gap >= LEAST), "{gaps:?}");
}

#[test]
fn a_delay_that_robots_txt_asked_for_yesterday_is_kept_today() {
    let farm = farm_with(|_| text(200, "User-agent: *\nCrawl-delay: 0.4\n"));
    let (watch, _) = crawled(&farm, &["/ok"]);
    watch.enroll(&["/a", "/b", "/c"].map(|path| farm.url(path)));
    watch.pass(Duration::from_hours(1));
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(farm.lines()[2..], ["HEAD /a", "HEAD /b", "HEAD /c"]);
    let gaps = gaps(&farm.requests()[2..]);
    assert!(gaps.iter().all(|gap| *gap >= LEAST), "{gaps:?}");
}

#[test]
fn a_pause_that_is_asked_for_in_place_of_a_robots_txt_is_kept() {
    // Two ports of one host: whichever is asked first, the other is not asked then.
    let farms = [(); 2].map(|()| farm_with(|_| with_header(503, "Retry-After: 300")));
    let watch = Watch::of(&[farms[0].url("/a"), farms[1].url("/b")]);
    watch.crawl(&settings(OPEN), &Arc::default()).unwrap();
    let asked = [farms[0].lines(), farms[1].lines()].concat();
    assert_eq!(asked, ["GET /robots.txt"]);
}

#[test]
fn one_that_is_elsewhere_is_fetched_there_at_that_hosts_pace() {
    let farm = Farm::serving(|request| match request.path.as_str() {
        "/robots.txt" if request.host != "rules.example" => {
            Some(redirect(301, &format!("http://rules.example:{}/shared", request.port)))
        }
        "/shared" => Some(text(200, "User-agent: *\nDisallow: /private\n")),
        _ => None,
    });
    let hosts = ["a.example", "b.example", "c.example"];
    let mut script = Script::default().with("rules.example", Ok(&["127.0.0.1"]));
    let mut urls = vec![farm.url_at("rules.example", "/slow")];
    for host in hosts {
        script = script.with(host, Ok(&["127.0.0.1"]));
        urls.extend(["/ok", "/private"].map(|path| farm.url_at(host, path)));
    }
    let watch = Watch::of(&urls);
    let delay = Duration::from_millis(200);
    watch.crawl(&ProbeSettings { delay, ..settings(OPEN) }, &Arc::new(script)).unwrap();
    for host in hosts {
        assert_eq!(farm.lines_at(host), ["GET /robots.txt", "HEAD /ok"]);
        let private = farm.url_at(host, "/private");
        assert_eq!(stands(&watch, &private), (Verdict::Unknown, REFUSED.to_owned()));
    }
    let requests = farm.requests();
    let there: Vec<_> = requests.iter().filter(|one| one.host == "rules.example").collect();
    assert_eq!(there.len(), 5, "three times, its own, and its page: {requests:?}");
    assert!(there.iter().all(|request| request.together == 1));
    let least = Duration::from_millis(100);
    assert!(there.windows(2).all(|pair| pair[1].at - pair[0].at >= least), "{there:?}");
    assert_eq!(watch.due(), 0);
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
    // A page that is lost would keep it from ending.
    let settings = ProbeSettings { budget: Some(Duration::from_secs(5)), ..settings(OPEN) };
    let script = script(&["a.news.example", "b.news.example", "rules.example"]);
    watch.crawl(&settings, &script).unwrap();
    assert_eq!((watch.seen().len(), watch.due()), (4, 0), "{:?}", farm.lines());
}

#[test]
fn one_that_leads_in_a_circle_is_none() {
    let farm = farm_with(|_| redirect(302, "/robots.txt"));
    let (watch, urls) = crawled(&farm, &["/ok"]);
    assert_eq!(watch.standing(&urls[0]).verdict, Verdict::Alive);
    assert_eq!(farm.lines().len(), 7, "five redirects are followed: {:?}", farm.lines());
}

#[test]
fn one_without_an_end_is_read_as_far_as_it_counts() {
    let farm = farm_with(|_| Answer::Endless(200));
    let (watch, urls) = crawled(&farm, &["/ok"]);
    assert_eq!(watch.standing(&urls[0]).verdict, Verdict::Alive);
    assert_eq!(farm.lines(), ["GET /robots.txt", "HEAD /ok"]);
}

#[test]
fn a_host_that_is_not_there_is_asked_for_nothing_more() {
    let urls = ["http://gone.example/a".to_owned(), "http://gone.example/b".to_owned()];
    let watch = Watch::of(&urls);
    let script = Arc::default();
    watch.crawl(&settings(OPEN), &script).unwrap();
    for url in &urls {
        let expected = (Verdict::Failing, "the host name does not exist".to_owned());
        assert_eq!(stands(&watch, url), expected);
    }
    assert_eq!(watch.due(), 0);
}

#[test]
fn a_check_follows_what_a_reader_points_at_and_asks_for_no_robots_txt() {
    let farm = farm_with(|_| text(200, "User-agent: *\nDisallow: /\n"));
    let urls = [farm.url("/ok")];
    let watch = Watch::new();
    let outcomes = watch.watch(&urls, &settings(OPEN), &Arc::default()).unwrap();
    assert_eq!(outcomes[0].verdict, Verdict::Alive);
    assert_eq!(farm.lines(), ["HEAD /ok"]);
}

#[test]
fn one_that_breaks_off_or_is_packed_allows_nothing() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\
        Content-Length: 400\r\n\r\nUser-agent: *\n";
    let packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\
        Content-Length: 6\r\n\r\n\x1f\x8b\x08\x00ab";
    for answer in [&begun[..], &packed[..]] {
        let farm = farm_with(move |_| Answer::Raw(answer.to_vec()));
        let (watch, urls) = crawled(&farm, &["/private"]);
        assert_eq!(farm.lines(), ["GET /robots.txt"]);
        assert_eq!(stands(&watch, &urls[0]), (Verdict::Unknown, UNKNOWN.to_owned()));
    }
}

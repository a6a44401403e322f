//! Tests of archived copies of lost sources: they are looked up once, recorded, and cited on
//! request.

use std::collections::BTreeMap;
use std::process::Output;
use std::time::Duration;

use dateline::internals::address::AddressClass;
use dateline::internals::source_status::{Cause, ErrorClass, Reason};
use dateline::internals::sources::ledger::{Ledger, SqliteLedger};
use dateline::internals::sources::{
    CopyCounts, CrawlError, CrawlSettings, WaybackSettings, find_copies,
};
use jiff::civil::{Date, date};

use crate::support::archive::TestArchive;
use crate::support::process::{dateline, dateline_reading, stderr, stdout};
use crate::support::server::{Answer, Request, Server, redirect, status, with_header};
use crate::support::url_checks::{Counter, OPEN, settings};

/// Starts a web archive with the following pages.
///
/// - `/gates` and `/ferry` have copies. The copy of `/ferry` is behind a copy of a redirect.
/// - The copy of `/locks` is an error page.
/// - `/later` is unavailable, and `/busy` asks for a pause.
/// - `/trap` redirects to another host.
/// - No other page has a copy.
fn web_archive() -> Server {
    Server::serving(|request| Some(answer(request)))
}

fn answer(request: &Request) -> Answer {
    let page = request.path.rsplit('/').next().unwrap_or_default();
    let copy = |time: u64| redirect(302, &format!("/web/{time}/https://courier.example/{page}"));
    let asked = request.path.contains("235959/");
    match (page, asked) {
        ("gates", true) => copy(20_120_326_091_500),
        ("ferry", true) => copy(20_120_401_000_000),
        ("ferry", false) if request.path.contains("20120401") => copy(20_120_402_000_000),
        ("locks", true) => copy(20_130_101_000_000),
        ("trap", true) => redirect(302, "http://127.0.0.9/web/20120326091500/http://evil.example/"),
        ("gates" | "ferry", false) => status(200),
        ("later", _) => status(503),
        ("busy", _) => with_header(429, "Retry-After: 0"),
        _ => status(404),
    }
}

/// Returns settings with the server as the web archive.
fn asking(server: &Server, settings: CrawlSettings) -> CrawlSettings {
    let wayback = WaybackSettings { base: server.url("/web"), pause: Duration::ZERO };
    CrawlSettings { wayback, ..settings }
}

fn lookups(pages: &[&str]) -> Vec<(String, Date)> {
    let url = |page: &&str| format!("https://courier.example/{page}");
    pages.iter().map(|page| (url(page), date(2012, 3, 25))).collect()
}

fn look_up(
    server: &Server,
    pages: &[&str],
    settings: CrawlSettings,
    ledger: &mut SqliteLedger,
) -> Result<CopyCounts, CrawlError> {
    let (now, settings) = (|| 1_600_000_000_000, asking(server, settings));
    find_copies(&lookups(pages), &settings, None, &Counter::default(), ledger, &now)
}

fn not_tried(class: ErrorClass) -> Reason {
    Reason::Cause(Cause::Error(class))
}

#[test]
fn an_archived_copy_is_verified_and_looked_up_once() {
    let server = web_archive();
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(&folder.path().join("ledger")).unwrap();
    let pages = ["gates", "ferry", "locks", "trap", "other", "later", "busy"];
    let found = look_up(&server, &pages, settings(OPEN), &mut ledger).unwrap();
    let unknown = [
        (Reason::Status(429), 1),
        (Reason::Status(503), 1),
        (not_tried(ErrorClass::BadRedirect), 1),
    ];
    assert_eq!(found, CopyCounts { copies: 2, none: 2, unknown: BTreeMap::from(unknown) });
    let (base, at_courier) = (server.url("/web"), "https://courier.example");
    let copy = |page: &str| ledger.capture(&base, &format!("{at_courier}/{page}")).unwrap();
    let cited = |page: &str| copy(page).and_then(|copy| copy.found);
    let at = |path: &str| Some(server.url(path));
    assert_eq!(cited("gates"), at("/web/20120326091500/https://courier.example/gates"));
    assert_eq!(cited("ferry"), at("/web/20120402000000/https://courier.example/ferry"));
    assert!(copy("locks").is_some() && cited("locks").is_none());
    for page in ["later", "busy", "trap"] {
        assert!(copy(page).is_none(), "no answer is not \"never archived\": {page}");
    }
    assert_eq!(server.lines()[0], "GET /web/20120325235959/https://courier.example/gates");
    // Two requests for `gates`, three for `ferry`, two for `locks`, and one for each of the others.
    assert_eq!(server.requests().len(), 11, "{:?}", server.lines());
    let again = look_up(&server, &pages, settings(OPEN), &mut ledger).unwrap();
    assert_eq!(again, found);
    assert_eq!(server.requests().len(), 14, "only what was not answered is asked for again");
}

#[test]
fn lookups_keep_the_delay_the_budget_and_the_address_guard() {
    let server = web_archive();
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(&folder.path().join("ledger")).unwrap();
    let refused = ErrorClass::AddressRefused(AddressClass::Loopback);
    let spent = CrawlSettings { budget: Some(Duration::ZERO), ..settings(OPEN) };
    let mut skipping = settings(OPEN);
    skipping.hosts.skip.insert("127.0.0.1".to_owned());
    for (settings, reason) in
        [(settings(&[]), refused), (spent, ErrorClass::OutOfTime), (skipping, ErrorClass::Skipped)]
    {
        let found = look_up(&server, &["gates"], settings, &mut ledger).unwrap();
        assert_eq!(found.unknown, BTreeMap::from([(not_tried(reason), 1)]));
        assert_eq!(server.connections(), 0);
    }

    let pause = Duration::from_millis(120);
    let mut slow = asking(&server, settings(OPEN));
    slow.wayback.pause = pause;
    let now = || 1_600_000_000_000;
    let pages = lookups(&["gates", "other"]);
    let counter = Counter::default();
    find_copies(&pages, &slow, None, &counter, &mut ledger, &now).unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    let slack = Duration::from_millis(60);
    assert!(requests.windows(2).all(|pair| pair[1].at - pair[0].at + slack >= pause));
}

#[test]
fn a_web_archive_that_asks_for_a_long_pause_or_is_silent_leaves_copies_unknown() {
    let server = Server::serving(|request| {
        let is_busy = request.path.ends_with("/busy");
        Some(if is_busy { with_header(429, "Retry-After: 3600") } else { Answer::Silence })
    });
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = SqliteLedger::open(&folder.path().join("ledger")).unwrap();
    let found = look_up(&server, &["busy", "gates", "locks"], settings(OPEN), &mut ledger).unwrap();
    let paused = not_tried(ErrorClass::HostPaused);
    assert_eq!(found.unknown, BTreeMap::from([(Reason::Status(429), 1), (paused, 2)]));
    assert_eq!(server.requests().len(), 1);
    let hasty = CrawlSettings { timeout: Duration::from_millis(200), ..settings(OPEN) };
    let found = look_up(&server, &["silence"], hasty, &mut ledger).unwrap();
    assert_eq!(found.unknown, BTreeMap::from([(not_tried(ErrorClass::TimedOut), 1)]));
}

/// Creates an archive of two events that both cite `/gates` and `/fine`. In its ledger, `/gates` is
/// dead.
fn citing(server: &Server) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", format!("[sources]\narchive-url = {:?}\n", server.url("/web/")));
    for (day, title) in [(25, "Lock gates fail"), (27, "Locks are mended")] {
        let page = format!(
            "### 2012-03-{day}\n\n# {title}\n\n### Source:\n\n1. [Courier](https://courier.example/gates) [IMG](x)\n2. [Radio](https://courier.example/fine)\n"
        );
        archive.write(&format!("news/2012/03/{day}/a.md"), page);
    }
    record_failures(&archive);
    archive
}

/// Writes the ledger of an archive, in which `/gates` is dead.
fn record_failures(archive: &TestArchive) {
    let failure = |day: i64| {
        let at = day * 86_400_000;
        format!(
            "{{\"url\":\"https://courier.example/gates\",\"at\":{at},\"reading\":\"hard\",\"status\":404,\"vantage\":\"\"}}\n"
        )
    };
    let failures: String = [15_000, 15_003, 15_006].map(failure).concat();
    let imported = dateline_reading(archive.root(), &["sources", "import"], failures);
    assert!(imported.status.success(), "{imported:?}");
}

fn repair(archive: &TestArchive, options: &[&str]) -> Output {
    let usual = ["sources", "repair", "--allow-address", "127.0.0.0/8"];
    dateline(archive.root(), &[&usual, options].concat())
}

#[test]
fn dead_sources_are_shown_with_their_copies_and_replaced_on_request() {
    let server = web_archive();
    let archive = citing(&server);
    let copy = server.url("/web/20120326091500/https://courier.example/gates");
    let page = archive.root().join("news/2012/03/27/a.md");
    let before = std::fs::read_to_string(&page).unwrap();

    let shown = repair(&archive, &[]);
    let (diff, summary) = (stdout(&shown), stderr(&shown));
    assert_eq!(shown.status.code(), Some(1), "{summary}");
    assert_eq!(diff.matches(&format!("+1. [Courier]({copy}) [IMG](x)\n")).count(), 2, "{diff}");
    assert!(
        summary.contains("1 lost source: 1 with an archived copy, 0 without, 0 unknown"),
        "{summary}"
    );
    assert_eq!(std::fs::read_to_string(&page).unwrap(), before, "nothing is written unasked");
    // The date is that of the first event that cites the source. Both citations share one lookup.
    assert_eq!(server.lines()[0], "GET /web/20120325235959/https://courier.example/gates");
    assert_eq!(server.requests().len(), 2);

    // A check with this ledger also offers the copy, without any request.
    let usual = ["--ledger", ".dateline/ledger.sqlite3", "--select", "source/unreachable"];
    let report = archive.check(&[&usual[..], &["--output-format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let fix = &report["diagnostics"][0]["fix"];
    assert_eq!(fix["applicability"], "unsafe");
    assert_eq!(fix["edits"][0]["replacement"], copy.as_str());

    let done = repair(&archive, &["--fix"]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let expected = before.replace("https://courier.example/gates", &copy);
    assert_eq!(std::fs::read_to_string(&page).unwrap(), expected);
    assert_eq!(server.requests().len(), 2, "what is known is not asked for again");
    assert_eq!(repair(&archive, &[]).status.code(), Some(0), "nothing is left to mend");
}

#[test]
fn a_check_with_a_ledger_cites_archived_copies_as_unsafe_fixes() {
    let server = web_archive();
    let archive = citing(&server);
    repair(&archive, &[]);
    let usual = ["--ledger", ".dateline/ledger.sqlite3", "--select", "source/unreachable"];
    let safe = archive.check(&[&usual[..], &["--fix"]].concat());
    assert_eq!(safe.status.code(), Some(1), "it changes what is cited: not without a word");
    let fixed = archive.check(&[&usual[..], &["--fix", "--unsafe-fixes"]].concat());
    assert_eq!(fixed.status.code(), Some(0), "{fixed:?}");
    let page = std::fs::read_to_string(archive.root().join("news/2012/03/25/a.md")).unwrap();
    assert!(page.contains("/web/20120326091500/https://courier.example/gates"), "{page}");
}

#[test]
fn a_dead_source_in_front_matter_is_replaced_alone() {
    let server = web_archive();
    let archive = TestArchive::new();
    let settings = "[archive]\nfront-matter = [\"yaml\", \"toml\", \"lines\"]\n[layout]\nevent = \"posts/{slug}.md\"\nday = []\n[event]\ndate = { from = [\"front.date\"] }\nsources = { from = [\"front.sources\", \"front.sources.url\"] }\n";
    let base = format!("[sources]\narchive-url = {:?}\n", server.url("/web/"));
    archive.write("dateline.toml", settings.to_owned() + &base);
    let (gates, fine) = ("https://courier.example/gates", "https://courier.example/fine");
    let pages = [
        (
            "a",
            format!(
                "---\r\nsources: [\"{fine}\",  '{gates}' ] # two\r\ndate: 2012-03-25\r\n---\r\n\r\n# A\r\n"
            ),
        ),
        (
            "b",
            format!(
                "---\ndate: 25 March 2012\nsources:\n  - name: Courier\n    url: {gates}  # gone\n---\n"
            ),
        ),
        (
            "c",
            format!("+++\ndate = 2012-03-27\n[[sources]]\nurl = \"{gates}\"\t# gone\n+++\n# C\n"),
        ),
        ("d", format!("Title: D\nSources:  {gates}  \nDate: 2012-03-27\n\n# D\n")),
    ];
    for (name, page) in &pages {
        archive.write(&format!("posts/{name}.md"), page);
    }
    record_failures(&archive);
    let usual = ["--ledger", ".dateline/ledger.sqlite3", "--select", "source/unreachable"];
    let found = archive.findings(&usual);
    let places: Vec<_> = found.iter().map(|found| (found.2, found.3, &*found.4)).collect();
    assert_eq!(places, [(2, 45, gates), (5, 10, gates), (4, 8, gates), (2, 11, gates)]);

    let done = repair(&archive, &["--fix"]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    // The copy is as old as the first event that cites the source.
    assert_eq!(server.lines()[0], "GET /web/20120325235959/https://courier.example/gates");
    let copy = server.url("/web/20120326091500/https://courier.example/gates");
    for (name, page) in &pages {
        assert_eq!(archive.read(&format!("posts/{name}.md")), page.replace(gates, &copy));
    }
}

#[test]
fn another_web_archive_is_asked_again_and_the_answers_of_both_are_kept() {
    let (server, other) = (web_archive(), Server::serving(|_| Some(status(404))));
    let archive = citing(&server);
    repair(&archive, &[]);
    assert_eq!(server.requests().len(), 2);
    let settings = archive.root().join("dateline.toml");
    let first = std::fs::read_to_string(&settings).unwrap();
    archive.write("dateline.toml", first.replace(&server.url("/web/"), &other.url("/web/")));

    // Before the other archive is asked, no copy in it is known.
    let usual = ["--ledger", ".dateline/ledger.sqlite3", "--select", "source/unreachable"];
    let report = stdout(&archive.check(&[&usual[..], &["--output-format", "json"]].concat()));
    assert!(report.contains("is dead") && !report.contains("/web/"), "{report}");
    for _ in 0..2 {
        let shown = repair(&archive, &[]);
        assert_eq!((shown.status.code(), stdout(&shown).as_str()), (Some(0), ""));
        let summary = stderr(&shown);
        let expected = "1 lost source: 0 with an archived copy, 1 without, 0 unknown\n";
        assert!(summary.contains(expected), "{summary}");
        assert_eq!(other.requests().len(), 1, "the answer is remembered");
    }
    archive.write("dateline.toml", first);
    let shown = repair(&archive, &[]);
    assert!(stdout(&shown).contains("/web/20120326091500/"), "{shown:?}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn the_summary_says_why_a_copy_is_unknown() {
    let server = Server::serving(|_| Some(status(503)));
    let archive = citing(&server);
    let shown = repair(&archive, &[]);
    let expected = "1 lost source: 0 with an archived copy, 0 without, 1 unknown\n\
                    1 unknown: the web archive answered 503 Service Unavailable\n";
    assert!(stderr(&shown).contains(expected), "{shown:?}");
    let spent = repair(&archive, &["--budget", "0s"]);
    let expected = "1 unknown: the time budget was spent\n";
    assert!(stderr(&spent).contains(expected), "{spent:?}");
}

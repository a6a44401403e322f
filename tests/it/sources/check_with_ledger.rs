//! End-to-end tests of the ledger: only URLs that are due are requested, observations are kept, and
//! without `--online` nothing is requested.

use std::process::{Command, Output, Stdio};

use crate::support::archive::TestArchive;
use crate::support::process::{DATELINE, dateline, dateline_reading, stdout, wait_for, wait_until};
use crate::support::server::Server;

const ONLINE: [&str; 7] = [
    "--online",
    "--allow-address",
    "127.0.0.0/8",
    "--ledger",
    "sources.sqlite3",
    "--select",
    "source/unreachable,source/moved",
];
const OFFLINE: [&str; 4] =
    ["--ledger", "sources.sqlite3", "--select", "source/unreachable,source/moved"];

/// Creates a page that cites these paths of the server.
fn citing(server: &Server, paths: &[&str]) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\ntimeout = \"2s\"\n");
    let mut page = "### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n".to_owned();
    for path in paths {
        page.extend(["1. [x](", &server.url(path), ")\n"]);
    }
    archive.write("news/2012/03/25/a.md", page);
    archive
}

fn sources(archive: &TestArchive, arguments: &[&str]) -> Output {
    let ledger = ["--ledger", "sources.sqlite3"];
    dateline(archive.root(), &[&["sources"], arguments, &ledger].concat())
}

#[test]
fn one_failure_is_not_reported_and_urls_that_are_not_due_are_not_requested() {
    let server = Server::start();
    let archive = citing(&server, &["/404", "/moved", "/ok"]);
    let found = archive.findings(&ONLINE);
    let rules: Vec<_> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(rules, ["source/moved"], "a single 404 proves nothing where there is a ledger");
    let asked = server.lines();
    assert_eq!(archive.findings(&ONLINE), found);
    assert_eq!(server.lines(), asked, "nothing was due");
    let status = stdout(&sources(&archive, &["status", "--output-format", "json"]));
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["urls"], 3);
    assert_eq!(status["due"], 0);
    let verdicts = serde_json::json!({ "alive": 1, "moved": 1, "failing": 1 });
    assert_eq!(status["verdicts"], verdicts);
    assert_eq!(status["hosts"][0]["host"], "127.0.0.1");
    let table = stdout(&sources(&archive, &["status"]));
    assert!(table.contains("        3  URLs\n") && table.contains("1  failing\n"), "{table}");
}

#[test]
fn an_offline_check_reports_from_the_ledger_without_requests() {
    let server = Server::start();
    let archive = citing(&server, &["/moved", "/ok"]);
    assert_eq!(archive.findings(&ONLINE).len(), 1);
    let connections = server.connections();
    assert_eq!(archive.findings(&OFFLINE).len(), 1);
    assert_eq!(server.connections(), connections);
    let none = archive.check(&["--ledger", "none.sqlite3"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("there is no ledger at none.sqlite3"));
    assert!(!archive.root().join("none.sqlite3").exists(), "to look makes no ledger");
}

/// Returns a line of an export that records a 404. `day` is the time in days since 1970.
fn gone(url: &str, day: i64) -> String {
    let line = serde_json::json!({
        "url": url, "at": day * 86_400_000, "reading": "hard", "status": 404,
        "error": null, "final_url": null, "vantage": "",
    });
    format!("{line}\n")
}

fn import(archive: &TestArchive, lines: &str) -> Output {
    dateline_reading(archive.root(), &["sources", "import", "--ledger", "sources.sqlite3"], lines)
}

#[test]
fn three_failures_three_days_apart_are_an_error() {
    let server = Server::start();
    let archive = citing(&server, &["/404"]);
    let url = server.url("/404");
    let failures: String = [15_000, 15_003, 15_006].map(|day| gone(&url, day)).concat();
    assert_eq!(stdout(&import(&archive, &failures)), "3 observations added, 0 already known\n");
    assert_eq!(stdout(&import(&archive, &failures)), "0 observations added, 3 already known\n");
    let report = stdout(&archive.check(&[&OFFLINE[..], &["--output-format", "concise"]].concat()));
    let evidence = "is dead: 404 Not Found, 3 strikes, first on 2011-01-26\n";
    assert!(report.contains("error[source/unreachable]") && report.ends_with(evidence), "{report}");
    let exported = stdout(&sources(&archive, &["export"]));
    assert_eq!(exported.lines().count(), 3);
    let other = citing(&server, &["/404"]);
    assert_eq!(stdout(&import(&other, &exported)), "3 observations added, 0 already known\n");
    assert_eq!(stdout(&sources(&other, &["export"])), exported);
    let bad = import(&archive, "{\"url\": 3}\n");
    assert_eq!(bad.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("line 1"), "{bad:?}");
}

#[test]
fn results_are_kept_if_the_run_is_killed() {
    let server = Server::start();
    let slow =
        Server::start_at("127.0.0.2".parse().unwrap(), 0).expect("a second loopback address");
    let archive = citing(&server, &["/ok"]);
    let page = format!(
        "### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x]({})\n1. [x]({})\n",
        server.url("/ok"),
        slow.url("/silence")
    );
    archive.write("news/2012/03/25/a.md", page);
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\ntimeout = \"10m\"\n");
    let mut child = Command::new(DATELINE)
        .args(["check", "."])
        .args(ONLINE)
        .current_dir(archive.root())
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let alive = || {
        let status = stdout(&sources(&archive, &["status", "--output-format", "json"]));
        let status: serde_json::Value = serde_json::from_str(&status).unwrap_or_default();
        status["verdicts"]["alive"] == 1
    };
    wait_until("the check records the host that answers", || {
        assert!(child.try_wait().expect("it can be asked").is_none(), "it waits for the slow host");
        alive()
    });
    child.kill().expect("it can be killed");
    wait_for(&mut child);
    assert!(alive(), "and after that");
}

#[test]
fn a_suppression_is_not_unused_while_the_ledger_has_no_verdict() {
    let server = Server::start();
    let archive = citing(&server, &["/404"]);
    let comment = "<!-- dateline-ignore-file source/unreachable: known -->\n";
    let page = archive.root().join("news/2012/03/25/a.md");
    let text = std::fs::read_to_string(&page).unwrap();
    archive.write(
        "news/2012/03/25/a.md",
        text.replace("### Source", &format!("{comment}\n### Source")),
    );
    let with_archive = |options: &[&str]| {
        let rules = ["--extend-select", "archive/unused-suppression"];
        archive.findings(&[options, &rules].concat())
    };
    assert_eq!(with_archive(&ONLINE), [], "it fails, and is not dead yet");
    assert_eq!(with_archive(&OFFLINE), []);
}

//! End-to-end tests of `check --online` against a local server.

use crate::support::archive::TestArchive;
use crate::support::process::stderr;
use crate::support::server::Server;

const OPEN: [&str; 3] = ["--online", "--allow-address", "127.0.0.0/8"];

/// Creates two pages that cite the server, and settings without a delay between requests.
fn citing(server: &Server, paths: &[&str]) -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\ntimeout = \"2s\"\n");
    let items: String = paths
        .iter()
        .flat_map(|path| ["1. [x](".to_owned(), server.url(path), ")\n".to_owned()])
        .collect();
    archive.write(
        "news/2012/03/25/index.md",
        "## 2012-03-25\n\n### [Lock gates fail](/news/2012/03/25/a.md)\n### [Ferry sails](/news/2012/03/25/b.md)\n",
    );
    for (name, title) in [("a", "Lock gates fail"), ("b", "Ferry sails")] {
        archive.write(
            &format!("news/2012/03/25/{name}.md"),
            format!(
                "### 2012-03-25\n\n# {title}\n\n[not a source]({})\n\n### Source:\n\n{items}",
                server.url("/prose")
            ),
        );
    }
    archive
}

#[test]
fn each_source_is_requested_once_and_reported_at_each_citation() {
    let server = Server::start();
    let archive = citing(&server, &["/ok", "/404", "/410", "/403", "/451"]);
    let found = archive.findings(&[&OPEN[..], &["--ignore", "source/private-address"]].concat());
    let found: Vec<_> =
        found.iter().map(|found| (found.0.as_str(), found.2, found.4.clone())).collect();
    let dead = |line, path| ("source/unreachable", line, server.url(path));
    assert_eq!(found, [dead(10, "/404"), dead(11, "/410"), dead(10, "/404"), dead(11, "/410")]);
    let asked = |line: &str| server.lines().iter().filter(|seen| *seen == line).count();
    assert_eq!(
        (asked("HEAD /ok"), asked("GET /ok"), asked("HEAD /404"), asked("GET /404")),
        (1, 0, 1, 1)
    );
    assert_eq!(asked("HEAD /prose"), 0, "only sources are contacted");
    let output = archive.check(&OPEN);
    let summary = stderr(&output);
    assert!(summary.contains("5 distinct source URLs: 1 alive, 2 blocked, 2 dead"), "{summary}");
    assert!(!summary.contains("offline"), "{summary}");
}

#[test]
fn sources_in_front_matter_are_requested_and_reported_at_their_values() {
    let server = Server::start();
    let archive = TestArchive::new();
    archive.write(
        "dateline.toml",
        "[event]\nsources = { from = [\"front.references\", \"section\"] }\n[sources]\ndelay = \"0ms\"\ntimeout = \"2s\"\n",
    );
    let [fine, dead, gone] = ["/ok", "/404", "/410"].map(|path| server.url(path));
    let front = format!(
        "---\nreferences:\n  - {fine}\n  - '{dead}'  # dead\n  - \"{gone}\"\nother: {}\n---\n",
        server.url("/prose")
    );
    let page =
        format!("{front}### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n1. [x]({dead})\n");
    archive.write("news/2012/03/25/a.md", page);
    let found = archive.findings(&[&OPEN[..], &["--select", "source/unreachable"]].concat());
    let found: Vec<_> = found.iter().map(|found| (found.2, found.3, found.4.clone())).collect();
    let expected = [(4, 6, dead.clone()), (5, 6, gone), (14, 8, dead)];
    assert_eq!(found, expected);
    let asked = |line: &str| server.lines().iter().filter(|seen| *seen == line).count();
    assert_eq!((asked("HEAD /ok"), asked("HEAD /404"), asked("HEAD /prose")), (1, 1, 0));
}

#[test]
fn a_permanent_redirect_is_a_warning() {
    let server = Server::start();
    let archive = citing(&server, &["/moved"]);
    let options = [&OPEN[..], &["--select", "source/moved"]].concat();
    let found = archive.findings(&options);
    assert_eq!(found.len(), 2, "{found:?}; {:?}", server.lines());
    assert_eq!(archive.check(&options).status.code(), Some(0));
}

#[test]
fn localhost_is_not_contacted_unless_allowed() {
    let server = Server::start();
    let archive = citing(&server, &["/404"]);
    let found = archive.findings(&["--online", "--ignore", "source/private-address"]);
    assert_eq!(found, []);
    assert_eq!(archive.check(&["--select", "all"]).status.code(), Some(1));
    assert_eq!(server.connections(), 0);
}

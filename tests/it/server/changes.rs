//! Tests of which open pages are checked again when something changes.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, FERRY_PAGE, GATES, GATES_PAGE, archive, places, stale};
use crate::support::language_server::{LanguageServer, pulling_capabilities};

/// Tells the server that a file was created (1), changed (2) or deleted (3).
fn tell(server: &mut LanguageServer, path: &str, kind: u8) {
    let change = json!({"uri": server.uri(path), "type": kind});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
}

#[test]
fn pages_are_checked_again_when_a_definition_of_another_page_changes() {
    let archive = archive();
    let day = "news/2012/03/25/index.md";
    let page = "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail][g]\n\n[g]: /news/2012/03/25/lock-gates-fail.md\n";
    archive.write(day, page);
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    server.open(day, page);
    assert_eq!(places(&server.published_for(GATES, 1)), []);
    server.published_for(day, 1);
    server.replace(day, 2, &page.replace("[g]: /news/2012/03/25/lock", "[g]: /news/2012/03/25/no"));
    server.published_for(GATES, 1);
}

#[test]
fn a_client_that_pulls_is_told_once_when_other_pages_change() {
    let archive = archive();
    let mut server = LanguageServer::start_with(archive.root(), pulling_capabilities());
    server.open(GATES, GATES_PAGE);
    server.open(FERRY, FERRY_PAGE);
    let pull = json!({"textDocument": {"uri": server.uri(GATES)}});
    let report = server.request("textDocument/diagnostic", pull.clone());
    assert_eq!(report["items"], json!([]));
    server.replace(FERRY, 2, &FERRY_PAGE.replace("reopens\n", "opens again\n"));
    server.next("workspace/diagnostic/refresh");
    let report = server.request("textDocument/diagnostic", pull.clone());
    assert_eq!(places(report["items"].as_array().expect("a list")), [stale()]);
    server.close(FERRY);
    server.next("workspace/diagnostic/refresh");
    let report = server.request("textDocument/diagnostic", pull);
    assert_eq!(report["items"], json!([]));
    let is_refresh = |message: &Value| message["method"] == "workspace/diagnostic/refresh";
    assert!(!server.unread.iter().any(is_refresh), "{:?}", server.unread);
}

#[test]
fn files_other_than_pages_are_watched() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let watchers = server.next("client/registerCapability");
    let watchers = &watchers["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(*watchers, json!([{"globPattern": "**/*"}]));
    server.open("about.md", "![map](map.png)\n");
    assert_eq!(places(&server.published("about.md"))[0].0, "link/not-found");
    archive.write("map.png", "png");
    tell(&mut server, "map.png", 1);
    assert_eq!(server.published("about.md"), [] as [Value; 0]);
    std::fs::remove_file(archive.root().join("map.png")).expect("a file");
    tell(&mut server, "map.png", 3);
    assert_eq!(places(&server.published("about.md"))[0].0, "link/not-found");
}

#[test]
fn a_list_of_files_is_not_older_than_an_ignore_file() {
    let archive = archive();
    archive.write("old/b.md", "# B\n");
    let mut server = LanguageServer::start(archive.root());
    server.open("about.md", "[x](/gone.md) [y](/old/b.md)\n");
    assert_eq!(server.published("about.md").len(), 1);
    archive.write(".gitignore", "old/\n");
    tell(&mut server, ".gitignore", 1);
    assert_eq!(server.published("about.md").len(), 2);
    archive.write("gone.md", "# Gone\n");
    tell(&mut server, "gone.md", 1);
    assert_eq!(server.published("about.md").len(), 1);
}

#[test]
fn a_baseline_that_changes_counts() {
    let archive = archive();
    let stale_page = GATES_PAGE.replace("reopens]", "opens]");
    archive.write(GATES, &stale_page);
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, &stale_page);
    assert_eq!(places(&server.published(GATES)), [stale()]);
    archive.check(&["--baseline", "dateline-baseline.jsonl", "--update-baseline"]);
    tell(&mut server, "dateline-baseline.jsonl", 1);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
}

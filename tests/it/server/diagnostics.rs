//! Tests of diagnostics.

use serde_json::{Value, json};

use crate::support::archive::TestArchive;
use crate::support::language_server::{LanguageServer, place, pulling_capabilities};

pub const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
pub const GATES: &str = "news/2012/03/25/lock-gates-fail.md";
pub const GATES_DAY: &str = "news/2012/03/25/index.md";

/// An archive with two events and their day pages, without findings.
pub fn archive() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(FERRY, FERRY_PAGE);
    archive.write("news/2012/03/24/index.md", FERRY_DAY_PAGE);
    archive.write(GATES, GATES_PAGE);
    archive.write(GATES_DAY, GATES_DAY_PAGE);
    archive
}

pub const FERRY_PAGE: &str =
    "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n";
const FERRY_DAY_PAGE: &str = "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n";
pub const GATES_PAGE: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n";
const GATES_DAY_PAGE: &str = "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n## [Previous Day...](/news/2012/03/24/index.md)\n";

pub fn places(diagnostics: &[Value]) -> Vec<(String, u64, u64)> {
    diagnostics.iter().map(place).collect()
}

pub fn stale() -> (String, u64, u64) {
    ("related/stale-text".to_owned(), 6, 4)
}

#[test]
fn findings_are_published_while_somebody_types() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    assert_eq!(server.published_for(GATES, 1), [] as [Value; 0]);
    let start = json!({"line": 6, "character": 15});
    let end = json!({"line": 6, "character": 22});
    let change = json!([{"range": {"start": start, "end": end}, "text": "opens"}]);
    server.change(GATES, 2, &change);
    let found = server.published_for(GATES, 2);
    assert_eq!(places(&found), [stale()]);
    let found = &found[0];
    assert_eq!(found["severity"], 2);
    assert_eq!(found["source"], "dateline");
    let url = found["codeDescription"]["href"].as_str().expect("a URL");
    assert!(url.ends_with("rules/related/stale-text.md"), "{url}");
    let message = found["message"].as_str().expect("a text");
    assert!(message.contains("`Ferry line opens` differs"), "{message}");
    assert!(message.contains("\nhelp: "), "{message}");
    server.close(GATES);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn other_open_pages_are_checked_again_when_a_title_changes() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    server.open(FERRY, FERRY_PAGE);
    server.replace(FERRY, 2, &FERRY_PAGE.replace("reopens\n", "opens again\n"));
    server.published_for(FERRY, 2);
    // The page was published before, without findings.
    let found = loop {
        let found = server.published(GATES);
        if !found.is_empty() {
            break found;
        }
    };
    assert_eq!(places(&found), [stale()]);
    let related = &found[0]["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], server.uri(FERRY));
    server.close(FERRY);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
}

#[test]
fn a_page_that_does_not_exist_yet_can_be_linked_and_checked() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let linking = GATES_PAGE.replace("ferry-line-reopens.md", "new.md");
    server.open(GATES, &linking);
    assert_eq!(places(&server.published_for(GATES, 1))[0].0, "related/not-found");
    server.open("news/2012/03/24/new.md", FERRY_PAGE);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
}

#[test]
fn files_that_change_on_the_disk_are_read_again() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let watchers = server.next("client/registerCapability");
    assert_eq!(watchers["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    server.open(GATES, GATES_PAGE);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
    archive.write(FERRY, FERRY_PAGE.replace("reopens\n", "opens again\n"));
    let change = json!({"uri": server.uri(FERRY), "type": 2});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    assert_eq!(places(&server.published(GATES)), [stale()]);
}

#[test]
fn broken_settings_are_reported_and_the_last_good_ones_stay_in_use() {
    let archive = archive();
    archive.write("dateline.toml", "[rules]\nignore = [\"related/stale-text\"]\n");
    let mut server = LanguageServer::start(archive.root());
    let stale_page = GATES_PAGE.replace("reopens]", "opens]");
    server.open(GATES, &stale_page);
    assert_eq!(server.published(GATES), [] as [Value; 0]);
    archive.write("dateline.toml", "[rules]\nignoer = []\n");
    let change = json!({"uri": server.uri("dateline.toml"), "type": 2});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    let found = server.published("dateline.toml");
    assert_eq!(places(&found), [(String::new(), 1, 0)]);
    assert!(found[0]["message"].as_str().expect("a text").contains("`ignoer`"), "{found:?}");
    assert_eq!(server.published(GATES), [] as [Value; 0], "the last good settings ignore the rule");
    archive.write("dateline.toml", "");
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    assert_eq!(server.published("dateline.toml"), [] as [Value; 0]);
    assert_eq!(places(&server.published(GATES)), [stale()]);
}

#[test]
fn settings_that_are_broken_from_the_start_are_reported() {
    let archive = archive();
    archive.write("dateline.toml", "[rules\n");
    let mut server = LanguageServer::start(archive.root());
    assert_eq!(server.published("dateline.toml").len(), 1);
    server.open(GATES, GATES_PAGE);
    assert_eq!(server.published(GATES), [] as [Value; 0], "it is not known what to check");
}

#[test]
fn settings_are_checked_while_somebody_types_but_used_when_they_are_saved() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open("dateline.toml", "[rules]\nignore = [\"related/stale-txt\"]\n");
    let found = server.published_for("dateline.toml", 1);
    assert_eq!(places(&found), [(String::new(), 1, 10)]);
    server.open(GATES, &GATES_PAGE.replace("reopens]", "opens]"));
    assert_eq!(places(&server.published(GATES)), [stale()]);
    let settings = "[rules]\nignore = [\"related/stale-text\"]\n";
    server.replace("dateline.toml", 2, settings);
    assert_eq!(server.published_for("dateline.toml", 2), [] as [Value; 0]);
    archive.write("dateline.toml", settings);
    let document = json!({"uri": server.uri("dateline.toml")});
    server.notify("textDocument/didSave", json!({"textDocument": document}));
    let found = loop {
        let found = server.published(GATES);
        if found.is_empty() {
            break found;
        }
    };
    assert_eq!(found, [] as [Value; 0]);
}

#[test]
fn each_folder_of_the_workspace_has_its_own_settings() {
    let (one, other) = (archive(), archive());
    other.write("dateline.toml", "[rules]\nignore = [\"related\"]\n");
    let mut server = LanguageServer::start(one.root());
    let uri = |archive: &TestArchive| {
        let root = archive.root().canonicalize().expect("a folder");
        url::Url::from_file_path(root).expect("an absolute path").to_string()
    };
    let event = json!({"added": [{"uri": uri(&other), "name": "other"}], "removed": []});
    server.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    let stale_page = GATES_PAGE.replace("reopens]", "opens]");
    server.open(GATES, &stale_page);
    assert_eq!(places(&server.published(GATES)), [stale()]);
    let page = other.root().canonicalize().expect("a folder").join(GATES);
    let page = page.to_str().expect("a path");
    server.open(page, &stale_page);
    assert_eq!(server.published(page), [] as [Value; 0]);
}

#[test]
fn files_outside_an_archive_have_no_findings() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let other = "/no/such/folder/a.md";
    server.open(other, "[x](/gone.md)\n");
    assert_eq!(server.published(other), [] as [Value; 0]);
    let document = json!({"uri": server.uri(other)});
    let params = json!({"textDocument": document, "position": {"line": 0, "character": 5}});
    assert_eq!(server.request("textDocument/hover", params), Value::Null);
    let item = json!({"uri": "untitled:1", "languageId": "markdown", "version": 1, "text": ""});
    server.notify("textDocument/didOpen", json!({"textDocument": item}));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_client_that_pulls_diagnostics_is_told_when_to_do_so() {
    let archive = archive();
    let mut server = LanguageServer::start_with(archive.root(), pulling_capabilities());
    server.open(GATES, &GATES_PAGE.replace("reopens]", "opens]"));
    let document = json!({"uri": server.uri(GATES)});
    let pull = json!({"textDocument": document});
    let report = server.request("textDocument/diagnostic", pull.clone());
    assert_eq!(report["kind"], "full");
    assert_eq!(places(report["items"].as_array().expect("a list")), [stale()]);
    archive.write(FERRY, FERRY_PAGE.replace("reopens\n", "opens\n"));
    let change = json!({"uri": server.uri(FERRY), "type": 2});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    server.next("workspace/diagnostic/refresh");
    let report = server.request("textDocument/diagnostic", pull);
    assert_eq!(report["items"], json!([]));
    let is_pushed = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
    assert!(!server.unread.iter().any(is_pushed), "{:?}", server.unread);
}

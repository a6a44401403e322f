//! Tests of what the client receives if a page cannot be checked.

use serde_json::{Value, json};

use super::diagnostics::{GATES, GATES_PAGE, archive, places, stale};
use super::navigation::at;
use crate::support::language_server::{LanguageServer, pulling_capabilities};

#[test]
fn a_broken_baseline_is_told_once_and_diagnostics_stay() {
    let archive = archive();
    let stale_page = GATES_PAGE.replace("reopens]", "opens]");
    archive.write(GATES, &stale_page);
    archive.write("about.md", "[x](/gone.md)\n");
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, &stale_page);
    server.open("about.md", "[x](/gone.md)\n");
    assert_eq!(places(&server.published(GATES)), [stale()]);
    server.published("about.md");
    archive.write("dateline-baseline.jsonl", "<<<<<<< ours\n");
    let change = json!({"uri": server.uri("dateline-baseline.jsonl"), "type": 2});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    let message = server.next("window/showMessage");
    let text = message["params"]["message"].as_str().expect("a text");
    assert!(text.contains("dateline-baseline.jsonl"), "{text}");
    assert_eq!(message["params"]["type"], 1);
    let hover = server.request("textDocument/hover", at(&server, GATES, 6, 6));
    assert_eq!(hover, Value::Null);
    let mut params = at(&server, GATES, 6, 6);
    params["newName"] = json!("x");
    let answer = server.ask("textDocument/rename", params);
    assert!(answer["error"]["message"].as_str().expect("a text").contains("baseline"), "{answer}");
    let is_other = |message: &Value| {
        ["window/showMessage", "textDocument/publishDiagnostics"]
            .contains(&message["method"].as_str().unwrap_or_default())
    };
    assert!(!server.unread.iter().any(is_other), "{:?}", server.unread);
    archive.write("dateline-baseline.jsonl", "");
    std::fs::remove_file(archive.root().join("dateline-baseline.jsonl")).expect("a file");
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    assert_eq!(places(&server.published(GATES)), [stale()]);
}

#[test]
fn pulled_diagnostics_stay_if_a_page_cannot_be_checked() {
    let archive = archive();
    let mut server = LanguageServer::start_with(archive.root(), pulling_capabilities());
    server.open(GATES, &GATES_PAGE.replace("reopens]", "opens]"));
    let pull = json!({"textDocument": {"uri": server.uri(GATES)}});
    let before = server.request("textDocument/diagnostic", pull.clone());
    assert_eq!(places(before["items"].as_array().expect("a list")), [stale()]);
    archive.write("dateline-baseline.jsonl", "<<<<<<< ours\n");
    let change = json!({"uri": server.uri("dateline-baseline.jsonl"), "type": 2});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    assert_eq!(server.request("textDocument/diagnostic", pull), before);
    server.next("window/showMessage");
}

#[test]
fn errors_in_settings_stay_when_they_are_closed() {
    let archive = archive();
    archive.write("dateline.toml", "[rules]\nignoer = []\n");
    let mut server = LanguageServer::start(archive.root());
    assert_eq!(server.published("dateline.toml").len(), 1);
    server.open("dateline.toml", "[rules]\nignore = []\n");
    assert_eq!(server.published_for("dateline.toml", 1), [] as [Value; 0]);
    server.close("dateline.toml");
    assert_eq!(server.published("dateline.toml"), [] as [Value; 0]);
    assert_eq!(server.published("dateline.toml").len(), 1);
}

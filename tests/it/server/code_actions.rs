//! Tests of code actions.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, GATES, GATES_DAY, GATES_PAGE, archive};
use crate::support::archive::TestArchive;
use crate::support::edits::apply;
use crate::support::language_server::{LanguageServer, capabilities};
use crate::support::process::dateline_reading;

/// Two findings with safe fixes: a stale text, and a bad heading of a section.
fn page() -> String {
    GATES_PAGE
        .replace("reopens]", "opens]")
        .replace("\n\n### Related:", "  &amp;amp;\n\n### Related:")
}

fn actions(server: &mut LanguageServer, line: u64, only: Option<&str>) -> Vec<Value> {
    let position = json!({"line": line, "character": 6});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let document = json!({"uri": server.uri(GATES)});
    let range = json!({"start": position, "end": position});
    let params = json!({"textDocument": document, "range": range, "context": context});
    let actions = server.request("textDocument/codeAction", params);
    actions.as_array().expect("a list").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a text")).collect()
}

fn open(archive: &TestArchive, page: &str) -> LanguageServer {
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, page);
    server
}

/// Returns the rules that `check` reports on the page.
fn rules(archive: &TestArchive, page: &str) -> Vec<String> {
    let arguments = ["check", "--output-format", "json", "--stdin-filename", GATES];
    let output = dateline_reading(archive.root(), &arguments, page);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["diagnostics"].as_array().expect("a list").iter();
    found.map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect()
}

#[test]
fn a_fix_is_offered_where_the_finding_is() {
    let archive = archive();
    let page = page();
    let mut server = open(&archive, &page);
    assert_eq!(actions(&mut server, 0, None), [] as [Value; 0]);
    let found = actions(&mut server, 6, Some("quickfix"));
    let expected = [
        "related/stale-text: write the title",
        "related/stale-text: suppress it here with a comment",
        "related/stale-text: suppress it on this page with a comment",
        "related/stale-text: add it to the baseline",
    ];
    assert_eq!(titles(&found), expected);
    assert_eq!(found[0]["isPreferred"], true);
    assert_eq!(found[0]["diagnostics"][0]["code"], "related/stale-text");
    let fixed = apply(&page, &found[0]["edit"], &server.uri(GATES));
    assert!(fixed.contains("[Ferry line reopens]"), "{fixed}");
    assert!(!rules(&archive, &fixed).contains(&"related/stale-text".to_owned()));
}

#[test]
fn unsafe_fixes_are_marked_and_not_preferred() {
    let archive = archive();
    let page = GATES_PAGE.replace("ferry-line-reopens.md", "ferry-line-reopen.md");
    let page = page.replace("Ferry line reopens", "Something else");
    let mut server = open(&archive, &page);
    let found = actions(&mut server, 6, Some("quickfix"));
    assert!(titles(&found)[0].ends_with(" (unsafe)"), "{found:?}");
    assert_eq!(found[0].get("isPreferred"), None);
}

#[test]
fn all_safe_fixes_are_applied_together() {
    let archive = archive();
    let page = page();
    let mut server = open(&archive, &page);
    for only in ["source.fixAll", "source.fixAll.dateline", "source"] {
        let found = actions(&mut server, 0, Some(only));
        assert_eq!(titles(&found), ["Apply all safe fixes of Dateline"]);
        assert_eq!(found[0]["kind"], "source.fixAll.dateline");
        let arguments = ["check", "--fix", "--stdin-filename", GATES];
        let fixed = dateline_reading(archive.root(), &arguments, &page).stdout;
        let fixed = String::from_utf8(fixed).expect("a text");
        assert_eq!(apply(&page, &found[0]["edit"], &server.uri(GATES)), fixed);
        assert_ne!(fixed, page);
    }
    assert_eq!(actions(&mut server, 0, Some("refactor")), [] as [Value; 0]);
    server.replace(GATES, 2, GATES_PAGE);
    assert_eq!(actions(&mut server, 0, Some("source.fixAll")), [] as [Value; 0]);
}

#[test]
fn all_safe_fixes_are_computed_when_they_are_chosen() {
    let archive = archive();
    let mut capabilities = capabilities();
    capabilities["textDocument"]["codeAction"] =
        json!({"dataSupport": true, "resolveSupport": {"properties": ["edit"]}});
    let mut server = LanguageServer::start_with(archive.root(), capabilities);
    let page = page();
    server.open(GATES, &page);
    let found = actions(&mut server, 6, Some("source.fixAll"));
    assert_eq!(found[0].get("edit"), None);
    let resolved = server.request("codeAction/resolve", found[0].clone());
    assert!(apply(&page, &resolved["edit"], &server.uri(GATES)).contains("[Ferry line reopens]"));
}

#[test]
fn comments_suppress_the_finding() {
    let archive = archive();
    let page = page();
    let mut server = open(&archive, &page);
    let found = actions(&mut server, 6, None);
    for action in &found[1..3] {
        let suppressed = apply(&page, &action["edit"], &server.uri(GATES));
        assert_ne!(suppressed, page);
        let rules = rules(&archive, &suppressed);
        assert!(!rules.contains(&"related/stale-text".to_owned()), "{rules:?} {suppressed}");
        assert!(!rules.contains(&"archive/unused-suppression".to_owned()), "{rules:?}");
    }
}

#[test]
fn a_finding_is_added_to_the_baseline() {
    let archive = archive();
    let mut server = open(&archive, &GATES_PAGE.replace("reopens]", "opens]"));
    assert_eq!(server.published(GATES).len(), 1);
    let found = actions(&mut server, 6, None);
    let command = &found[3]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    server.request("workspace/executeCommand", params.clone());
    let baseline = archive.read("dateline-baseline.jsonl");
    assert!(baseline.contains("\"text\": \"Ferry line opens\""), "{baseline}");
    assert_eq!(server.published(GATES), [] as [Value; 0]);
    let answer = server.ask("workspace/executeCommand", params);
    assert!(answer["error"]["message"].as_str().expect("a text").contains("no longer"), "{answer}");
    let unknown = server.ask("workspace/executeCommand", json!({"command": "rm"}));
    assert_eq!(unknown["error"]["code"], -32602);
}

#[test]
fn a_client_without_document_changes_receives_plain_edits() {
    let archive = archive();
    let mut capabilities = capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut server = LanguageServer::start_with(archive.root(), capabilities);
    let page = GATES_PAGE.replace("reopens]", "opens]");
    server.open(GATES, &page);
    let found = actions(&mut server, 6, Some("quickfix"));
    assert!(found[0]["edit"]["changes"][server.uri(GATES)].is_array(), "{found:?}");
    assert_eq!(apply(&page, &found[0]["edit"], &server.uri(GATES)), GATES_PAGE);
    assert!(archive.root().join(FERRY).exists());
}

#[test]
fn a_fix_that_was_overtaken_on_the_disk_is_not_offered() {
    let archive = archive();
    let day_page = archive.read(GATES_DAY);
    std::fs::remove_file(archive.root().join(GATES_DAY)).expect("a file");
    let mut capabilities = capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({});
    let mut server = LanguageServer::start_with(archive.root(), capabilities);
    server.open(GATES, GATES_PAGE);
    let creating = |server: &mut LanguageServer| {
        let all = (0..7).flat_map(|line| actions(server, line, Some("quickfix")));
        all.filter(|action| action["edit"].to_string().contains("\"create\"")).count()
    };
    assert_ne!(creating(&mut server), 0);
    archive.write(GATES_DAY, day_page);
    assert_eq!(creating(&mut server), 0);
}

#[test]
fn edits_replace_line_endings_of_two_bytes_as_a_whole() {
    let archive = archive();
    let page = GATES_PAGE.replace('\n', "\r\n");
    let mut server = open(&archive, &page);
    let found = actions(&mut server, 0, Some("quickfix"));
    let fix =
        found.iter().find(|action| action["title"] == "text/line-ending: end every line with LF");
    let fix = &fix.unwrap_or_else(|| panic!("{:?}", titles(&found)))["edit"];
    let edits = fix["documentChanges"][0]["edits"].as_array().expect("edits");
    // There is no position behind the carriage return: a client would move it before it.
    for edit in edits {
        let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
        assert_eq!((&end["character"], &edit["newText"]), (&json!(0), &json!("\n")), "{edit}");
        assert_eq!(end["line"].as_u64(), start["line"].as_u64().map(|line| line + 1), "{edit}");
    }
    assert_eq!(edits.len(), GATES_PAGE.lines().count());
}

#[test]
fn actions_are_offered_for_the_findings_nearest_to_the_start_of_a_selection() {
    let archive = archive();
    let page = format!("{GATES_PAGE}\n{}", "[x](/no.md)\n".repeat(200));
    let first = GATES_PAGE.lines().count() + 1;
    let mut server = open(&archive, &page);
    let mut selected = |from: usize, to: usize| -> Vec<u64> {
        let range = json!({
            "start": {"line": from, "character": 6}, "end": {"line": to, "character": 6},
        });
        let params = json!({
            "textDocument": {"uri": server.uri(GATES)},
            "range": range,
            "context": {"diagnostics": [], "only": ["quickfix"]},
        });
        let actions = server.request("textDocument/codeAction", params);
        let added = actions.as_array().expect("a list").iter();
        let added =
            added.filter(|action| action["title"] == "link/not-found: add it to the baseline");
        let line = |action: &Value| action["diagnostics"][0]["range"]["start"]["line"].as_u64();
        added.map(|action| line(action).expect("a line")).collect()
    };
    let lines = |from: usize, to: usize| (from as u64..to as u64).collect::<Vec<u64>>();
    assert_eq!(selected(first + 10, first + 199), lines(first + 10, first + 60));
    assert_eq!(selected(first + 10, first + 12), lines(first + 10, first + 13));
    assert_eq!(selected(first + 10, first + 10), lines(first + 10, first + 11));
}

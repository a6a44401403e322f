//! Tests of definitions, references, links, symbols and hovers.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, FERRY_PAGE, GATES, GATES_DAY, GATES_PAGE, archive};
use crate::support::archive::TestArchive;
use crate::support::language_server::LanguageServer;
use crate::support::process::dateline_reading;

/// Returns the parameters of a request about a position of a page.
pub fn at(server: &LanguageServer, path: &str, line: u64, character: u64) -> Value {
    let document = json!({"uri": server.uri(path)});
    json!({"textDocument": document, "position": {"line": line, "character": character}})
}

fn start(value: &Value) -> (u64, u64) {
    let start = &value["range"]["start"];
    let number = |value: &Value| value.as_u64().expect("a number");
    (number(&start["line"]), number(&start["character"]))
}

#[test]
fn a_definition_is_the_title_of_the_page() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    let params = at(&server, GATES, 6, 30);
    let found = server.request("textDocument/definition", params);
    assert_eq!((&found["uri"], start(&found)), (&json!(server.uri(FERRY)), (2, 2)));
    let params = at(&server, GATES, 2, 3);
    assert_eq!(server.request("textDocument/definition", params), Value::Null);
    let params = at(&server, GATES, 99, 99);
    assert_eq!(server.request("textDocument/definition", params), Value::Null);
    let params = at(&server, "news/closed.md", 0, 0);
    assert_eq!(server.ask("textDocument/definition", params)["error"]["code"], -32602);
}

#[test]
fn references_are_the_links_to_a_page() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(FERRY, FERRY_PAGE);
    let references = |server: &mut LanguageServer, path: &str, line: u64| {
        let mut params = at(server, path, line, 6);
        params["context"] = json!({"includeDeclaration": false});
        let found = server.request("textDocument/references", params);
        let found = found.as_array().expect("a list").iter();
        found.map(|found| (found["uri"].clone(), start(found))).collect::<Vec<_>>()
    };
    let day = json!(server.uri("news/2012/03/24/index.md"));
    let gates = json!(server.uri(GATES));
    let expected = [(day.clone(), (2, 4)), (gates.clone(), (6, 3))];
    assert_eq!(references(&mut server, FERRY, 2), expected);
    // An unsaved page counts, and so does a change that the client reports.
    server.open(GATES, &GATES_PAGE.replace("1. ", "- "));
    let expected = [(day.clone(), (2, 4)), (gates.clone(), (6, 2))];
    assert_eq!(references(&mut server, GATES, 6), expected, "of the target of a link");
    server.replace(GATES, 2, "# Lock gates fail\n");
    assert_eq!(references(&mut server, FERRY, 2), [(day.clone(), (2, 4))]);
    server.close(GATES);
    let expected = [(day, (2, 4)), (gates, (6, 3))];
    assert_eq!(references(&mut server, FERRY, 2), expected);
    archive.write("about.md", "[x](/news/2012/03/24/ferry-line-reopens.md)\n");
    let change = json!({"uri": server.uri("about.md"), "type": 1});
    server.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    assert_eq!(references(&mut server, FERRY, 2).len(), 3);
}

#[test]
fn links_lead_to_files_and_urls() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(
        "about.md",
        "[a](/news/2012/03/24/ferry-line-reopens.md) <https://e.org/x>\n[b](/gone.md)\n",
    );
    let params = json!({"textDocument": {"uri": server.uri("about.md")}});
    let links = server.request("textDocument/documentLink", params);
    let links = links.as_array().expect("a list");
    let targets: Vec<_> = links.iter().map(|link| (&link["target"], start(link))).collect();
    let (ferry, url) = (json!(server.uri(FERRY)), json!("https://e.org/x"));
    assert_eq!(targets, [(&ferry, (0, 4)), (&url, (0, 45))]);
}

#[test]
fn headings_are_symbols_of_their_page() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open("about.md", "### C\n# A\n\n## B\n\n### \n\n## D\n\nend\n");
    let params = json!({"textDocument": {"uri": server.uri("about.md")}});
    let symbols = server.request("textDocument/documentSymbol", params);
    let names = |symbols: &Value| -> Vec<Value> {
        let symbols = symbols.as_array().into_iter().flatten();
        symbols.map(|symbol| symbol["name"].clone()).collect()
    };
    assert_eq!(names(&symbols), [json!("C"), json!("A")]);
    assert_eq!(names(&symbols[1]["children"]), [json!("B"), json!("D")]);
    assert_eq!(names(&symbols[1]["children"][0]["children"]), [json!("###")]);
    assert_eq!(symbols[1]["range"]["end"], json!({"line": 10, "character": 0}));
}

#[test]
fn pages_are_found_by_the_words_of_their_titles() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let found = |server: &mut LanguageServer, query: &str| -> Vec<(Value, Value)> {
        let found = server.request("workspace/symbol", json!({"query": query}));
        let found = found.as_array().expect("a list").iter();
        found.map(|found| (found["name"].clone(), found["location"]["uri"].clone())).collect()
    };
    let ferry = (json!("Ferry line reopens"), json!(server.uri(FERRY)));
    assert_eq!(found(&mut server, "LINE ferry"), [ferry]);
    assert_eq!(found(&mut server, "2012/03/25").len(), 2, "paths count, too");
    assert_eq!(found(&mut server, "").len(), 4);
    server.open(FERRY, &FERRY_PAGE.replace("Ferry line", "Steamer"));
    let steamer = (json!("Steamer reopens"), json!(server.uri(FERRY)));
    assert_eq!(found(&mut server, "steamer"), [steamer]);
    assert_eq!(found(&mut server, "no such words"), []);
}

fn hover(server: &mut LanguageServer, path: &str, line: u64, character: u64) -> Option<String> {
    let params = at(server, path, line, character);
    let hover = server.request("textDocument/hover", params);
    hover["contents"]["value"].as_str().map(str::to_owned)
}

#[test]
fn a_hover_on_a_link_shows_the_title_and_the_day() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    let expected = format!("**Ferry line reopens**  \n2012-03-24  \n`{FERRY}`");
    assert_eq!(hover(&mut server, GATES, 6, 5).as_deref(), Some(&*expected));
    assert_eq!(hover(&mut server, GATES, 2, 5), None);
    server
        .open(FERRY, &FERRY_PAGE.replace("reopens\n", "`opens` ![](https://a.example/b.png)<b>\n"));
    let text = hover(&mut server, GATES, 6, 5).expect("a text");
    assert!(text.starts_with("**Ferry line opens"), "{text}");
    assert!(
        !text.contains("![") && !text.contains("a.example") && !text.contains(" <b>"),
        "{text}"
    );
}

#[test]
fn a_hover_on_a_rule_shows_its_page() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES_DAY, "<!-- dateline-ignore related/self, link -->\n");
    let text = hover(&mut server, GATES_DAY, 0, 25).expect("a text");
    assert!(text.starts_with("**[related/self](http"), "{text}");
    assert!(text.contains("## Why"), "{text}");
    let text = hover(&mut server, GATES_DAY, 0, 36).expect("a text");
    assert!(text.contains("- `link/not-found`: "), "{text}");
}

#[test]
fn a_hover_on_a_source_shows_what_the_ledger_knows() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let page = "# A\n\n[x](https://dead.example/)\n[y](https://other.example/)\n";
    server.open("about.md", page);
    assert_eq!(hover(&mut server, "about.md", 2, 6), None);
    let gone = |day: i64| {
        let line = json!({
            "url": "https://dead.example/", "at": day * 86_400_000, "reading": "hard",
            "status": 404, "error": null, "final_url": null, "vantage": "",
        });
        format!("{line}\n")
    };
    let lines: String = [15_424, 15_440, 15_460, 15_480].into_iter().map(gone).collect();
    let imported = dateline_reading(archive.root(), &["sources", "import"], lines);
    assert!(imported.status.success(), "{imported:?}");
    let text = hover(&mut server, "about.md", 2, 6).expect("a text");
    assert!(text.starts_with("**dead**: 404 Not Found"), "{text}");
    assert_eq!(hover(&mut server, "about.md", 3, 6), None);
}

#[test]
fn a_ledger_is_only_read() {
    let archive = archive();
    let ledger = archive.root().join(".dateline/ledger.sqlite3");
    archive.write("dateline.toml", "[sources]\nledger = \".dateline/ledger.sqlite3\"\n");
    let imported = dateline_reading(archive.root(), &["sources", "import"], String::new());
    assert!(imported.status.success(), "{imported:?}");
    // As an older version has left it, or another program.
    let mut bytes = std::fs::read(&ledger).expect("a ledger");
    bytes[63] = 1;
    let page = "# A\n\n[x](https://dead.example/)\n";
    for bytes in [std::fs::read(&ledger).expect("a ledger"), bytes] {
        std::fs::write(&ledger, &bytes).expect("a file");
        let mut server = LanguageServer::start(archive.root());
        server.open("about.md", page);
        server.published("about.md");
        assert_eq!(hover(&mut server, "about.md", 2, 6), None);
        server.stop();
        assert!(std::fs::read(&ledger).expect("a ledger") == bytes, "nothing is written");
        let folder = std::fs::read_dir(archive.root().join(".dateline")).expect("a folder");
        let names: Vec<_> = folder.map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(names, ["ledger.sqlite3"]);
    }
}

#[test]
fn a_link_that_leads_nowhere_has_no_references() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open("about.md", "[x](/gone.md) [y](https://example.com/)\n");
    for column in [5, 20] {
        let mut params = at(&server, "about.md", 0, column);
        params["context"] = json!({"includeDeclaration": true});
        assert_eq!(server.request("textDocument/references", params), json!([]), "{column}");
    }
}

#[test]
fn nothing_is_offered_in_a_file_that_is_not_a_page() {
    let archive = archive();
    let text = "# A comment\n[rules]\n# [x](about.md) [ru\n";
    archive.write("dateline.toml", text);
    let mut server = LanguageServer::start(archive.root());
    server.open("dateline.toml", text);
    for (method, line, column) in [
        ("textDocument/completion", 2, 19),
        ("textDocument/definition", 2, 5),
        ("textDocument/documentLink", 0, 0),
        ("textDocument/documentSymbol", 0, 0),
        ("textDocument/hover", 2, 5),
        ("textDocument/prepareRename", 0, 4),
        ("textDocument/rename", 0, 4),
        ("textDocument/references", 0, 4),
        ("textDocument/codeAction", 0, 4),
    ] {
        let mut params = at(&server, "dateline.toml", line, column);
        params["context"] =
            json!({"includeDeclaration": true, "diagnostics": [], "triggerKind": 1});
        params["range"] = json!({"start": params["position"], "end": params["position"]});
        params["newName"] = json!("x");
        let answer = server.request(method, params);
        assert!(answer.is_null() || answer == json!([]), "{method}: {answer}");
    }
}

#[test]
fn archives_below_the_folder_of_the_workspace_are_found() {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("a file");
    archive.write("docs/site/dateline.toml", "");
    archive.write("docs/site/a.md", "# Ferry line reopens\n");
    archive.write("old/dateline.toml", "[rules\n");
    let mut server = LanguageServer::start(archive.root());
    assert_eq!(server.published("old/dateline.toml").len(), 1);
    let found = server.request("workspace/symbol", json!({"query": "ferry"}));
    assert_eq!(found[0]["location"]["uri"], server.uri("docs/site/a.md"), "{found}");
}

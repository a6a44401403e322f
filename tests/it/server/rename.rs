//! Tests of renames.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, FERRY_PAGE, GATES, GATES_PAGE, archive};
use super::navigation::at;
use super::rename_files::links_left;
use crate::support::archive::TestArchive;
use crate::support::edits::apply;
use crate::support::language_server::LanguageServer;
use crate::support::process::stdout;

/// Writes the pages that an edit changes.
pub fn apply_to_files(
    archive: &TestArchive,
    server: &LanguageServer,
    edit: &Value,
    paths: &[&str],
) {
    for path in paths {
        let text = archive.read(path);
        archive.write(path, apply(&text, edit, &server.uri(path)));
    }
    let changed = edit["documentChanges"].as_array().map_or(0, Vec::len);
    assert_eq!(changed, paths.len(), "{edit}");
}

fn rename(server: &mut LanguageServer, path: &str, line: u64, new: &str) -> Value {
    let mut params = at(server, path, line, 8);
    params["newName"] = json!(new);
    server.ask("textDocument/rename", params)
}

#[test]
fn a_title_is_renamed_wherever_it_is_the_text_of_a_link() {
    let archive = archive();
    archive.write("about.md", "[Ferry line reopens](news/2012/03/24/ferry-line-reopens.md), [x](/news/2012/03/24/ferry-line-reopens.md)\n");
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    server.open(FERRY, FERRY_PAGE);
    let params = at(&server, GATES, 6, 6);
    let prepared = server.request("textDocument/prepareRename", params);
    assert_eq!(prepared["placeholder"], "Ferry line reopens");
    let params = at(&server, FERRY, 2, 4);
    let prepared = server.request("textDocument/prepareRename", params);
    assert_eq!(prepared["range"]["start"], json!({"line": 2, "character": 2}));
    let params = at(&server, FERRY, 1, 0);
    assert_eq!(server.request("textDocument/prepareRename", params), Value::Null);
    let edit = rename(&mut server, GATES, 6, "Ferry *line* [again]")["result"].take();
    let paths = ["about.md", FERRY, "news/2012/03/24/index.md", GATES];
    apply_to_files(&archive, &server, &edit, &paths);
    assert!(archive.read(FERRY).contains("\n# Ferry *line* [again]\n"));
    assert!(
        archive.read(GATES).contains("1. [Ferry *line* [again]](/news"),
        "{}",
        archive.read(GATES)
    );
    assert!(archive.read("about.md").ends_with(", [x](/news/2012/03/24/ferry-line-reopens.md)\n"));
    assert_eq!(stdout(&archive.check(&["--quiet", "--output-format", "concise"])), "");
    for new in ["", " ", "a\nb"] {
        assert_eq!(rename(&mut server, GATES, 6, new)["error"]["code"], -32602, "{new:?}");
    }
    assert_eq!(rename(&mut server, GATES, 1, "x")["error"]["code"], -32803);
}

#[test]
fn a_title_that_links_to_its_own_page_is_renamed_once() {
    let archive = archive();
    let day = "news/2012/03/24/index.md";
    let mut server = LanguageServer::start(archive.root());
    server.open(day, &archive.read(day));
    let edit = rename(&mut server, day, 0, "24 March")["result"].take();
    apply_to_files(&archive, &server, &edit, &[FERRY, day]);
    assert!(archive.read(day).starts_with("## 24 March\n"), "{}", archive.read(day));
    assert!(archive.read(FERRY).starts_with("### [24 March](/news/2012/03/24/index.md)\n"));
}

#[test]
fn a_title_in_front_matter_is_renamed() {
    let archive = TestArchive::from_fixture("jekyll");
    let pages = crate::support::archive::files(archive.root());
    let page = pages.keys().find(|path| path.starts_with("_posts/")).expect("a post").clone();
    let text = archive.read(&page);
    let line = text.lines().position(|line| line.starts_with("title:")).expect("a title");
    let mut server = LanguageServer::start(archive.root());
    server.open(&page, &text);
    let edit = rename(&mut server, &page, line as u64, "A: b")["result"].take();
    let renamed = apply(&text, &edit, &server.uri(&page));
    assert!(renamed.contains("title: \"A: b\"\n"), "{renamed}");
}

/// Asks for the title at a position, and renames it. Returns the page after the edit.
fn renamed(page: &str, line: u64, new: &str) -> (Value, Option<String>) {
    let archive = archive();
    archive.write("about.md", page);
    let mut server = LanguageServer::start(archive.root());
    server.open("about.md", page);
    let params = at(&server, "about.md", line, 0);
    let prepared = server.request("textDocument/prepareRename", params.clone());
    let mut params = params;
    params["newName"] = json!(new);
    let answer = server.ask("textDocument/rename", params);
    let edit = answer.get("result").map(|edit| apply(page, edit, &server.uri("about.md")));
    (prepared, edit)
}

#[test]
fn an_underlined_title_does_not_become_something_else() {
    let page = "Old name\n===\n\ntext\n";
    for new in ["- x", "> x", "1. x", "# x", "---", "***"] {
        assert_eq!(renamed(page, 0, new).1, None, "{new}");
    }
    assert_eq!(renamed(page, 0, "a - x").1.as_deref(), Some("a - x\n===\n\ntext\n"));
    let (prepared, edit) = renamed("Old\nname\n===\n", 0, "New");
    assert_eq!(prepared["placeholder"], "Old name");
    assert_eq!(edit.as_deref(), Some("New\n===\n"));
}

#[test]
fn a_title_does_not_become_invisible() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(FERRY, FERRY_PAGE);
    for new in ["<!-- c -->", "<b></b>", "![](x.png)", "\u{200b}", "&nbsp;", "&#8203;"] {
        let answer = rename(&mut server, FERRY, 2, new);
        assert_eq!(answer["error"]["code"], -32602, "{new}: {answer}");
    }
    let edit = rename(&mut server, FERRY, 2, "<b>New</b>\u{200b}")["result"].take();
    let renamed = apply(FERRY_PAGE, &edit, &server.uri(FERRY));
    assert!(renamed.contains("\n# <b>New</b>\u{200b}\n"), "{renamed}");
}

#[test]
fn a_title_in_front_matter_is_offered_without_its_quotes() {
    let archive = TestArchive::from_fixture("jekyll");
    let pages = crate::support::archive::files(archive.root());
    let path = pages.keys().find(|path| path.starts_with("_posts/")).expect("a post").clone();
    let text = archive.read(&path);
    let title = text.lines().find(|line| line.starts_with("title:")).expect("a title");
    let text = text.replace(title, "title: \"Say \\\"a\\\"\"");
    let line = text.lines().position(|line| line.starts_with("title:")).expect("a title");
    let mut server = LanguageServer::start(archive.root());
    server.open(&path, &text);
    let mut params = at(&server, &path, line as u64, 9);
    let prepared = server.request("textDocument/prepareRename", params.clone());
    assert_eq!(prepared["placeholder"], "Say \"a\"", "{prepared}");
    let (start, end) = (&prepared["range"]["start"], &prepared["range"]["end"]);
    assert_eq!((&start["character"], &end["character"]), (&json!(8), &json!(17)));
    params["newName"] = prepared["placeholder"].clone();
    let edit = server.request("textDocument/rename", params);
    assert!(apply(&text, &edit, &server.uri(&path)).contains("Say \\\"a\\\"\"\n"), "{edit}");
}

#[test]
fn links_with_a_label_as_their_text_are_counted() {
    let archive = archive();
    let page = "[Ferry line reopens][f] [Ferry line reopens][] [Ferry line reopens] [Ferry line reopens![i](/i.png)](/news/2012/03/24/ferry-line-reopens.md)\n\n[f]: /news/2012/03/24/ferry-line-reopens.md\n[Ferry line reopens]: /news/2012/03/24/ferry-line-reopens.md\n";
    archive.write("about.md", page);
    let mut server = LanguageServer::start(archive.root());
    server.open(FERRY, FERRY_PAGE);
    let edit = rename(&mut server, FERRY, 2, "New")["result"].take();
    let after = apply(page, &edit, &server.uri("about.md"));
    assert!(after.starts_with("[New][f] [Ferry line reopens][] [Ferry line reopens] "), "{after}");
    let message = links_left(&mut server);
    assert!(message.starts_with("2 links could not be changed"), "{message}");
}

#[test]
fn links_on_pages_that_are_not_utf8_keep_their_text() {
    let archive = archive();
    let page = b"\xe9 [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n";
    archive.write("about.md", page);
    let mut server = LanguageServer::start(archive.root());
    server.open(FERRY, FERRY_PAGE);
    let edit = rename(&mut server, FERRY, 2, "New")["result"].take();
    assert!(!edit.to_string().contains("about.md"), "{edit}");
    assert!(links_left(&mut server).starts_with("1 link could not be changed"));
}

#[test]
fn settings_and_other_files_have_no_title() {
    let archive = archive();
    archive.write("LICENSE.txt", "# A licence\n");
    let page = "# About\n\n[licence](LICENSE.txt)\n";
    let mut server = LanguageServer::start(archive.root());
    server.open("about.md", page);
    let params = at(&server, "about.md", 2, 3);
    assert_eq!(server.request("textDocument/prepareRename", params.clone()), Value::Null);
    assert_eq!(rename(&mut server, "about.md", 2, "x")["error"]["code"], -32803);
    let found = server.request("textDocument/definition", params);
    assert_eq!(found["range"]["start"], json!({"line": 0, "character": 0}));
}

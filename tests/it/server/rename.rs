//! Tests of renames.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, FERRY_PAGE, GATES, GATES_PAGE, archive};
use super::navigation::at;
use crate::support::archive::TestArchive;
use crate::support::edits::apply;
use crate::support::language_server::LanguageServer;
use crate::support::process::stdout;

/// Writes the pages that an edit changes.
fn apply_to_files(archive: &TestArchive, server: &LanguageServer, edit: &Value, paths: &[&str]) {
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

fn rename_files(server: &mut LanguageServer, old: &str, new: &str) -> Value {
    let file = json!({"oldUri": server.uri(old), "newUri": server.uri(new)});
    server.request("workspace/willRenameFiles", json!({"files": [file]}))
}

#[test]
fn links_follow_a_renamed_page() {
    let archive = archive();
    archive.write("about.md", "[x](news/2012/03/24/ferry-line-reopens.md#a) [y][z]\n\n[z]: <./news/2012/03/24/ferry-line-reopens.md> \"t\"\n");
    let linking =
        FERRY_PAGE.to_owned() + "\n[x](index.md) [y](../25/lock-gates-fail.md) [z](/about.md)\n";
    archive.write(FERRY, &linking);
    let before = stdout(&archive.check(&["--output-format", "concise"]));
    let mut server = LanguageServer::start(archive.root());
    server.open(FERRY, &linking);
    let new = "news/2012/03/24/extra/ferry opens.md";
    let edit = rename_files(&mut server, FERRY, new);
    let paths = ["about.md", FERRY, "news/2012/03/24/index.md", GATES];
    apply_to_files(&archive, &server, &edit, &paths);
    let about = archive.read("about.md");
    assert!(about.contains("[x](news/2012/03/24/extra/ferry%20opens.md#a)"), "{about}");
    assert!(about.contains("[z]: <./news/2012/03/24/extra/ferry%20opens.md> \"t\""), "{about}");
    let moved = archive.read(FERRY);
    assert!(
        moved.ends_with("[x](../index.md) [y](../../25/lock-gates-fail.md) [z](/about.md)\n"),
        "{moved}"
    );
    archive.write(new, moved);
    std::fs::remove_file(archive.root().join(FERRY)).expect("a page");
    let after = stdout(&archive.check(&["--output-format", "concise"]));
    let broken = |report: &str| report.matches("not-found").count();
    assert_eq!(broken(&after), broken(&before), "{after}");
    assert_eq!(rename_files(&mut server, "no-page.txt", "other.txt"), Value::Null);
}

#[test]
fn links_follow_a_renamed_folder() {
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    let edit = rename_files(&mut server, "news/2012/03", "news/2012/04");
    let paths = [FERRY, "news/2012/03/24/index.md", "news/2012/03/25/index.md", GATES];
    apply_to_files(&archive, &server, &edit, &paths);
    std::fs::rename(archive.root().join("news/2012/03"), archive.root().join("news/2012/04"))
        .expect("a folder");
    let report = stdout(&archive.check(&["--output-format", "concise"]));
    assert!(!report.contains("not-found"), "{report}");
}

#[test]
fn links_that_cannot_be_changed_are_counted() {
    let archive = archive();
    archive.write("about.md", "<a href=\"/news/2012/03/24/ferry-line-reopens.md\">x</a>\n");
    let mut server = LanguageServer::start(archive.root());
    rename_files(&mut server, FERRY, "news/2012/03/24/other.md");
    let message = server.next("window/showMessage");
    let text = message["params"]["message"].as_str().expect("a text");
    assert!(text.starts_with("1 link could not be changed"), "{text}");
}

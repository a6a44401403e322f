//! Tests of renames of files and folders.

use serde_json::{Value, json};

use super::diagnostics::{FERRY, FERRY_PAGE, GATES, archive};
use super::rename::apply_to_files;
use crate::support::archive::TestArchive;
use crate::support::language_server::LanguageServer;
use crate::support::process::stdout;

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
    assert!(links_left(&mut server).starts_with("1 link could not be changed"));
}

/// Returns the message about links that were left as they are.
pub fn links_left(server: &mut LanguageServer) -> String {
    let message = server.next("window/showMessage");
    message["params"]["message"].as_str().expect("a text").to_owned()
}

/// Renames a file or a folder in the editor and on the disk.
fn rename_for_real(archive: &TestArchive, old: &str, new: &str, changed: &[&str]) {
    let mut server = LanguageServer::start(archive.root());
    let edit = rename_files(&mut server, old, new);
    apply_to_files(archive, &server, &edit, changed);
    let new = archive.root().join(new);
    std::fs::create_dir_all(new.parent().expect("a folder")).expect("folders");
    std::fs::rename(archive.root().join(old), new).expect("a file");
    server.stop();
}

#[test]
fn links_to_a_renamed_folder_are_changed() {
    let archive = archive();
    let links =
        "[a](/news/2012/03/24/) [b](/news/2012/03/24) [c](news/2012/03/../03/) [d](/news/2012/)\n";
    archive.write("about.md", links);
    let inside = "[a](../24/) [b](./) [c](..) [d](/news/2012/03/25/)\n";
    archive.write("news/2012/03/25/more.md", inside);
    let paths = [FERRY, "news/2012/03/24/index.md", "news/2012/03/25/index.md", GATES, "about.md"];
    let paths = [&paths[..], &["news/2012/03/25/more.md"]].concat();
    rename_for_real(&archive, "news/2012/03", "news/2012/04", &paths);
    assert_eq!(
        archive.read("about.md"),
        "[a](/news/2012/04/24/) [b](/news/2012/04/24) [c](news/2012/04/) [d](/news/2012/)\n"
    );
    let inside = archive.read("news/2012/04/25/more.md");
    assert_eq!(inside, "[a](../24/) [b](./) [c](..) [d](/news/2012/04/25/)\n");
}

#[test]
fn relative_links_to_folders_are_changed_in_a_page_that_moves() {
    let archive = archive();
    archive.write("news/2012/03/25/more.md", "[a](../24/) [b](..) [c](.) [d](../../../../)\n");
    rename_for_real(&archive, "news/2012/03/25/more.md", "more.md", &["news/2012/03/25/more.md"]);
    let text = archive.read("more.md");
    assert_eq!(text, "[a](news/2012/03/24/) [b](news/2012/03/) [c](news/2012/03/25/) [d](./)\n");
}

#[test]
fn a_link_to_a_folder_that_becomes_empty_is_counted() {
    let archive = archive();
    archive.write("drafts/a.md", "# A\n");
    archive.write("about.md", "[x](/drafts/)\n");
    let mut server = LanguageServer::start(archive.root());
    rename_files(&mut server, "drafts/a.md", "a.md");
    assert!(links_left(&mut server).starts_with("1 link could not be changed"));
}

#[test]
fn links_are_changed_in_an_archive_below_the_folder_of_the_workspace() {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("a file");
    archive.write("site/dateline.toml", "");
    archive.write("site/a.md", "[b](/b.md)\n");
    archive.write("site/b.md", "# B\n");
    rename_for_real(&archive, "site/b.md", "site/c.md", &["site/a.md"]);
    assert_eq!(archive.read("site/a.md"), "[b](/c.md)\n");
}

#[test]
fn pages_that_are_not_utf8_are_not_edited_but_their_links_are_counted() {
    let archive = archive();
    archive.write("about.md", b"caf\xe9 [x](/news/2012/03/24/ferry-line-reopens.md)\n");
    archive.write("news/2012/03/24/index.md", "## 2012-03-24\n");
    archive.write(GATES, "### 2012-03-25\n\n# Lock gates fail\n");
    let mut server = LanguageServer::start(archive.root());
    let edit = rename_files(&mut server, FERRY, "news/2012/03/24/other.md");
    assert_eq!(edit, Value::Null);
    assert!(links_left(&mut server).starts_with("1 link could not be changed"));
}

#[test]
#[cfg(unix)]
fn a_renamed_symbolic_link_changes_only_links_that_go_through_it() {
    let archive = archive();
    std::os::unix::fs::symlink(FERRY, archive.root().join("latest.md")).expect("a link");
    archive.write("about.md", "[x](/latest.md) [y](/news/2012/03/24/ferry-line-reopens.md)\n");
    rename_for_real(&archive, "latest.md", "newest.md", &["about.md"]);
    let expected = "[x](/newest.md) [y](/news/2012/03/24/ferry-line-reopens.md)\n";
    assert_eq!(archive.read("about.md"), expected);
}

#[test]
fn a_byte_order_mark_does_not_shift_edits() {
    let archive = archive();
    archive.write("about.md", "\u{feff}[x](/news/2012/03/24/ferry-line-reopens.md)\n");
    archive.write("news/2012/03/24/index.md", "## 2012-03-24\n");
    archive.write(GATES, "### 2012-03-25\n\n# Lock gates fail\n");
    let mut server = LanguageServer::start(archive.root());
    let edit = rename_files(&mut server, FERRY, "news/2012/03/24/other.md");
    let range = &edit["documentChanges"][0]["edits"][0]["range"];
    assert_eq!(range["start"], json!({"line": 0, "character": 4}), "{edit}");
}

#[test]
fn links_follow_pages_that_swap_their_names_or_take_the_name_of_another() {
    let archive = TestArchive::new();
    archive.write("a.md", "[b](b.md) [c](/c.md)\n");
    archive.write("b.md", "[a](a.md) [c](c.md)\n");
    archive.write("c.md", "# C\n");
    let mut server = LanguageServer::start(archive.root());
    let renames = |pairs: &[(&str, &str)]| {
        let uri = |path: &str| server.uri(path);
        let files = pairs.iter().map(|(old, new)| json!({"oldUri": uri(old), "newUri": uri(new)}));
        json!({"files": files.collect::<Vec<_>>()})
    };
    let (taken, swapped) = (
        renames(&[("b.md", "z.md"), ("c.md", "b.md")]),
        renames(&[("b.md", "c.md"), ("c.md", "b.md")]),
    );
    let edit = server.request("workspace/willRenameFiles", taken);
    assert_eq!(texts_of(&edit), [("a.md", vec!["z.md", "/b.md"]), ("b.md", vec!["b.md"])]);
    let edit = server.request("workspace/willRenameFiles", swapped);
    assert_eq!(texts_of(&edit), [("a.md", vec!["c.md", "/b.md"]), ("b.md", vec!["b.md"])]);
}

#[test]
fn links_follow_a_rename_that_changes_only_case_or_normal_form() {
    let archive = TestArchive::new();
    archive.write("a.md", "[b](b.md) [u](/ü.md) [d](d/x.md)\n");
    for path in ["b.md", "ü.md", "d/x.md"] {
        archive.write(path, "# B\n");
    }
    let mut server = LanguageServer::start(archive.root());
    for (old, new, text) in
        [("b.md", "B.md", "B.md"), ("ü.md", "u\u{308}.md", "/u\u{308}.md"), ("d", "D", "D/x.md")]
    {
        let edit = rename_files(&mut server, old, new);
        assert_eq!(texts_of(&edit), [("a.md", vec![text])]);
    }
}

#[test]
fn links_to_pages_that_leave_the_archive_are_counted() {
    let archive = TestArchive::new();
    archive.write("a.md", "[b](b.md) [b](/b.md) [c](c.md)\n");
    archive.write("b.md", "# B\n");
    archive.write("c.md", "[a](a.md)\n");
    archive.write(".gitignore", "out/\n");
    let mut server = LanguageServer::start(archive.root());
    for new in ["../elsewhere/b.md", "out/b.md"] {
        assert_eq!(rename_files(&mut server, "b.md", new), Value::Null);
        assert!(links_left(&mut server).starts_with("2 links could not be changed"), "{new}");
    }
}

#[test]
fn links_to_pages_that_are_no_longer_on_the_site_are_counted() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "preset = \"jekyll\"\n");
    archive.write("about.md", "---\ntitle: About\n---\n\n[x](/2020/01/02/event.html)\n");
    archive.write("_posts/2020-01-02-event.md", "---\ntitle: Event\n---\n\nText.\n");
    let mut server = LanguageServer::start(archive.root());
    let edit = rename_files(&mut server, "_posts/2020-01-02-event.md", "_drafts/event.md");
    assert_eq!(edit, Value::Null);
    assert!(links_left(&mut server).starts_with("1 link could not be changed"));
}

/// Returns the names of the changed files and the new texts in them.
fn texts_of(edit: &Value) -> Vec<(&str, Vec<&str>)> {
    let changes = edit["documentChanges"].as_array().expect("changes");
    let texts = changes.iter().map(|change| {
        let uri = change["textDocument"]["uri"].as_str().expect("a URI");
        let edits = change["edits"].as_array().expect("edits").iter();
        let texts = edits.map(|edit| edit["newText"].as_str().expect("a text"));
        (uri.rsplit('/').next().expect("a name"), texts.collect())
    });
    texts.collect()
}

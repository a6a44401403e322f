//! Tests of completion.

use serde_json::Value;

use super::diagnostics::{FERRY, GATES, GATES_PAGE, archive};
use super::navigation::at;
use crate::support::archive::TestArchive;
use crate::support::edits::apply_edits;
use crate::support::language_server::LanguageServer;

/// Returns the proposals at `|` in a page: their labels, and the page after the first of them.
fn complete(archive: &TestArchive, page: &str) -> (Vec<String>, String) {
    let mut server = LanguageServer::start(archive.root());
    let offset = page.find('|').expect("a position");
    let line = page[..offset].matches('\n').count();
    let column = page[..offset].lines().last().map_or(0, str::len);
    let column = if page[..offset].ends_with('\n') { 0 } else { column };
    let text = page.replace('|', "");
    server.open(GATES, &text);
    let params = at(&server, GATES, line as u64, column as u64);
    let list = server.request("textDocument/completion", params);
    let items = list["items"].as_array().expect("a list");
    let text_of = |value: &Value| value.as_str().expect("a text").to_owned();
    let labels = items.iter().map(|item| text_of(&item["label"])).collect();
    let after = items.first().map(|item| apply_edits(&text, &[&item["textEdit"]]));
    (labels, after.unwrap_or_default())
}

#[test]
fn related_pages_are_found_by_title_and_day() {
    let archive = archive();
    let page = GATES_PAGE
        .replace("1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)", "1. []");
    for (typed, labels) in [
        ("[line fer|]", vec!["Ferry line reopens"]),
        ("[line fer|", vec!["Ferry line reopens"]),
        ("[x](line fer|)", vec!["Ferry line reopens"]),
        ("[x](/news/2012/03/24/fe|)", vec!["Ferry line reopens"]),
        ("[x](../24/fe|)", vec!["Ferry line reopens"]),
        ("[x](/news/2012/03/24/|)", vec!["Ferry line reopens", "2012-03-24"]),
        ("[gates fail|]", vec![]),
        ("[no such page|]", vec![]),
    ] {
        let (found, after) = complete(&archive, &page.replace("[]", typed));
        assert_eq!(found, labels, "{typed}");
        let relative = typed.contains("..");
        let destination =
            if relative { "(../24/ferry-line-reopens.md)" } else { &format!("(/{FERRY})") };
        assert!(labels.is_empty() || after.contains(destination), "{typed}: {after}");
        if !typed.contains("[x]") && !labels.is_empty() {
            assert_eq!(after, GATES_PAGE);
        }
    }
}

#[test]
fn headings_of_sections_are_proposed() {
    let archive = archive();
    let (labels, after) = complete(&archive, "# A\n\n### Rel|\n");
    assert!(labels.contains(&"### Related:".to_owned()), "{labels:?}");
    assert!(after.starts_with("# A\n\n### "), "{after}");
    assert_eq!(complete(&archive, "# A|\n").0, [""; 0]);
}

#[test]
fn rules_are_proposed_in_comments() {
    let archive = archive();
    let (labels, _) = complete(&archive, "<!-- dateline-ignore rel| -->\n");
    for label in ["related/stale-text", "related", "link/not-found"] {
        assert!(labels.contains(&label.to_owned()), "{labels:?}");
    }
}

#[test]
fn keys_of_front_matter_are_proposed() {
    let archive = archive();
    archive.write("dateline.toml", "preset = \"jekyll\"\n");
    let (labels, after) = complete(&archive, "---\nda|\nlayout: post\n---\n");
    assert!(labels.contains(&"date".to_owned()), "{labels:?}");
    assert!(after.contains("\nlayout: post\n"), "{after}");
}

#[test]
fn a_destination_with_a_title_is_replaced() {
    let archive = archive();
    let page = GATES_PAGE
        .replace("/news/2012/03/24/ferry-line-reopens.md)", "/news/2012/03/24/fe|no.md \"t\")");
    let (labels, after) = complete(&archive, &page);
    assert_eq!(labels, ["Ferry line reopens"]);
    assert!(after.contains(&format!("](/{FERRY} \"t\")")), "{after}");
}

#[test]
fn pages_that_are_not_on_the_site_are_not_proposed() {
    let archive = TestArchive::from_fixture("jekyll");
    let page = "_posts/2016-07-23-a-whistle-for-the-pier.md";
    let hidden = "_posts/2021-11-20-winter-lectures.md";
    assert!(archive.read(hidden).contains("\npublished: false\n"));
    let text = archive.read(page);
    let line = text.lines().count() as u64;
    let mut server = LanguageServer::start(archive.root());
    server.open(page, &text);
    let mut proposals = |typed: &str| {
        server.replace(page, 2, &format!("{text}\n{typed}\n"));
        let params = at(&server, page, line + 1, typed.len() as u64);
        server.request("textDocument/completion", params)["items"].take()
    };
    for typed in ["[winter-lectures", "[x](/_posts/2021-11", "[x](/2021/11/"] {
        assert_eq!(proposals(typed), Value::Array(Vec::new()), "{typed}");
    }
    assert_ne!(proposals("[x](/_posts/2021-05"), Value::Array(Vec::new()));
}

#[test]
fn addresses_are_completed_on_a_site() {
    let archive = TestArchive::from_fixture("jekyll");
    let page = "_posts/2016-07-23-a-whistle-for-the-pier.md";
    let text = archive.read(page) + "\n[x](/2016/02/)\n";
    let mut server = LanguageServer::start(archive.root());
    server.open(page, &text);
    let line = text.lines().count() - 1;
    let params = at(&server, page, line as u64, 13);
    let list = server.request("textDocument/completion", params);
    let edit = &list["items"][0]["textEdit"];
    assert_eq!(edit["newText"], "/2016/02/29/leap-day-launch/", "{list}");
}

//! Tests of SARIF reports: findings, rules, and fixes that match the applied ones.

use std::collections::BTreeSet;

use dateline::internals::rule::page_url;
use serde_json::Value;

use crate::support::archive::{TestArchive, files};
use crate::support::checkout::{fixture, here};
use crate::support::reports::{archives, check, decoded, found, json, list, sarif, text};

#[test]
fn sarif_reports_match_the_findings() {
    for (archive, least) in archives() {
        let (found, results) = (found(archive.root()), sarif(archive.root()));
        assert!(found.len() >= least && (least > 0 || found.is_empty()), "{}", found.len());
        assert_eq!(found.len(), results.len());
        for (found, result) in found.iter().zip(&results) {
            assert_eq!(result["ruleId"], found["rule"]);
            assert_eq!(result["level"], found["severity"]);
            let message = text(&result["message"]["text"]);
            let escaped = text(&found["message"]).replace("](", "] (");
            assert!(message.starts_with(&escaped), "{message}");
            located(&result["locations"][0], found);
            let related = list(&result["relatedLocations"]);
            let labels = list(&found["labels"]);
            assert_eq!(related.len(), labels.len());
            for (index, (related, label)) in related.iter().zip(labels).enumerate() {
                located(related, label);
                assert_eq!(related["message"]["text"], label["message"]);
                assert_eq!(related["id"], index + 1);
                assert!(message.contains(&format!("]({})", index + 1)), "{message}");
            }
            assert_eq!(list(&result["fixes"]).len(), usize::from(!found["fix"].is_null()));
        }
    }
}

#[test]
fn links_quoted_from_a_page_are_escaped_in_messages() {
    let archive = TestArchive::new();
    archive.write(
        "news/2012/03/25/a.md",
        "### 2012-03-25\n\n# A\n\n### Related:\n\n1. \\[prize\\](//evil.example/)\n",
    );
    let results = sarif(archive.root());
    let messages = results.iter().map(|result| text(&result["message"]["text"]));
    let messages: Vec<_> = messages.filter(|message| message.contains("evil")).collect();
    assert!(!messages.is_empty(), "{results:?}");
    for message in messages {
        assert!(message.contains("] (//evil.example/)") && !message.contains("]("), "{message}");
    }
}

/// Asserts that a SARIF location matches a finding or label in JSON.
fn located(location: &Value, found: &Value) {
    let physical = &location["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(decoded(text(&physical["artifactLocation"]["uri"])), text(&found["path"]));
    let (region, range) = (&physical["region"], &found["range"]);
    // SARIF does not count a byte order mark as a column.
    let has_mark = text(&found["path"]).contains("byte-order-mark");
    for (sarif, end, key) in [
        ("startLine", "start", "line"),
        ("startColumn", "start", "column"),
        ("endLine", "end", "line"),
        ("endColumn", "end", "column"),
        ("byteOffset", "start", "offset"),
    ] {
        let number = range[end][key].as_u64().expect("a number");
        let is_behind = has_mark && key == "column" && range[end]["line"] == 1 && number > 1;
        assert_eq!(region[sarif], number - u64::from(is_behind), "{sarif}");
    }
    let offset = |end: &str| range[end]["offset"].as_u64().expect("a number");
    assert_eq!(region["byteLength"], offset("end") - offset("start"));
}

#[test]
fn sarif_describes_every_rule_and_refers_to_them() {
    let report = json(&check(&here("fixtures/broken"), "sarif"));
    let driver = &report["runs"][0]["tool"]["driver"];
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    let rules = list(&driver["rules"]);
    assert_eq!(rules.len(), dateline::internals::rules::RULES.len());
    for result in list(&report["runs"][0]["results"]) {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    for rule in rules {
        let id = text(&rule["id"]);
        assert_eq!(rule["properties"]["tags"][0], id.split('/').next().expect("a group"));
        assert_eq!(rule["helpUri"], page_url(id));
        // GitHub rejects empty texts.
        for pointer in
            ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"]
        {
            let described = rule.pointer(pointer).map(text).expect("a text");
            assert!(described.len() > 10, "{id}: {pointer}");
        }
    }
}

#[test]
fn each_finding_names_the_page_of_its_rule() {
    let home = "https://github.com/OWNER/dateline";
    for found in found(&here("fixtures/broken")) {
        let id = text(&found["rule"]);
        assert_eq!(found["url"], page_url(id));
        let page = page_url(id);
        let file = page.strip_prefix(home).and_then(|path| path.strip_prefix("/blob/HEAD/"));
        assert!(here(file.expect("below the project's home")).is_file(), "{page}");
    }
    // The pages of `docs/` must name the same home.
    let docs = std::fs::read_to_string(here("docs/ci.md")).expect("a page");
    assert!(docs.contains(&format!("--git {home} ")));
}

/// Applies the fixes of SARIF reports until none are left. Applies at most one fix per file and
/// report.
fn apply_sarif_fixes(archive: &TestArchive, sure: &[&str]) {
    for _ in 0..60 {
        let mut touched = BTreeSet::new();
        for result in sarif(archive.root()) {
            for fix in list(&result["fixes"]) {
                let changes = list(&fix["artifactChanges"]);
                let paths: BTreeSet<_> = changes
                    .iter()
                    .map(|change| decoded(text(&change["artifactLocation"]["uri"])))
                    .collect();
                let applicability = text(&fix["properties"]["applicability"]);
                if sure.contains(&applicability) && paths.is_disjoint(&touched) {
                    for change in changes {
                        make(archive, change);
                    }
                    touched.extend(paths);
                }
            }
        }
        if touched.is_empty() {
            return;
        }
    }
    panic!("there is always something left to mend");
}

/// Applies one change of a fix by its lines and columns. Only a change that removes a byte order
/// mark uses byte offsets.
fn make(archive: &TestArchive, change: &Value) {
    let path = decoded(text(&change["artifactLocation"]["uri"]));
    let bytes = std::fs::read(archive.root().join(&path)).unwrap_or_default();
    let mut edits: Vec<_> = list(&change["replacements"])
        .iter()
        .map(|edit| {
            let region = &edit["deletedRegion"];
            let number = |key: &str| {
                usize::try_from(region[key].as_u64().expect("a number")).expect("small")
            };
            let text = edit["insertedContent"]["text"].as_str().unwrap_or_default();
            if region.get("startLine").is_none() {
                assert_eq!(text, "", "what is inserted into bytes would be binary: {path}");
                return (number("byteOffset"), number("byteLength"), text);
            }
            let page = std::str::from_utf8(&bytes).expect("fixes by lines are of text");
            let start = at(page, number("startLine"), number("startColumn"));
            (start, at(page, number("endLine"), number("endColumn")) - start, text)
        })
        .collect();
    edits.sort_unstable();
    let mut made = bytes.clone();
    for (start, length, text) in edits.into_iter().rev() {
        made.splice(start..start + length, text.bytes());
    }
    archive.write(&path, made);
}

/// Returns the byte offset of a line and column. Both start at 1, and columns are in Unicode scalar
/// values.
fn at(page: &str, line: usize, column: usize) -> usize {
    let unified = page.replace("\r\n", " \n").replace('\r', "\n");
    let mark = if line == 1 && page.starts_with('\u{FEFF}') { 3 } else { 0 };
    let start: usize = unified.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let start = start + mark;
    let rest = &page[start..];
    start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(offset, _)| offset)
}

#[test]
fn fixes_in_sarif_match_the_applied_fixes() {
    for (options, sure) in
        [(&["--fix"][..], &["safe"][..]), (&["--fix", "--unsafe-fixes"], &["safe", "unsafe"])]
    {
        let copy = || TestArchive::from_fixture("broken");
        let (by_sarif, by_program) = (copy(), copy());
        apply_sarif_fixes(&by_sarif, sure);
        let output = by_program.check(options);
        assert!(output.status.code().is_some_and(|code| code < 2));
        let (ours, theirs) = (files(by_program.root()), files(by_sarif.root()));
        assert_ne!(ours, files(&fixture("broken")));
        let paths: Vec<_> = ours.keys().collect();
        assert_eq!(paths, theirs.keys().collect::<Vec<_>>());
        for (path, bytes) in &ours {
            let (ours, theirs) =
                (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&theirs[path]));
            assert_eq!(ours, theirs, "{path}");
        }
    }
}

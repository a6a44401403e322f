//! Tests of the command-line interface: exit codes, options, formats and streams.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::archive::TestArchive;
use crate::support::checkout::{fixture, here};
use crate::support::process::{DATELINE, dateline, stderr, stdout};

fn check(options: &[&str]) -> Output {
    dateline(&fixture("broken"), &[&["check"], options].concat())
}

#[test]
fn exit_codes_follow_severity() {
    let code = |options: &[&str]| check(options).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    assert_eq!(code(&["--select", "related/stale-text"]), Some(0));
    assert_eq!(code(&["--select", "related/stale-text", "--fail-on", "warning"]), Some(1));
    for wrong in
        [&["--no-such-option"][..], &["no/such/path"], &["--select", "none"], &["--jobs", "0"]]
    {
        let output = check(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert_eq!(stdout(&output), "", "{wrong:?}");
    }
}

#[test]
fn rules_are_selected_by_id_group_and_all() {
    let rules = |options: &[&str]| {
        let report = stdout(&check(&[&["--output-format", "concise"], options].concat()));
        let id = |line: &str| line.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
        report.lines().map(id).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(rules(&["--select", "related/self"]).len(), 1);
    assert!(rules(&["--select", "date"]).iter().all(|rule| rule.starts_with("date/")));
    assert!(!rules(&["--ignore", "date,link/malformed"]).contains("link/malformed"));
    assert_eq!(rules(&["--select", "related/self", "--extend-select", "date/future"]).len(), 2);
    assert!(rules(&["--select", "all", "--ignore", "all"]).is_empty());
    let output = check(&["--select", "related/slef"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `related/self`?"), "{}", stderr(&output));
}

#[test]
fn findings_go_to_stdout_and_the_summary_to_stderr() {
    let archive = summarized();
    let select = ["--select", "link/not-found", "--output-format", "concise"];
    let output = archive.check(&select);
    let report = stdout(&output);
    assert!(report.starts_with("about.md:1:5: error[link/not-found]"), "{report}");
    assert_eq!(report.lines().count(), 1, "{report}");
    let summary = "2 pages, 5 links: 1 resolved, 2 broken, 2 source URLs not contacted (offline)\n\
        1 finding suppressed by comments\n\
        1 error, 0 warnings\n";
    assert_eq!(stderr(&output), summary);
    assert_eq!(stderr(&archive.check(&[&select[..], &["--quiet"]].concat())), "");
    let verbose = archive.check(&[&select[..], &["--verbose"]].concat());
    assert!(stderr(&verbose).contains("settings: "));
    assert_eq!(stdout(&verbose), report);
}

/// Creates an archive of two pages with a link that resolves, two broken links, of which a comment
/// suppresses one, and two sources.
fn summarized() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(
        "about.md",
        "[x](/gone.md) [a](/news/2012/03/25/a.md)\n\n\
         <!-- dateline-ignore link/not-found -->\n[y](/lost.md)\n",
    );
    archive.write(
        "news/2012/03/25/a.md",
        "### 2012-03-25\n\n# A\n\n### Source:\n\n\
         1. [x](https://courier.example/x)\n2. [y](https://courier.example/y)\n",
    );
    archive
}

#[test]
fn json_has_the_documented_fields() {
    let options = ["--select", "link/not-found", "--output-format", "json"];
    let output = summarized().check(&options);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "pages": 2,
        "links": 5,
        "errors": 1,
        "warnings": 0,
        "fixable": 0,
        "skipped": { "offline": 2, "suppressed": 1 },
    });
    assert_eq!(report["summary"], expected);
    let output = check(&["--output-format", "json", "--ignore", "date/future"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["version"], 1);
    let all = report["diagnostics"].as_array().expect("an array");
    let fixes: Vec<&Value> = all.iter().map(|found| &found["fix"]).collect();
    let fixable = fixes.iter().filter(|fix| !fix.is_null()).count();
    assert_eq!(report["summary"]["fixable"], fixable);
    for fix in fixes.iter().filter(|fix| !fix.is_null()) {
        assert!(fix["applicability"] == "safe" || fix["applicability"] == "unsafe", "{fix}");
        assert!(fix["message"].is_string(), "{fix}");
        for edit in fix["edits"].as_array().expect("an array") {
            assert!(edit["path"].is_string() && edit["replacement"].is_string(), "{edit}");
            assert!(edit["range"]["start"]["offset"].is_u64(), "{edit}");
        }
    }
    let lines = stdout(&check(&["--output-format", "jsonl", "--ignore", "date/future"]));
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (summary, diagnostics) = lines.split_last().expect("lines");
    assert_eq!(summary["summary"], report["summary"]);
    assert_eq!(diagnostics, report["diagnostics"].as_array().expect("an array"));
    let keys: Vec<_> = diagnostics[0].as_object().expect("an object").keys().collect();
    let mut expected =
        ["rule", "severity", "path", "range", "message", "help", "url", "labels", "fix"];
    expected.sort_unstable();
    assert_eq!(keys, expected);
}

#[test]
fn the_output_file_is_replaced_at_once_and_keeps_its_permissions() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.txt");
    let name = path.to_str().expect("UTF-8");
    let expected = stdout(&check(&["--output-format", "concise"]));
    for before in [None, Some("something longer that was there before")] {
        if let Some(text) = before {
            std::fs::write(&path, text).expect("a file");
            private(&path);
        }
        let output = check(&["--output-format", "concise", "--output-file", name]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stdout(&output), "");
        assert_eq!(std::fs::read_to_string(&path).expect("the report"), expected);
    }
    assert_eq!(mode(&path), 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left");
    let output = check(&["--output-file", "/no/such/folder/report"]);
    assert_eq!(output.status.code(), Some(2));
    // A device is written to, not replaced with a regular file.
    assert_eq!(check(&["--output-file", "/dev/null"]).status.code(), Some(1));
    assert!(!Path::new("/dev/null").is_file());
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("our own file");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn named_files_outside_the_archive_are_skipped() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[archive]\nexclude = [\"drafts/**\"]\n");
    archive.write("drafts/a.md", "[x](/gone.md)\n");
    archive.write("b.md", "[x](/gone.md) [d](/drafts/a.md)\n");
    archive.write("c.md", "[x](/gone.md)\n");
    archive.write("notes.txt", "[x](/gone.md)\n");
    let output = dateline(
        archive.root(),
        &["check", "b.md", "drafts/a.md", "notes.txt", "--output-format", "concise"],
    );
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    assert!(stdout(&output).starts_with("b.md:1:5: error[link/not-found]"));
    assert!(stderr(&output).contains("1 page not checked: excluded"));
    assert!(stderr(&output).contains("2 named files not checked"), "{}", stderr(&output));
}

#[test]
fn a_single_file_has_the_same_findings_as_in_a_full_check() {
    let whole = stdout(&check(&["--output-format", "concise"]));
    let pages: std::collections::BTreeSet<_> =
        whole.lines().filter_map(|line| line.split(':').next()).collect();
    assert!(pages.len() > 30);
    for page in pages {
        let alone = stdout(&check(&[page, "--output-format", "concise"]));
        let alone: Vec<_> = alone.lines().collect();
        let among: Vec<_> = whole.lines().filter(|line| line.starts_with(page)).collect();
        assert_eq!(alone, among, "{page}");
    }
}

#[test]
fn colors_are_used_for_terminals_or_on_demand() {
    assert!(!stdout(&check(&[])).contains('\u{1b}'));
    assert!(stdout(&check(&["--color", "always"])).contains('\u{1b}'));
}

#[test]
fn statistics_count_by_rule() {
    let archive = TestArchive::new();
    archive.write("a.md", "[x](/gone.md) [y](/lost.md) Lock\u{8}gates\n");
    archive.write("b.md", "Lock gates\r\n");
    let rules = "link/not-found,text/control-character,text/line-ending";
    let select = ["--select", rules, "--output-format", "concise", "--quiet"];
    let output = archive.check(&[&select[..], &["--statistics"]].concat());
    let counts = "        2  error    link/not-found\n        \
        1  error    text/control-character (1 fixable with `--fix --unsafe-fixes`)\n        \
        1  warning  text/line-ending (1 fixable with `--fix`)\n";
    assert_eq!(stderr(&output), counts);
    assert_eq!(stdout(&output), stdout(&archive.check(&select)), "beside the report");
}

#[test]
fn a_closed_pipe_prints_no_error() {
    let mut child = Command::new(DATELINE)
        .args(["check", "--quiet"])
        .current_dir(fixture("broken"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
    assert_eq!(errors, "");
    assert!(child.wait().expect("it ends").code().is_some_and(|code| code < 2));
}

#[test]
fn rules_are_listed_and_explained() {
    let here = &here("");
    let list: Value =
        serde_json::from_slice(&dateline(here, &["rules", "--output-format", "json"]).stdout)
            .expect("JSON");
    let ids: Vec<_> = list
        .as_array()
        .expect("an array")
        .iter()
        .map(|rule| rule["id"].as_str().expect("an id"))
        .collect();
    assert!(ids.contains(&"related/not-found"));
    let table = stdout(&dateline(here, &["rules"]));
    assert_eq!(table.lines().count(), ids.len());
    for id in ids {
        let page = stdout(&dateline(here, &["explain", id]));
        assert!(page.starts_with(id) && page.contains("WHY"), "{id}: {page}");
    }
    let output = dateline(here, &["explain", "related/notfound"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean related/not-found?"));
}

#[test]
fn excluded_pages_are_named_on_the_command_line_too() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[archive]\nexclude = [\"old/**\"]\n");
    for folder in ["old", "drafts", "new"] {
        archive.write(&format!("{folder}/a.md"), "[x](/gone.md)\n");
    }
    let output = archive.check(&["--output-format", "concise", "--exclude", "drafts/**"]);
    assert!(stdout(&output).starts_with("new/a.md:") && stdout(&output).lines().count() == 1);
    assert!(stderr(&output).contains("2 pages not checked: excluded"), "{}", stderr(&output));
    for pattern in ["drafts", "drafts/", "./drafts/a.md", "/drafts/**"] {
        let output = archive.check(&["--output-format", "concise", "--exclude", pattern]);
        assert!(stderr(&output).contains("2 pages not checked: excluded"), "{}", stderr(&output));
    }
    for (pattern, message) in [
        ("a[b", "not a path pattern"),
        ("!drafts/**", "a path pattern cannot begin with `!`; list "),
        ("", "a path pattern cannot be empty; to match all files, write `**`"),
        ("../drafts", "a path pattern cannot contain `..`; write "),
    ] {
        let refused = archive.check(&["--exclude", pattern]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains(message), "{}", stderr(&refused));
    }
}

#[test]
fn a_group_does_not_enable_rules_that_are_off_by_default() {
    let archive = TestArchive::new();
    let page = |title: &str, related: &str| {
        format!("### 2012-03-25\n\n# {title}\n\n### Related:\n\n1. {related}\n")
    };
    archive.write("news/2012/03/25/a.md", page("A", "[B](/news/2012/03/25/b.md)"));
    archive.write("news/2012/03/25/b.md", page("B", "[C](/news/2012/03/25/c.md)"));
    archive.write("news/2012/03/25/c.md", page("C", "[B](/news/2012/03/25/b.md)"));
    let rules = |options: &[&str]| -> Vec<String> {
        archive.findings(options).into_iter().map(|found| found.0).collect()
    };
    assert_eq!(rules(&["--select", "related"]), [] as [&str; 0]);
    assert_eq!(rules(&["--select", "heading", "--extend-select", "related"]), [] as [&str; 0]);
    assert_eq!(rules(&["--select", "related/one-way"]), ["related/one-way"]);
    assert!(rules(&["--select", "all"]).contains(&"related/one-way".to_owned()));
    archive.write("dateline.toml", "[rules]\nselect = [\"related\"]\n");
    assert_eq!(rules(&[]), [] as [&str; 0]);
}

#[test]
fn a_long_report_is_limited_and_ends_with_a_summary_of_rules() {
    let archive = TestArchive::new();
    let links: Vec<String> = (0..120).map(|number| format!("[x](/gone-{number}.md)")).collect();
    archive.write("about.md", links.join("\n") + "\n");
    let shown = |options: &[&str]| {
        let report = stdout(&archive.check(&[&["--output-format", "human"], options].concat()));
        (report.matches("\u{d7} `/gone-").count(), report)
    };
    let (count, report) = shown(&[]);
    assert_eq!(count, 100);
    assert!(
        report.contains("20 more findings not shown; `--max-findings 0` shows all"),
        "{report}"
    );
    assert!(report.contains("\n      120  error    link/not-found\n"), "{report}");
    assert!(
        report.ends_with("`dateline explain RULE` describes a rule and its fixes\n"),
        "{report}"
    );
    assert_eq!(shown(&["--max-findings", "0"]).0, 120);
    assert_eq!(shown(&["--max-findings", "7"]).0, 7);
}

#[test]
fn formats_for_programs_list_all_findings_unless_a_limit_is_given() {
    let archive = TestArchive::new();
    let links: Vec<String> = (0..120).map(|number| format!("[x](/gone-{number}.md)")).collect();
    archive.write("about.md", links.join("\n") + "\n");
    let formats = ["concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"];
    for format in formats {
        let listed = |options: &[&str]| {
            let output = archive.check(&[&["--output-format", format], options].concat());
            let report = stdout(&output);
            let is_listed = |number: &usize| {
                let path = format!("/gone-{number}.md");
                report.contains(&path)
            };
            (0..120).filter(is_listed).count()
        };
        assert_eq!(listed(&[]), 120, "{format}");
        assert_eq!(listed(&["--max-findings", "0"]), 120, "{format}");
        assert_eq!(listed(&["--max-findings", "7"]), 7, "{format}");
        let output = archive.check(&["--output-format", format, "--max-findings", "7", "--quiet"]);
        let note = "113 more findings not shown; `--max-findings 0` shows all";
        assert!(stderr(&output).contains(note), "{format}: {}", stderr(&output));
        assert!(!stdout(&output).contains(note), "{format}");
    }
    let json = archive.check(&["--output-format", "json", "--max-findings", "7"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["summary"]["errors"], 120, "the summary counts all findings");
    assert_eq!(json["summary"]["skipped"]["unlisted"], 113);
}

#[test]
fn two_long_texts_are_quoted_where_they_differ() {
    let archive = TestArchive::new();
    let title = "灯塔博物馆展出沉没的护卫舰的船钟".repeat(12);
    let event = format!("### 2012-03-25\n\n# {title}一\n");
    archive.write("news/2012/03/25/a.md", event);
    archive.write(
        "news/2012/03/25/index.md",
        format!("## 2012-03-25\n\n### [{title}二](/news/2012/03/25/a.md)\n"),
    );
    let report = stdout(&archive.check(&["--output-format", "human"]));
    assert!(report.contains("二` differs") && report.contains("一`\n"), "{report}");
    let found: Value =
        serde_json::from_str(&stdout(&archive.check(&["--output-format", "json"]))).expect("JSON");
    let message = found["diagnostics"][0]["message"].as_str().expect("a message");
    assert!(message.contains(&format!("`{title}二`")), "{message}");
}

/// Checks an archive with one event and an entry. Returns the messages and help texts in JSON, and the
/// report for people.
fn report_of_entry(title: &str, entry: &str) -> (Value, Value, String) {
    let archive = TestArchive::new();
    archive.write("news/2012/03/25/a.md", format!("### 2012-03-25\n\n# {title}\n"));
    let day = format!("## 2012-03-25\n\n### [{entry}](/news/2012/03/25/a.md)\n");
    archive.write("news/2012/03/25/index.md", day);
    let json = stdout(&archive.check(&["--output-format", "json"]));
    let mut json: Value = serde_json::from_str(&json).expect("JSON");
    let found = &mut json["diagnostics"][0];
    let (message, help) = (found["message"].take(), found["help"].take());
    (message, help, stdout(&archive.check(&["--output-format", "human"])))
}

#[test]
fn formats_for_programs_contain_long_texts_in_full() {
    let title = "灯塔 \\`一 ".repeat(300);
    let (message, help, _) = report_of_entry(&format!("{title}甲"), &format!("{title}乙"));
    // Text that contains a backtick is quoted in two.
    let words = title.replace('\\', "");
    assert_eq!(message, format!("the entry text ``{words}乙`` differs from the event's title"));
    assert_eq!(help, format!("the title is ``{words}甲``"));
}

#[test]
fn a_text_that_ends_where_another_goes_on_is_quoted_from_the_same_character() {
    let title = "灯塔博物馆展出沉没的护卫舰的船钟".repeat(12);
    let (_, _, report) = report_of_entry(&format!("{title}（续）"), &title);
    let joined: String = report.lines().map(|line| line.trim_start_matches([' ', '│'])).collect();
    let quoted: Vec<&str> =
        joined.split('`').filter(|text| text.starts_with('…') && text.len() > 60).collect();
    assert!(matches!(&quoted[..], [one, other] if format!("{one}（续）") == **other), "{report}");
}

#[test]
fn lines_of_messages_fit_the_terminal() {
    for title in [
        "灯塔博物馆展出/沉没的护卫舰的船钟".repeat(12),
        "灯塔".repeat(8) + "/" + &"护卫舰的船钟".repeat(12),
        "a/b".repeat(80),
    ] {
        let (_, _, report) = report_of_entry(&title, &format!("{title}二"));
        for line in report.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{line}");
        }
    }
}

#[test]
fn an_allowed_address_is_not_reported_as_private() {
    let archive = TestArchive::new();
    let source = "### 2012-03-25\n\n# Lock\n\n### Source:\n\n1. [x](http://10.1.2.3/a)\n2. [y](http://127.0.0.1/)\n";
    archive.write("news/2012/03/25/a.md", source);
    let count = |options: &[&str]| {
        let options = [&["--select", "source/private-address"], options].concat();
        archive.findings(&options).len()
    };
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["--allow-address", "10.0.0.0/8"]), 1);
}

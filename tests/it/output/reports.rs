//! Tests of reports for other programs, against the official schemas and the findings in JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::checkout::here;
use crate::support::process::{dateline, stderr};
use crate::support::reports::{archives, check, found, gitlab, junit, list, sarif, shown, text};
use crate::support::workflow_commands;

#[test]
fn gitlab_reports_match_the_findings() {
    for (archive, _) in archives() {
        let (found, issues) = (found(archive.root()), gitlab(archive.root()));
        assert_eq!(found.len(), issues.len());
        for (found, issue) in found.iter().zip(&issues) {
            assert_eq!(issue["check_name"], found["rule"]);
            assert!(text(&issue["description"]).starts_with(text(&found["message"])));
            assert_eq!(issue["location"]["path"], found["path"]);
            let (begin, start) =
                (&issue["location"]["positions"]["begin"], &found["range"]["start"]);
            assert_eq!((&begin["line"], &begin["column"]), (&start["line"], &start["column"]));
            assert_eq!(issue["location"]["lines"]["begin"], start["line"]);
            let severity = if found["severity"] == "error" { "major" } else { "minor" };
            assert_eq!(issue["severity"], severity);
        }
        let fingerprints: BTreeSet<_> =
            issues.iter().map(|issue| text(&issue["fingerprint"])).collect();
        assert_eq!(fingerprints.len(), issues.len(), "each finding has one of its own");
    }
}

#[test]
fn junit_reports_match_the_findings() {
    for (archive, _) in archives() {
        let found = found(archive.root());
        let report = check(archive.root(), "junit").stdout;
        let pages: BTreeSet<_> = found.iter().map(|found| text(&found["path"])).collect();
        // A report without findings has one test, which passes.
        let (failures, tests, suites) = (found.len(), found.len().max(1), pages.len().max(1));
        for (expression, expected) in [
            ("string(count(//testsuite/testcase/failure))", failures),
            ("string(/testsuites/@failures)", failures),
            ("string(sum(//testsuite/@failures))", failures),
            ("string(count(//testcase))", tests),
            ("string(/testsuites/@tests)", tests),
            ("string(count(//testsuite))", suites),
        ] {
            assert_eq!(junit(&report, &[expression]), [expected.to_string()], "{expression}");
        }
        let names = junit(&report, &["//testcase/@name", "//testcase/@classname"]);
        let keys: BTreeSet<_> =
            list(&names[0]).iter().map(text).zip(list(&names[1]).iter().map(text)).collect();
        assert_eq!(keys.len(), tests, "viewers tell tests apart by these");
    }
}

#[test]
fn junit_test_cases_describe_the_findings() {
    let invisible =
        |text: &str| text.replace('\u{FFFE}', "\\u{fffe}").replace('\u{FFFF}', "\\u{ffff}");
    for (archive, _) in archives() {
        let found = found(archive.root());
        let report = check(archive.root(), "junit").stdout;
        let parts = ["@name", "failure/@message", "../@name", "failure/@type"];
        let expressions: Vec<String> = (1..=found.len())
            .flat_map(|case| parts.map(|part| format!("string((//testcase)[{case}]/{part})")))
            .collect();
        let expressions: Vec<&str> = expressions.iter().map(String::as_str).collect();
        let values = junit(&report, &expressions);
        for (found, values) in found.iter().zip(values.chunks(parts.len())) {
            let [name, message, suite, severity] = values else { panic!("{values:?}") };
            let name = text(name);
            assert!(name.starts_with(text(&found["rule"])), "{name}");
            assert!(!name.contains("today is"), "a test has the same name tomorrow: {name}");
            assert_eq!(text(message), invisible(text(&found["message"])));
            assert_eq!(text(suite), invisible(&shown(text(&found["path"]), &[])));
            assert_eq!(severity, &found["severity"]);
        }
    }
}

#[test]
fn github_gets_as_many_annotations_as_it_shows() {
    for (archive, _) in archives() {
        let found = found(archive.root());
        let output = check(archive.root(), "github");
        let report = String::from_utf8(output.stdout).expect("UTF-8");
        let (commands, plain) = workflow_commands::read(&report);
        let mut annotated = Vec::new();
        let mut rest = 0;
        for severity in ["error", "warning"] {
            let all: Vec<_> = found.iter().filter(|found| found["severity"] == severity).collect();
            rest += all.len().saturating_sub(10);
            annotated.extend(all.into_iter().take(10));
        }
        let (groups, annotations): (Vec<_>, Vec<_>) =
            commands.into_iter().partition(|command| command.name.ends_with("group"));
        assert_eq!(annotations.len(), annotated.len());
        for (command, found) in annotations.iter().zip(annotated) {
            is_annotation(command, found);
        }
        assert_eq!(plain.len(), if rest == 0 { 0 } else { rest + 1 }, "{plain:?}");
        let listed: usize = groups.iter().filter_map(|group| counted(&group.data)).sum();
        assert_eq!(listed, rest);
        // The runner also executes commands from standard error.
        let (commands, _) =
            workflow_commands::read(&String::from_utf8(output.stderr).expect("UTF-8"));
        assert!(commands.is_empty(), "{commands:?}");
    }
}

/// Returns the number in the title of a group: 3 for `rule (3)`.
fn counted(title: &str) -> Option<usize> {
    title.strip_suffix(')')?.rsplit_once('(')?.1.parse().ok()
}

fn is_annotation(command: &workflow_commands::RunnerCommand, found: &Value) {
    assert_eq!(command.name, text(&found["severity"]));
    let property = |name: &str| command.properties.get(name).map(String::as_str);
    // The runner decodes escaped line breaks. It cannot decode other control characters, so the
    // report contains visible escapes for them.
    let path = shown(text(&found["path"]), &['\n', '\r']);
    assert_eq!(property("file"), Some(path.as_str()));
    assert_eq!(property("title"), found["rule"].as_str());
    let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
    assert_eq!(property("line").map(str::to_owned), Some(start["line"].to_string()));
    if start["line"] == end["line"] {
        assert_eq!(property("col").map(str::to_owned), Some(start["column"].to_string()));
        assert_eq!(property("endColumn").map(str::to_owned), Some(end["column"].to_string()));
    } else {
        assert_eq!(property("endColumn"), None);
    }
    let message = text(&found["message"]);
    let message = match found["help"].as_str() {
        Some(help) => format!("{message}\nhelp: {help}"),
        None => message.to_owned(),
    };
    assert_eq!(command.data, message);
}

#[test]
fn paths_are_relative_to_the_repository_root() {
    let archive = TestArchive::new();
    archive.write(".git/HEAD", "ref: refs/heads/main\n");
    archive.write("my é/pages/dateline.toml", "");
    archive.write("my é/pages/a.md", "[x](/gone.md)\n");
    let folder = archive.root().join("my é/pages");
    let path = "my é/pages/a.md";
    let result = &sarif(&folder)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(result["uri"], "my%20%C3%A9/pages/a.md");
    assert_eq!(gitlab(&folder)[0]["location"]["path"], path);
    let report = check(&folder, "github").stdout;
    let (commands, _) = workflow_commands::read(&String::from_utf8(report).expect("UTF-8"));
    assert_eq!(commands[0].properties["file"], path);
    let report = check(&folder, "junit").stdout;
    assert_eq!(junit(&report, &["string(//testsuite/@name)"]), [path]);
    assert_eq!(found(&folder)[0]["path"], "a.md", "JSON's paths are the archive's");
    // The root of this archive is the root of the repository.
    archive.write("a.md", "[x](/gone.md)\n");
    assert_eq!(gitlab(archive.root())[0]["location"]["path"], "a.md");
}

#[test]
fn a_fingerprint_survives_unrelated_edits() {
    let archive = TestArchive::new();
    let page = "# News\n\n[x](/gone.md) [y](/gone.md)\n\n[z](/gone.md) [z](/lost.md)\n";
    let event = "### 2012-03-25\n\nno title\n";
    let day = "## 2012-03-25\n\n### [A](/news/2012/03/25/a.md)\n";
    let run = |above: &str| {
        archive.write("about.md", format!("{above}{page}"));
        archive.write("news/2012/03/25/a.md", format!("{above}{event}"));
        archive.write("news/2012/03/25/index.md", day);
        let prints: Vec<_> = sarif(archive.root())
            .iter()
            .map(|result| text(&result["partialFingerprints"]["datelineFinding/v1"]).to_owned())
            .collect();
        let issues = gitlab(archive.root());
        let known: Vec<_> = issues.iter().map(|issue| text(&issue["fingerprint"])).collect();
        assert_eq!(prints, known);
        assert_eq!(prints.iter().collect::<BTreeSet<_>>().len(), prints.len());
        prints
    };
    let before = run("");
    assert_eq!(before.len(), 5, "four links and a title");
    assert_eq!(run("*Formats*, a line\nor two\n\n"), before);
    archive.write("moved.md", page);
    archive.write("about.md", "");
    let moved = sarif(archive.root());
    assert_eq!(moved.len(), 5);
    assert!(!moved.iter().any(|result| {
        before[..4].contains(&text(&result["partialFingerprints"]["datelineFinding/v1"]).to_owned())
    }));
}

#[test]
fn dropped_findings_are_mentioned() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[rules]\nselect = [\"heading/empty\"]\n");
    for number in 0..26 {
        archive.write(&format!("page-{number}.md"), "#\n".repeat(1001));
    }
    let output = check(archive.root(), "sarif");
    let errors = stderr(&output);
    assert!(
        errors.contains("26,000 findings, but GitHub rejects reports with more than 25,000"),
        "{errors}"
    );
    // Parsing the whole report would take too long.
    let report = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(report.matches("\"ruleId\"").count(), 26_000, "nothing is left out");
    let notice = "26 further findings omitted: a rule reports at most 1,000 per page";
    assert_eq!(report.matches(notice).count(), 1);
    let output = check(archive.root(), "github");
    let report = String::from_utf8(output.stdout).expect("UTF-8");
    let (commands, plain) = workflow_commands::read(&report);
    assert_eq!(commands.len(), 12, "ten errors and a group");
    assert!(plain[0].starts_with("25,990 further findings, by rule: "), "{}", plain[0]);
    assert_eq!(plain.len() - 1, 25_990, "the other lines are the findings");
    let options = ["check", "--output-format", "sarif", "--quiet"];
    assert!(dateline(archive.root(), &options).stderr.is_empty());
}

#[test]
fn statistics_are_printed_beside_a_report() {
    for format in ["sarif", "github", "gitlab", "junit"] {
        let options = |more: &[&str]| {
            let select = ["--select", "link/malformed", "--output-format", format];
            let options = [&["check", ".", "--quiet"], &select[..], more].concat();
            dateline(&here("fixtures/broken"), &options)
        };
        let (plain, counted) = (options(&[]), options(&["--statistics"]));
        assert_eq!(plain.stdout, counted.stdout, "{format}");
        let counts = String::from_utf8(counted.stderr).expect("UTF-8");
        assert!(counts.lines().next().is_some_and(|line| line.contains("link/malformed")));
    }
}

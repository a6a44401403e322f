//! Tests of `dateline config show`.

use std::path::Path;

use super::archive;
use crate::support::process::dateline;

#[test]
fn the_settings_of_config_show_give_the_same_result() {
    let archive = archive(
        "[archive]\nurl-prefixes = [\"/zh\"]\nexclude = [\"x \\\"y\\\"/**\"]\n[rules]\nignore = [\"date\"]\nseverity = { link = \"warning\" }\n[[rules.override]]\nfiles = [\"b.md\"]\nignore = [\"link\"]\nseverity = { heading = \"warning\" }\n[sources]\ndelay = \"1s\"\n",
    );
    archive.write("b.md", "[x](/gone.md)\n");
    let before = archive.findings(&[]);
    let output = dateline(archive.root(), &["config", "show"]);
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("# dateline.toml:2"), "{shown}");
    assert!(shown.contains("# default"), "{shown}");
    archive.write("dateline.toml", &shown);
    assert_eq!(archive.findings(&[]), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn config_show_prints_the_severity_of_a_rule_that_is_off_by_default() {
    let archive = archive(
        "[rules]\nextend-select = [\"related/one-way\"]\nseverity = { \"related/one-way\" = \"error\" }\n",
    );
    let output = dateline(archive.root(), &["config", "show"]);
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("severity = { \"related/one-way\" = \"error\" }"), "{shown}");
}

#[test]
fn settings_of_sources_are_shown_with_their_origins() {
    let archive = archive(
        "[archive]\nroot = \"docs\"\n[sources]\nledger = \"kept/ledger.db\"\nbudget = \"20m\"\n[sources.hosts.\"Slow.example\"]\nheaders = [\"X-Key\"]\ndelay = \"5s\"\n[sources.hosts.\"127.1\"]\nskip = true\n",
    );
    archive.write("docs/a.md", "");
    let show = |folder: &Path| {
        let output = dateline(folder, &["config", "show"]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let shown = show(archive.root());
    let lines: Vec<_> = shown.lines().skip_while(|line| *line != "[sources]").skip(4).collect();
    let value = |line: &str, origin: &str| format!("{line:<60} # {origin}");
    let expected = [
        value("ledger = \"kept/ledger.db\"", "dateline.toml:4"),
        value("budget = \"1200000ms\"", "dateline.toml:5"),
        value("archive-url = \"https://web.archive.org/web\"", "default"),
        String::new(),
        "[sources.hosts.\"127.0.0.1\"]".to_owned(),
        value("skip = true", "dateline.toml:10"),
        value("headers = []", "default"),
        String::new(),
        "[sources.hosts.\"slow.example\"]".to_owned(),
        value("delay = \"5000ms\"", "dateline.toml:8"),
        value("skip = false", "default"),
        value("headers = [\"X-Key\"]", "dateline.toml:7"),
        "# X-Key: the value of DATELINE_HEADER_SLOW_EXAMPLE_X__KEY".to_owned(),
    ];
    assert_eq!(lines, expected, "{shown}");
    archive.write("docs/dateline.toml", &shown);
    let values = |text: &str| {
        let lines =
            text.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end());
        lines.skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(values(&show(&archive.root().join("docs"))), values(&shown));
}

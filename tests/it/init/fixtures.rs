//! Tests of the settings that `dateline init` derives from the fixtures of the presets.
//!
//! `.ci/update` rewrites these settings. Read the change before you commit it.

use crate::support::checkout::{assert_generated, fixture, text_of};
use crate::support::init::{copy, findings, folder, init};
use crate::support::process::{dateline, stderr, stdout};

/// The fixtures, each with a folder that the derived layout leaves out, because too few of its pages have a
/// date.
const FIXTURES: [(&str, Option<&str>); 5] = [
    ("hugo", Some("notes/")),
    ("jekyll", None),
    ("minutes", Some("special/")),
    ("pelican", Some("notices/")),
    ("zola", Some("releases/")),
];

/// The labels of lines with fields that only one archive has. `init` does not derive such fields.
const OWN_LABELS: [&str; 3] = ["`Ends`", "`Observed`", "`Until`"];

/// Findings that only the derived settings give: too few pages have their dates in this format.
const FURTHER: [&str; 3] = [
    "content/blog/2022-08-15-a-meeting-in-tarn.md:3:9: warning[date/format]",
    "content/2021-03-10-letter-10.md:2:7: warning[date/format]",
    "content/2024-02-29-letter-165.md:2:7: warning[date/format]",
];

#[test]
fn derived_settings_are_as_expected() {
    for (name, _) in FIXTURES {
        let archive = folder();
        copy(&fixture(name), archive.path());
        std::fs::remove_file(archive.path().join("dateline.toml")).expect("settings");
        let output = dateline(archive.path(), &["init", "--dry-run"]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        assert_generated(&format!("fixtures/{name}.init.toml"), &stdout(&output));
    }
}

/// Returns the findings about dates in a report: the page, the place, the severity and the rule of each.
fn of_dates(report: &str) -> Vec<&str> {
    let findings = report.lines().filter(|line| line.contains("[date/"));
    findings.filter_map(|line| Some(&line[..=line.find(']')?])).collect()
}

#[test]
fn derived_settings_find_the_wrong_dates() {
    for (name, left_out) in FIXTURES {
        let archive = folder();
        let root = archive.path();
        copy(&fixture(name), root);
        std::fs::remove_file(root.join("dateline.toml")).expect("settings");
        let settings = init(root);
        let left_out = left_out.filter(|folder| !settings.contains(folder));
        let is_derived = |line: &&str| {
            !left_out.is_some_and(|folder| line.contains(folder))
                && !OWN_LABELS.iter().any(|label| line.contains(label))
        };
        let report = text_of(&format!("fixtures/{name}.concise.txt"));
        let expected: Vec<&str> = report.lines().filter(is_derived).collect();
        let expected = expected.join("\n");
        let expected = of_dates(&expected);
        assert!(expected.len() >= 2, "{name}: {expected:?}");
        let found = findings(root);
        let mut found = of_dates(&found);
        found.retain(|finding| !FURTHER.contains(finding));
        assert_eq!(found, expected, "{name}\n{settings}");
    }
}

//! Tests of the effect of settings.

use super::archive;
use crate::support::archive::TestArchive;
use crate::support::process::dateline;

fn rules(archive: &TestArchive, options: &[&str]) -> Vec<String> {
    archive.findings(options).into_iter().map(|found| found.0).collect()
}

#[test]
fn settings_are_found_upward_or_named_or_disabled() {
    let archive = archive("[rules]\nignore = [\"link\"]\n");
    assert_eq!(rules(&archive, &[]), [] as [String; 0]);
    assert_eq!(rules(&archive, &["--isolated"]), ["link/not-found"]);
    let folder = archive.root().join("news/2012/03");
    let output = dateline(&folder, &["check", ".", "--output-format", "concise"]);
    assert_eq!(output.status.code(), Some(0), "the file at the root is found");
    archive.write("other.toml", "");
    assert_eq!(rules(&archive, &["--config", "other.toml"]), ["link/not-found"]);
    assert_eq!(archive.check(&["--config", "none.toml"]).status.code(), Some(2));
}

#[test]
fn severities_can_be_set_and_overridden_by_path() {
    let ignored =
        archive("[[rules.override]]\nfiles = [\"news/2012/**\"]\nignore = [\"link/not-found\"]\n");
    assert!(rules(&ignored, &[]).is_empty());
    let elsewhere =
        archive("[[rules.override]]\nfiles = [\"news/2013/**\"]\nignore = [\"link/not-found\"]\n");
    assert_eq!(rules(&elsewhere, &[]), ["link/not-found"]);
    for folder in ["news", "./news/2012/", "/news/201?/"] {
        let overridden = format!(
            "[[rules.override]]\nfiles = [\"a\", \"{folder}\"]\n[[rules.override]]\nfiles = \"{folder}\"\nignore = [\"link/not-found\"]\n"
        );
        assert!(rules(&archive(&overridden), &[]).is_empty(), "{folder}");
    }
    let lowered = archive("[rules]\nseverity = { link = \"warning\" }\n");
    assert_eq!(lowered.check(&[]).status.code(), Some(0));
    let exception =
        archive("[rules]\nseverity = { \"link/not-found\" = \"error\", link = \"warning\" }\n");
    assert_eq!(exception.check(&[]).status.code(), Some(1), "the id wins over its group");
    let on_one = archive(
        "[[rules.override]]\nfiles = \"**/a.md\"\nseverity = { \"link/not-found\" = \"warning\" }\n",
    );
    assert_eq!(on_one.check(&[]).status.code(), Some(0));
    let added =
        "[rules]\nignore = [\"link\"]\n[[rules.override]]\nfiles = \"**\"\nselect = [\"link\"]\n";
    assert_eq!(rules(&archive(added), &[]), ["link/not-found"]);
    assert!(rules(&archive(added), &["--ignore", "link"]).is_empty(), "the command line wins");
    assert!(rules(&archive(added), &["--select", "date"]).is_empty(), "the command line wins");
    assert_eq!(rules(&ignored, &["--extend-select", "link"]), ["link/not-found"]);
    let selected = archive("[rules]\nselect = [\"date\"]\nextend-select = [\"heading\"]\n");
    assert!(rules(&selected, &[]).is_empty());
}

#[test]
fn links_are_resolved_by_prefixes_exclusions_and_rendered_formats() {
    let archive = archive(
        "[archive]\nurl-prefixes = [\"/zh\"]\nexclude = [\"drafts/**\"]\ngenerated = [\"pdf\"]\n",
    );
    archive.write("drafts/d.md", "[x](/gone.md)\n");
    archive.write(
        "b.md",
        "[a](/zh/drafts/d.md) [b](/drafts/d.md) [c](drafts/d.pdf) [d](/zh/b.html)\n",
    );
    let found = archive.findings(&[]);
    let found: Vec<_> = found.iter().map(|found| found.4.as_str()).collect();
    assert_eq!(found, ["/zh/b.html", "/gone.md"]);
}

#[test]
fn a_list_of_sections_replaces_the_default_but_a_partial_table_does_not() {
    let archive = archive(
        "[event]\ntitle = { level = 2 }\n[[event.section]]\nname = \"sources\"\nheadings = \"Quellen\"\nrequired = true\n",
    );
    archive.write(
        "news/2012/03/25/a.md",
        "### 2012-03-25\n\n## A\n\n### Source:\n\n1. [x](https://a.example/)\n",
    );
    assert_eq!(rules(&archive, &[]), ["heading/missing-section", "heading/unknown-section"]);
}

#[test]
fn paths_outside_the_root_are_refused() {
    let archive = archive("");
    let output = dateline(archive.root(), &["check", ".", "/etc"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("outside the archive's root"));
}

//! The root of an archive without settings, and the paths in reports.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::git::Repo;
use crate::support::process::{dateline, stderr, stdout};

const EVENT: &str = "### [1921-03-3](/news/1921/03/3/index.md)\n\n# Lock opens\n\n[x](/gone.md)\n";
const DAY: &str =
    "## [1921-03-3](/news/1921/03/3/index.md)\n\n### [Lock opens](/news/1921/03/3/lock.md)\n";

/// Writes an archive with one dead link below `folder`.
fn fill(archive: &TestArchive, folder: &str) {
    archive.write(&format!("{folder}news/1921/03/3/lock.md"), EVENT);
    archive.write(&format!("{folder}news/1921/03/3/index.md"), DAY);
    archive.write(&format!("{folder}docs/about.md"), "[x](/news/1921/03/3/lock.md)\n");
}

/// Creates a folder without settings, with an archive in its subfolder `site`.
fn above() -> TestArchive {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    fill(&archive, "site/");
    archive
}

fn concise(folder: &Path, arguments: &[&str]) -> Output {
    dateline(folder, &[&["check", "--output-format", "concise"], arguments].concat())
}

/// Returns the path in the only finding.
fn found(output: &Output) -> String {
    let report = stdout(output);
    assert_eq!(report.lines().count(), 1, "{report}{}", stderr(output));
    let (path, rest) = report.split_once(':').expect("a finding");
    assert!(rest.starts_with("5:5: error[link/not-found]: `/gone.md`"), "{report}");
    path.to_owned()
}

#[test]
fn the_root_is_where_the_layout_fits() {
    let archive = above();
    let root = archive.root();
    for (folder, named, path) in [
        ("site", ".", "news/1921/03/3/lock.md"),
        ("site", "news/1921/03/3", "news/1921/03/3/lock.md"),
        ("site", "news/1921/03/3/lock.md", "news/1921/03/3/lock.md"),
        ("site/news/1921", ".", "03/3/lock.md"),
        ("site/news/1921/03/3", ".", "lock.md"),
        ("site/docs", "../news", "../news/1921/03/3/lock.md"),
        (".", "site/news", "site/news/1921/03/3/lock.md"),
        (".", ".", "site/news/1921/03/3/lock.md"),
    ] {
        let output = concise(&root.join(folder), &[named]);
        assert_eq!(found(&output), path, "{folder} {named}");
    }
    let summary = stderr(&concise(root, &["."]));
    let site = root.canonicalize().expect("a folder").join("site");
    let named = format!("archive root: {} (inferred from the layout)\n", site.display());
    assert!(summary.starts_with(&named), "{summary}");
}

#[test]
fn an_archive_in_a_subfolder_of_a_repository_is_found() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("README.md", "[x](/docs/gone.md)\n");
    repo.write("site/news/1921/03/3/lock.md", EVENT);
    repo.write("site/news/1921/03/3/index.md", DAY);
    repo.write("site/docs/about.md", "x\n");
    // A file outside the archive does not make the archive's files foreign.
    for named in ["README.md", "docs"] {
        repo.write("docs/a.md", "[x](/gone.md) [y](/site/docs/about.md)\n");
        let output = concise(repo.root(), &[named]);
        assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)), "{named}");
        let note = "pages fit the default layout in site; name the archive's root with `--root`\n";
        assert!(stderr(&output).starts_with(note), "{}", stderr(&output));
    }
    for (folder, named) in [(".", "."), ("site/docs", ".."), ("site", "."), (".", "site/news/1921")]
    {
        let output = concise(&repo.root().join(folder), &[named]);
        assert!(found(&output).ends_with("news/1921/03/3/lock.md"), "{folder} {named}");
    }
}

#[test]
fn an_option_names_the_root() {
    let archive = above();
    archive.write("de/news/1921/03/3/lock.md", EVENT);
    archive.write("de/news/1921/03/3/index.md", DAY);
    let output = concise(archive.root(), &[]);
    let note = "pages fit the default layout in de, site; name the archive's root with `--root`\n";
    assert!(stderr(&output).starts_with(note), "{}", stderr(&output));
    assert_eq!(stdout(&output), "", "no link from an unknown root is reported");
    assert_eq!(found(&concise(archive.root(), &["--root", "de"])), "de/news/1921/03/3/lock.md");
    assert_eq!(found(&concise(archive.root(), &["de"])), "de/news/1921/03/3/lock.md");
    // The option wins over the settings.
    archive.write("dateline.toml", "[archive]\nroot = \"site\"\n");
    assert_eq!(found(&concise(archive.root(), &["--root", "de"])), "de/news/1921/03/3/lock.md");
    let refused = concise(archive.root(), &["--root", "nowhere"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
}

#[test]
fn pages_of_another_layout_are_not_reported_for_the_default_layout() {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    archive.write("_posts/2012-03-25-lock.md", "# Lock\n\n[x](/blog/lock/) [y](../gone.md)\n");
    archive.write("_posts/2012-03-26-ferry.md", "[x](/_posts/2012-03-25-lock.md#none) [y](z.md)\n");
    let output = concise(archive.root(), &[]);
    let report = stdout(&output);
    let note = "no page fits the default layout; run `dateline init`\n";
    assert!(stderr(&output).starts_with(note), "{}", stderr(&output));
    let unresolved = "1 not resolved (the archive's root is unknown)";
    assert!(stderr(&output).contains(unresolved), "{}", stderr(&output));
    let rules: Vec<&str> =
        report.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    assert_eq!(rules, ["link/not-found", "link/missing-fragment", "link/not-found"], "{report}");
    archive.write("dateline.toml", "");
    let note = "no page fits the layout in ";
    assert!(stderr(&concise(archive.root(), &[])).starts_with(note));
}

#[test]
fn a_folder_without_dated_pages_is_its_own_root() {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    archive.write("about.md", "# About\n\n.\n\n[x](/gone.md)\n");
    let output = concise(archive.root(), &[]);
    assert_eq!((found(&output), output.status.code()), ("about.md".to_owned(), Some(1)));
}

#[test]
fn json_says_where_the_root_is() {
    let archive = above();
    for (folder, root) in [(".", "site"), ("site", "."), ("site/news", "..")] {
        for format in ["json", "jsonl"] {
            let folder = archive.root().join(folder);
            let output = dateline(&folder, &["check", "--output-format", format]);
            let report = stdout(&output);
            let last =
                if format == "json" { &*report } else { report.lines().last().expect("a line") };
            let report: Value = serde_json::from_str(last).expect("JSON");
            assert_eq!(report["root"], root);
        }
        let output = dateline(&archive.root().join(folder), &["check", "--output-format", "json"]);
        let report: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!(report["diagnostics"][0]["path"], "news/1921/03/3/lock.md");
    }
}

//! The root of an archive without settings, and the paths in reports.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::git::Repo;
use crate::support::process::{dateline, dateline_reading, stderr, stdout};

pub(super) const EVENT: &str =
    "### [1921-03-3](/news/1921/03/3/index.md)\n\n# Lock opens\n\n[x](/gone.md)\n";
const DAY: &str =
    "## [1921-03-3](/news/1921/03/3/index.md)\n\n### [Lock opens](/news/1921/03/3/lock.md)\n";

/// Writes an archive with one dead link below `folder`.
pub(super) fn fill(archive: &TestArchive, folder: &str) {
    archive.write(&format!("{folder}news/1921/03/3/lock.md"), EVENT);
    archive.write(&format!("{folder}news/1921/03/3/index.md"), DAY);
    archive.write(&format!("{folder}docs/about.md"), "[x](/news/1921/03/3/lock.md)\n");
}

/// Creates a folder without settings, with an archive in its subfolder `site`.
pub(super) fn above() -> TestArchive {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    fill(&archive, "site/");
    archive
}

pub(super) fn concise(folder: &Path, arguments: &[&str]) -> Output {
    dateline(folder, &[&["check", "--output-format", "concise"], arguments].concat())
}

/// Returns the path in the only finding.
pub(super) fn found(output: &Output) -> String {
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
fn fixes_do_not_depend_on_an_unknown_root() {
    let archive = above();
    archive.write("de/news/1921/03/3/lock.md", EVENT);
    archive.write("de/docs/ferry-line.md", "# Ferry line\n");
    let link = |target: &str| format!("[x]({target})\n");
    let (page, about) = ("de/news/1921/03/3/ferry.md", "../../../../docs/ferry-line.md");
    for (old, new) in [
        ("Lock.md", "lock.md"),
        ("../3/Lock.html?a#b", "lock.html?a#b"),
        ("../../../../Docs/ferry-line.md", about),
        ("../../../../docs/ferry-lnie.md", about),
        ("/De/docs/Ferry-line.md", "/De/docs/Ferry-line.md"),
    ] {
        archive.write(page, link(old));
        let output = concise(
            archive.root(),
            &["--fix", "--unsafe-fixes", "--ignore", "link/missing-fragment"],
        );
        assert_eq!(archive.read(page), link(new), "{old}: {}", stdout(&output));
    }
    let report = stdout(&dateline(archive.root(), &["check", "--select", "link/wrong-case"]));
    assert!(
        report.contains("help: use the file's exact name: `de/docs/ferry-line.md`"),
        "{report}"
    );
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

/// Creates a folder without settings and git, with the archive in its subfolder `site`. A page
/// without a date links to pages from the root, and one of its links is dead.
fn undated() -> TestArchive {
    let archive = above();
    archive.write("site/about.md", "# About\n");
    let page = "[x](/news/1921/03/3/lock.md) [y](/about.md)\n\n.\n\n[x](/gone.md)\n";
    archive.write("site/docs/faq.md", page);
    archive.write("site/docs/more/faq.md", page);
    archive
}

#[test]
fn the_root_of_a_path_without_a_date_is_at_most_the_working_directory() {
    let archive = undated();
    for (folder, named) in [
        ("site", "docs/faq.md"),
        ("site", "docs/more"),
        (".", "site/docs/more"),
        ("site/news", "../docs/more"),
    ] {
        let folder = archive.root().join(folder);
        let output = concise(&folder, &[named]);
        if folder.ends_with("news") {
            // The archive is above the working directory, so nobody has named it.
            assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)));
            let site = archive.root().canonicalize().expect("a folder").join("site");
            let note = format!("pages fit the default layout in {}; name", site.display());
            assert!(stderr(&output).starts_with(&note), "{}", stderr(&output));
        } else {
            assert!(found(&output).ends_with("faq.md"), "{}", stderr(&output));
        }
    }
    let page = archive.read("site/docs/faq.md");
    let site = archive.root().join("site");
    for name in ["docs/faq.md", "docs/new.md", "docs/new/page.md"] {
        let arguments = ["check", "--output-format", "concise", "--stdin-filename", name];
        assert_eq!(found(&dateline_reading(&site, &arguments, page.as_bytes())), name);
    }
    let shown = dateline(&site, &["sources", "status", "docs"]);
    let ledger = site.canonicalize().expect("a folder").join(".dateline/ledger.sqlite3");
    assert!(stderr(&shown).contains(ledger.to_str().expect("UTF-8")), "{}", stderr(&shown));
}

#[test]
fn the_root_does_not_depend_on_the_order_of_the_paths() {
    let archive = undated();
    archive.write("site/de/news/1921/03/3/lock.md", "# Lock opens\n");
    let root = archive.root();
    let site = root.join("site");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let docs = site.join("docs/more").to_str().expect("UTF-8").to_owned();
    let news = site.join("news/1921").to_str().expect("UTF-8").to_owned();
    for (folder, paths, expected) in [
        (site.as_path(), ["docs", "news"], Ok(3)),
        (&site, ["docs/faq.md", "docs/more"], Ok(2)),
        (&site, ["docs/more", "docs/more/faq.md"], Ok(1)),
        (&site, [".", "de"], Ok(3)),
        (root, ["site/docs/more", "site/news"], Ok(2)),
        (elsewhere.path(), [&docs, &news], Ok(2)),
        (root, ["site/de", "site/news"], Ok(1)),
        (root, ["site/de/news", "site"], Ok(3)),
        (elsewhere.path(), [&docs, "."], Err("is outside the archive's root")),
    ] {
        let [one, other] = paths;
        let outputs = [[one, other], [other, one]].map(|paths| concise(folder, &paths));
        for output in &outputs {
            match expected {
                Ok(count) => {
                    assert_eq!(stdout(output).lines().count(), count, "{paths:?} {output:?}");
                }
                Err(error) => assert!(stderr(output).contains(error), "{paths:?} {output:?}"),
            }
        }
        assert_eq!(stderr(&outputs[0]), stderr(&outputs[1]), "{paths:?}");
    }
}

#[test]
fn a_folder_is_not_the_root_if_the_root_may_be_above() {
    let archive = TestArchive::new();
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    archive.write("docs/about.md", "# About\n\n.\n\n[x](/gone.md)\n");
    let docs = archive.root().join("docs");
    // Within the working directory, the root may be any folder above.
    for named in ["docs", "docs/about.md"] {
        let output = concise(archive.root(), &[named]);
        assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)), "{named}");
        let note = "no page fits the default layout; run `dateline init`\n";
        assert!(stderr(&output).starts_with(note), "{}", stderr(&output));
    }
    let elsewhere = tempfile::tempdir().expect("a folder");
    let named = docs.to_str().expect("UTF-8");
    for (folder, named) in
        [(archive.root(), "."), (&docs, "."), (&docs, "about.md"), (elsewhere.path(), named)]
    {
        assert!(found(&concise(folder, &[named])).ends_with("about.md"), "{named}");
    }
    // The folder above fits the layout, but nobody has named it.
    fill(&archive, "");
    let output = concise(&docs, &["."]);
    assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)));
    let root = archive.root().canonicalize().expect("a folder");
    let note = format!("pages fit the default layout in {}; name", root.display());
    assert!(stderr(&output).starts_with(&note), "{}", stderr(&output));
    assert_eq!(found(&concise(&docs, &["--root", ".."])), "../news/1921/03/3/lock.md");
}

#[test]
fn tracked_pages_that_are_ignored_decide_on_the_root() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write(".gitignore", "site/\nold/\n");
    repo.write("old/news/1921/03/3/lock.md", EVENT);
    repo.write("site/news/1921/03/3/lock.md", EVENT);
    repo.write("site/news/1921/03/3/index.md", DAY);
    repo.git(&["add", "--force", "site"]);
    for named in [".", "site"] {
        let output = concise(repo.root(), &[named]);
        assert_eq!(found(&output), "site/news/1921/03/3/lock.md", "{named}");
        assert!(stderr(&output).starts_with("archive root: "), "{}", stderr(&output));
    }
}

#[test]
fn ignore_files_above_the_root_apply() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("site/news/1921/03/3/lock.md", EVENT);
    repo.write("site/news/1921/03/3/index.md", DAY);
    repo.write("site/_build/a.md", "[x](/gone.md)\n");
    repo.write("site/_build/b.md", "# B\r\n");
    let (page, arguments) = ("site/news/1921/03/3/lock.md", ["--ignore", "text/line-ending"]);
    for text in ["site/_build/\n", "_build/\n", "/site/_build\n", "**/_build/*.md\n"] {
        repo.write(".gitignore", text);
        for more in [&["site"][..], &["--root", "site"], &["."]] {
            assert_eq!(found(&concise(repo.root(), more)), page, "{text} {more:?}");
        }
        repo.write("dateline.toml", "[archive]\nroot = \"site\"\n");
        assert_eq!(found(&concise(repo.root(), &["--fix"])), page, "{text}");
        repo.remove("dateline.toml");
        let ignored = std::fs::read_to_string(repo.root().join("site/_build/b.md"));
        assert_eq!(ignored.expect("a page"), "# B\r\n", "{text}");
        let name = ["check", "--quiet", "--stdin-filename", "site/_build/new.md"];
        let new = dateline_reading(repo.root(), &name, b"[x](/gone.md)\n");
        assert_eq!((stdout(&new), new.status.code()), (String::new(), Some(0)), "{text}");
    }
    // A nearer file wins, and a file that cannot be applied hides nothing.
    let checks_all = |case: &str| {
        let output = concise(&repo.root().join("site"), &arguments);
        let report = stdout(&output);
        assert_eq!(report.lines().count(), 2, "{case}: {report}{}", stderr(&output));
    };
    repo.write("site/.gitignore", "!_build/\n");
    repo.write(".gitignore", "_build/\n");
    checks_all("a nearer file");
    repo.remove("site/.gitignore");
    repo.write(".gitignore", format!("_build/\n{}\n", "#".repeat(70_000)));
    checks_all("a large file");
    // Somebody who names an ignored folder has it checked.
    repo.write(".gitignore", "site/\n");
    checks_all("the root");
    // The files of the index and of commits are tracked.
    repo.write(".gitignore", "_build/\n");
    repo.commit("Add an archive");
    repo.git(&["add", "--force", "site/_build/a.md"]);
    let output = concise(repo.root(), &["--staged", "--root", "site"]);
    assert!(stdout(&output).starts_with("site/_build/a.md:1:5:"), "{output:?}");
    assert_eq!(stdout(&output).lines().count(), 1, "{output:?}");
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

#[test]
fn a_root_that_is_the_content_folder_of_a_site_has_the_addresses_of_its_pages() {
    let archive = TestArchive::new();
    let page = |title: &str, body: &str| format!("+++\ntitle = \"{title}\"\n+++\n\n{body}\n");
    archive.write("dateline.toml", "preset = \"zola\"\n\n[archive]\nroot = \"content\"\n");
    archive.write("static/basin.png", "");
    archive.write("content/blog/2012-03-24-ferry.md", page("Ferry", "The ferry sails."));
    let links = "[a](/blog/ferry/) [b](../ferry/) [c](@/blog/2012-03-24-ferry.md) ![d](/basin.png)";
    archive.write("content/blog/2012-03-25-lock.md", page("Lock", links));
    let output = concise(archive.root(), &["."]);
    assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)));
    archive.write("content/blog/2012-03-26-dead.md", page("Dead", "[a](/blog/gone/)"));
    let report = stdout(&concise(archive.root(), &["."]));
    assert!(report.contains("`/blog/gone/`"), "{report}");
    assert_eq!(report.lines().count(), 1, "{report}");
}

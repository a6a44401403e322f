//! Errors of the library, to which the command line adds its options and commands.

use std::path::Path;

use dateline::{
    BaselineMode, CheckOptions, InferredSettings, InitOptions, LedgerOptions, Session, Sources,
};

use super::with_baseline;
use crate::support::archive::TestArchive;
use crate::support::process::{assert_refused, dateline};
use crate::support::styles::Style;

/// Asserts that the command line prints the error of the library, followed by `advice`.
fn assert_advises(error: &dyn std::error::Error, arguments: &[&str], advice: &str) {
    let text = error.to_string();
    assert!(!text.contains("--") && !text.contains("`dateline "), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    assert_refused(&dateline(folder.path(), arguments), &format!("error: {text}{advice}\n"));
}

#[test]
fn errors_of_a_session_name_no_options() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[archive]\nroot = \"site\"\n");
    archive.write("site/about.md", "# About\n");
    let notes = archive.write("notes/about.md", "# About\n");
    let notes = notes.to_str().expect("UTF-8");
    let root = archive.root().to_str().expect("UTF-8");
    let error = |path: &str, options| {
        Session::open(path, options).and_then(|session| session.check()).expect_err("an error")
    };
    assert_advises(
        &error(notes, CheckOptions::default()),
        &["check", notes],
        "; name a path in the archive, or set the root with `--root`",
    );
    let select = vec!["no-such-rule".to_owned()];
    assert_advises(
        &error(root, CheckOptions { select, ..CheckOptions::default() }),
        &["check", "--select", "no-such-rule", root],
        "; `dateline rules` lists every rule and group",
    );
    let file = archive.root().join("b.jsonl");
    let named = file.to_str().expect("UTF-8");
    let arguments = ["check", "--baseline", named, root];
    let hide = || with_baseline(file.clone(), BaselineMode::Hide);
    assert_advises(&error(root, hide()), &arguments, "; --update-baseline writes it");
    for text in ["", "# Lock gates\n", "{\"dateline-baseline\": 1}\nx\n"] {
        archive.write("b.jsonl", text);
        assert_advises(&error(root, hide()), &arguments, " with --update-baseline");
    }
    archive.write("b.jsonl", "{\"dateline-baseline\": 1}\n=======\n");
    assert_advises(&error(root, hide()), &arguments, "");
    let sources = Sources::open(&[root.into()], LedgerOptions::default()).expect("sources");
    assert_advises(
        &sources.status().expect_err("no ledger"),
        &["sources", "status", root],
        "; `dateline sources crawl` and `dateline sources check` create it",
    );
    assert_advises(
        &dateline::rule("no-such-rule").expect_err("no rule"),
        &["explain", "no-such-rule"],
        "; `dateline rules` lists all rules",
    );
}

#[test]
fn errors_of_inferring_settings_name_no_options() {
    let archive = TestArchive::new();
    for folder in ["a", "b"] {
        Style::default().write(&archive.root().join(folder), 20);
    }
    let folder = |path: &str| archive.root().join(path).to_str().expect("UTF-8").to_owned();
    let (root, empty) = (folder(""), folder("empty"));
    std::fs::create_dir(&empty).expect("a folder");
    let error = |path: &str, baseline| {
        let options = InitOptions { baseline, ..InitOptions::default() };
        InferredSettings::of(Path::new(path), &options)
            .and_then(|settings| settings.write())
            .expect_err("an error")
    };
    assert_advises(
        &error(&root, false),
        &["init", &root],
        "; use --force to overwrite it, or --dry-run to see the inferred settings",
    );
    assert_advises(
        &error(&folder("a"), false),
        &["init", &folder("a")],
        "; use --force to give the folder settings of its own, or --dry-run to see them",
    );
    std::fs::remove_file(archive.root().join("dateline.toml")).expect("settings");
    assert_advises(
        &error(&root, false),
        &["init", &root],
        "; run `dateline init` in one of them, such as `dateline init a`",
    );
    assert_advises(
        &error(&empty, false),
        &["init", &empty],
        "; name the folder of an archive: `dateline init PATH`",
    );
    archive.write("a/dateline-baseline.jsonl", "");
    assert_advises(
        &error(&folder("a"), true),
        &["init", "--baseline", &folder("a")],
        "; use --force to overwrite it",
    );
}

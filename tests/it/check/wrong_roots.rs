//! Settings and options that give a root in which no page fits the layout.

use std::process::Output;

use super::roots::{EVENT, above, concise, found};
use crate::support::archive::TestArchive;
use crate::support::process::{stderr, stdout};

/// Returns the first line of the summary, without the path of the archive.
fn note(archive: &TestArchive, output: &Output) -> String {
    let root = archive.root().canonicalize().expect("a folder");
    let summary = stderr(output).replace(root.to_str().expect("UTF-8"), "ROOT");
    summary.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_settings_file_above_the_archive_does_not_make_its_links_broken() {
    let archive = above();
    let root = archive.root();
    let inferred = "archive root: ROOT/site (inferred from the layout)";
    for text in ["", "[rules]\nignore = [\"text\"]\n", "[archive]\nurl-prefixes = [\"/en\"]\n"] {
        archive.write("dateline.toml", text);
        for (folder, named) in [(".", "."), (".", "site"), ("site/docs", "../news")] {
            let output = concise(&root.join(folder), &[named]);
            assert!(found(&output).ends_with("news/1921/03/3/lock.md"), "{text} {folder} {named}");
            assert_eq!(note(&archive, &output), inferred, "{text} {folder} {named}");
        }
    }
    // A path outside the folder, paths in the settings, or most pages elsewhere: the root is not certain.
    let wrong = "no page fits the layout in the root by ROOT/dateline.toml, but pages fit in site; \
                 set `archive.root = \"site\"`";
    archive.write("README.md", "[x](/gone.md)\n");
    let check = |text: &str, paths: &[&str], wrong: &str| {
        archive.write("dateline.toml", text);
        let output = concise(root, paths);
        assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)), "{text}");
        assert_eq!(note(&archive, &output), wrong, "{text}");
        assert!(stderr(&output).contains("not resolved (the archive's root is unknown)"), "{text}");
    };
    check("", &["README.md"], wrong);
    for text in [
        "[archive]\nroot = \".\"\n",
        "[archive]\nroot = \"site/news\"\n",
        "[archive]\nexclude = [\"drafts\"]\n",
        "[[rules.override]]\nfiles = [\"docs\"]\nignore = [\"text\"]\n",
        "[sources]\nledger = \"ledger.sqlite3\"\n",
    ] {
        check(text, &[], wrong);
    }
    for page in 0..9 {
        archive.write(&format!("pages/{page}.md"), "[x](/gone.md)\n");
    }
    check("", &[], wrong);
    archive.write("de/news/1921/03/3/lock.md", EVENT);
    let several = "no page fits the layout in the root by ROOT/dateline.toml, but pages fit in de, site; \
                   name one of them in `archive.root`";
    check("", &[], several);
    // An excluded folder is none of the archive.
    archive.write("dateline.toml", "[archive]\nexclude = [\"de\", \"site/**\", \"pages\"]\n");
    let output = concise(root, &[]);
    let none = "no page fits the layout in ROOT/dateline.toml; correct `[layout]`";
    assert_eq!(note(&archive, &output), none);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
}

#[test]
fn only_pages_decide_whether_a_root_is_certain() {
    let archive = TestArchive::new();
    archive.write("site/de/news/1921/03-lock.mdx", "");
    for page in 0..9 {
        archive.write(&format!("pages/{page}.md"), "");
    }
    let layout = "[layout]\nevent = [\"{lang}/news/{year}/{month:02}-{slug}.mdx\"]\nday = []\n";
    for (extensions, expected) in [
        ("[\"mdx\"]", "archive root: ROOT/site (inferred from the layout)"),
        (
            "[\"mdx\", \"md\"]",
            "no page fits the layout in the root by ROOT/dateline.toml, but pages fit in site; \
             set `archive.root = \"site\"`",
        ),
    ] {
        archive.write("dateline.toml", format!("[archive]\nextensions = {extensions}\n\n{layout}"));
        let output = concise(archive.root(), &[]);
        assert_eq!(note(&archive, &output), expected, "{extensions}");
    }
}

#[test]
fn an_option_that_names_the_wrong_root_is_noticed() {
    let archive = above();
    let root = archive.root();
    for (folder, named, wrong) in [
        (".", ".", "no page fits the layout in ., but pages fit in site; pass `--root site`"),
        (
            ".",
            "site/news",
            "no page fits the layout in site/news, but pages fit in site; pass `--root site`",
        ),
        (
            "site/news",
            "1921",
            "no page fits the layout in 1921, but pages fit in ..; pass `--root ..`",
        ),
    ] {
        let output = concise(&root.join(folder), &["--root", named]);
        assert_eq!((stdout(&output), output.status.code()), (String::new(), Some(0)), "{named}");
        assert_eq!(note(&archive, &output), wrong);
    }
    // A folder of pages without dates may be an archive of its own.
    archive.write("site/docs/about.md", "# About\n\n.\n\n[x](/gone.md)\n");
    assert_eq!(found(&concise(root, &["--root", "site/docs"])), "site/docs/about.md");
}

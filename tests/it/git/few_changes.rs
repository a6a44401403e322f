//! Checks of changes that read only the changed pages. They must report what a check that reads all pages reports. A
//! check with a baseline always does.

use crate::support::archive::files;
use crate::support::checkout::fixture;
use crate::support::git::Repo;
use crate::support::process::stderr;
use crate::support::random::Random;
use crate::support::sample::{FERRY, FERRY_PAGE, repo};

/// Asserts that checks of the changes report the same with and without a baseline that hides nothing.
fn assert_found_as_in_the_whole(repo: &Repo, what: &str) {
    for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
        let whole = repo.found(&[options, &["--baseline", "empty.jsonl"]].concat());
        assert_eq!(repo.found(options), whole, "{what}: {options:?}");
    }
}

/// Creates a repository with the files of a fixture and settings that enable all rules.
fn repo_of(name: &str) -> Repo {
    let repo = Repo::new();
    for (path, text) in files(&fixture(name)) {
        repo.write(&path, text);
    }
    repo.write("empty.jsonl", "");
    repo.commit("Fill");
    repo.check(&["--update-baseline", "--baseline", "empty.jsonl", "--select", "text/line-ending"]);
    repo.commit("Add a baseline");
    repo
}

/// Changes the text of a page as people do.
fn change(repo: &Repo, random: &mut Random) {
    let all = files(repo.root()).into_iter().filter(|(path, _)| path.ends_with(".md"));
    let all: Vec<(String, Vec<u8>)> = all.collect();
    let (path, text) = random.pick(&all);
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len().max(1));
    let other = &random.pick(&all).0;
    match random.below(7) {
        0 => lines.push("More text.".to_owned()),
        1 if !lines.is_empty() => drop(lines.remove(at)),
        2 => lines.insert(at, lines.get(at).cloned().unwrap_or_default()),
        3 => lines.insert(at, format!("* [x](/{other})")),
        4 => lines.push("\n[the]: /x\n[x]: /y".to_owned()),
        5 => lines.insert(at, "* <https://example.org/a>".to_owned()),
        _ => lines = lines.into_iter().map(|line| line.replace("the ", "[the] ")).collect(),
    }
    repo.write(path, lines.join("\n") + "\n");
}

#[test]
fn changes_of_pages_are_checked_as_in_the_whole() {
    for seed in 1..=12 {
        let mut random = Random(seed);
        let repo = repo_of(["gazette", "broken", "annals-zh"][random.below(3)]);
        for round in 0..3 {
            for _ in 0..=random.below(2) {
                change(&repo, &mut random);
            }
            repo.git(&["add", "--all"]);
            assert_found_as_in_the_whole(&repo, &format!("seed {seed}, round {round}"));
            repo.commit("Change");
        }
    }
}

#[test]
fn only_the_changed_page_is_checked_unless_others_know_what_changed() {
    let with_source = "\n### Sources:\n\n- [x](https://example.net/other)\n";
    let with_definition = "\n[line]: https://example.net/\n";
    for (title, more, is_alone) in [
        ("Ferry line reopens", "\nMore text.\n", true),
        ("Ferry line reopens again", "", false),
        ("Ferry line reopens", with_source, false),
        ("Ferry [line] reopens", with_definition, false),
    ] {
        let repo = repo();
        let page = FERRY_PAGE.replace("Ferry line reopens", title);
        if with_definition == more {
            repo.write(FERRY, &page);
            repo.commit("Add brackets");
        }
        repo.write(FERRY, page + more);
        repo.git(&["add", "--all"]);
        for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
            let summary = stderr(&repo.check(options));
            let pages = if is_alone { "1 page, " } else { "4 pages, " };
            assert!(summary.starts_with(pages), "{title}{more}: {summary}");
        }
    }
}

#[test]
fn files_that_git_converts_are_read_from_the_disk() {
    let repo = repo();
    repo.write(".gitattributes", "*.md text eol=crlf\n");
    repo.commit("Convert line endings");
    repo.write(FERRY, format!("{FERRY_PAGE}\nMore text.\n"));
    repo.git(&["add", "--all"]);
    let summary = stderr(&repo.check(&["--staged"]));
    assert!(summary.starts_with("4 pages, "), "{summary}");
}

#[test]
fn untracked_pages_are_checked_whatever_git_thinks_of_their_folder() {
    for (path, text) in [
        // Dateline applies no patterns if one of the files is too large. In another, it reads nothing after a line that
        // is not UTF-8.
        ("big/.gitignore", "#".repeat(70_000).into_bytes()),
        ("other/.gitignore", b"caf\xE9\n".to_vec()),
    ] {
        let repo = repo();
        repo.write(".gitignore", "drafts/\n");
        repo.write(path, text);
        repo.commit("Ignore drafts");
        repo.write("drafts/x.md", "[x](/gone.md)\n");
        repo.write(FERRY, format!("{FERRY_PAGE}\nMore text.\n"));
        let summary = stderr(&repo.check(&["--since", "HEAD"]));
        assert!(!summary.starts_with("1 page, "), "{path}: {summary}");
    }
}

/// Returns the beginning of the summary of a check of one changed page.
fn summary_of_a_change(repo: &Repo, options: &[&str]) -> String {
    repo.write(FERRY, format!("{FERRY_PAGE}\nMore text.\n"));
    stderr(&repo.check(&[&["--since", "HEAD"], options].concat()))
}

#[test]
fn a_sparse_checkout_is_no_reason_to_check_all_pages() {
    let repo = repo();
    repo.write("other/x.txt", "x");
    repo.commit("Add a folder");
    for index in ["--no-sparse-index", "--sparse-index"] {
        repo.git(&["sparse-checkout", "set", "--cone", index, "news"]);
        assert!(!repo.root().join("other").exists());
        let summary = summary_of_a_change(&repo, &[]);
        assert!(summary.starts_with("1 page, "), "{index}: {summary}");
    }
}

#[test]
fn pages_that_an_omitted_ignore_file_matches_are_checked() {
    let repo = repo();
    repo.write("other/.gitignore", "*.md");
    repo.commit("Ignore pages");
    repo.git(&["sparse-checkout", "set", "--cone", "news"]);
    repo.write("other/x.md", "[x](/gone.md)\n");
    let summary = summary_of_a_change(&repo, &[]);
    assert!(!summary.starts_with("1 page, "), "{summary}");
}

#[test]
fn ignore_files_are_read_in_an_archive_below_the_top() {
    let repo = repo();
    let pages = files(repo.root()).into_iter().filter(|(path, _)| !path.starts_with(".git/"));
    for (path, text) in pages {
        repo.write(&format!("below/{path}"), text);
    }
    repo.write("below/.gitignore", "drafts/\n");
    repo.commit("Add an archive");
    repo.write(&format!("below/{FERRY}"), format!("{FERRY_PAGE}\nMore text.\n"));
    let check = || stderr(&repo.check(&["--since", "HEAD", "--root", "below"]));
    assert!(check().starts_with("1 page, "), "{}", check());
    // Dateline reads nothing after a line that is not UTF-8.
    repo.write("below/other/.gitignore", b"caf\xE9\n");
    repo.commit("Add patterns");
    repo.write(&format!("below/{FERRY}"), format!("{FERRY_PAGE}\nMore text.\n\nMore.\n"));
    assert!(!check().starts_with("1 page, "), "{}", check());
}

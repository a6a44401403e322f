//! Tests of the findings that `--since` and `--staged` report.

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::git::{clean_command, rules};
use crate::support::process::{DATELINE, assert_refused, stderr};
use crate::support::sample::{FERRY, FERRY_PAGE, GATES, day, gates, repo};

#[test]
fn a_deletion_that_breaks_a_link_is_reported() {
    let repo = repo();
    repo.remove(FERRY);
    let elsewhere =
        [("news/2012/03/24/index.md", "day/unknown-event"), (GATES, "related/not-found")];
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), elsewhere);
    assert_eq!(rules(&repo.found(&["--staged"])), [], "it is not staged yet");
    repo.git(&["rm", "--quiet", FERRY]);
    assert_eq!(rules(&repo.found(&["--staged"])), elsewhere);
    let output = repo.check(&["--staged"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("staged: 0 files changed (0 renamed), 1 deleted\n"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn findings_from_before_the_change_are_counted_and_hidden() {
    let repo = repo();
    repo.write("about.md", "[x](/gone.md)\n");
    repo.write("more.md", "[x](/gone.md)\n");
    repo.commit("Add what is broken");
    repo.write("more.md", "Again: [x](/gone.md)\n");
    let output = repo.check(&["--since", "HEAD", "--output-format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["skipped"]["unchanged"], 1);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["diagnostics"][0]["path"], "more.md");
    assert!(stderr(&repo.check(&["--staged"])).starts_with("0 pages, 0 links\n"), "nothing is");
    let summary = stderr(&repo.check(&["--since", "HEAD"]));
    assert!(summary.contains("since HEAD: 1 file changed (0 renamed), 0 deleted\n"), "{summary}");
    assert!(summary.contains("1 old finding in unchanged files not shown\n"), "{summary}");
}

#[test]
fn a_renamed_page_is_suggested_and_fixed_by_its_new_name() {
    let repo = repo();
    let new = "news/2012/03/24/crossing-served-once-more.md";
    repo.rename(FERRY, new);
    repo.write("news/2012/03/24/index.md", day("2012-03-24", new, "Ferry line reopens"));
    repo.git(&["add", "--all"]);
    for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
        let output = repo.check(&[options, &["--output-format", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let found = report["diagnostics"].as_array().expect("diagnostics");
        assert_eq!(found.len(), 1, "{options:?}: {report}");
        assert_eq!(found[0]["rule"], "related/not-found");
        assert_eq!(found[0]["help"], format!("the page was renamed to `/{new}`"));
    }
    let whole = String::from_utf8_lossy(&repo.check(&[]).stdout).into_owned();
    assert!(whole.contains("correct the path, or remove the item"), "by its name alone: {whole}");
    let output = repo.check(&["--since", "HEAD", "--fix", "--unsafe-fixes"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(repo.root().join(GATES)).expect("a page");
    assert_eq!(text, gates().replace(FERRY, new));
}

#[test]
fn findings_from_before_a_change_are_not_fixed() {
    let repo = repo();
    let stale = gates().replace("[Ferry line", "[The ferry line");
    repo.write(GATES, &stale);
    repo.commit("Drift");
    repo.write(FERRY, FERRY_PAGE.to_owned() + "\nIt rained.\r\n");
    let output = repo.check(&["--since", "HEAD", "--fix"]);
    assert!(stderr(&output).starts_with("1 finding in 1 file fixed"), "{}", stderr(&output));
    let read = |path| std::fs::read_to_string(repo.root().join(path)).expect("a page");
    assert_eq!((read(GATES), read(FERRY)), (stale, FERRY_PAGE.to_owned() + "\nIt rained.\n"));
}

#[test]
fn staged_pages_are_read_from_the_index() {
    let repo = repo();
    repo.write(GATES, gates().replace("ferry-line", "fairy-line"));
    repo.git(&["add", GATES]);
    repo.write(GATES, gates());
    assert_eq!(rules(&repo.found(&["--staged"])), [(GATES, "related/not-found")]);
    repo.git(&["add", GATES]);
    repo.write(GATES, "nothing of a page");
    repo.remove(FERRY);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    // A file with only an intent to add is not part of the next commit.
    repo.write("plan.md", "[x](/gone.md)\n");
    repo.git(&["add", "--intent-to-add", "plan.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    repo.git(&["add", "plan.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), [("plan.md", "link/not-found")]);
    assert_refused(&repo.check(&["--staged", "--fix"]), "cannot be used with");
}

#[test]
fn a_missing_git_repository_or_commit_is_an_error() {
    let repo = repo();
    let program = DATELINE;
    let mut without = clean_command(program);
    without.env("PATH", repo.root()).current_dir(repo.root());
    let output = without.args(["check", "--staged"]).output().expect("the program runs");
    assert_refused(&output, "`git` was not found; --since and --staged need it");
    for (revision, why) in [
        ("no-such-branch", "unknown commit \"no-such-branch\""),
        ("HEAD..HEAD", "unknown commit \"HEAD..HEAD\""),
        ("HEAD:news", "unknown commit \"HEAD:news\""),
        ("^HEAD", "unknown commit \"^HEAD\""),
        ("--output=x", "unknown commit \"--output=x\""),
        ("nope...", "unknown commit \"nope\""),
    ] {
        assert_refused(&repo.check(&[&format!("--since={revision}")]), why);
    }
    assert!(!repo.root().join("x").exists());
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.git(&["commit", "--quiet", "--message", "Begin anew"]);
    assert_refused(&repo.check(&["--since=main..."]), "\"main\" and HEAD have no common ancestor");
    let outside = TestArchive::new();
    let run = |options: &[&str]| {
        let mut command = clean_command(program);
        command.args([&["check"], options].concat()).current_dir(outside.root());
        command.output().expect("the program runs")
    };
    assert_refused(&run(&["--staged"]), "is not in a git repository");
    assert_refused(&run(&["--since", "HEAD"]), "is not in a git repository");
}

#[test]
fn three_dots_compare_with_the_merge_base() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("side.md", "[x](/gone.md)\n");
    repo.commit("Branch off");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("about.md", "Meanwhile, on the other branch: [nothing](/lost.md)\n");
    repo.commit("Go on");
    repo.git(&["checkout", "--quiet", "side"]);
    let side = ("side.md", "link/not-found");
    assert_eq!(rules(&repo.found(&["--since", "main..."])), [side]);
    let summary = stderr(&repo.check(&["--since", "main..."]));
    assert!(summary.contains("since main...: 1 file changed (0 renamed), 0 deleted"), "{summary}");
    let summary = stderr(&repo.check(&["--since", "main"]));
    assert!(summary.contains("since main: 1 file changed (0 renamed), 1 deleted"), "{summary}");
}

#[test]
fn a_page_changed_by_a_fix_is_not_blamed_for_old_findings() {
    let repo = repo();
    repo.write(GATES, gates() + "2. [Mint burns](/news/1999/07/4/mint-burns.md)\n");
    repo.commit("Add what is broken");
    repo.write(FERRY, FERRY_PAGE.replace("# Ferry line reopens", "# The ferry sails again"));
    let output = repo.check(&["--since", "HEAD", "--fix"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("2 findings in 2 files fixed"), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("1 old finding in unchanged files not shown"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn deleted_files_can_be_named_and_assumed_unchanged_ones_come_from_the_index() {
    let repo = repo();
    repo.git(&["update-index", "--assume-unchanged", FERRY]);
    repo.write(FERRY, FERRY_PAGE.replace("# Ferry line reopens", "# Another title"));
    repo.write(GATES, gates() + "\nMore.\n");
    repo.git(&["add", GATES]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    repo.git(&["rm", "--quiet", "--force", GATES]);
    // With `--fix`, a second pass reads the archive again. The deleted file is still named in that
    // pass.
    for options in [["--staged"].as_slice(), &["--since", "HEAD"], &["--since", "HEAD", "--fix"]] {
        let output = repo.run(&[&["check", GATES], options].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    assert_eq!(repo.run(&["check", GATES]).status.code(), Some(2));
}

/// A check of changes does not request the sources of unchanged pages, so a comment about them may
/// still be needed.
#[test]
fn comments_about_sources_of_unchanged_pages_are_not_unused() {
    let repo = repo();
    repo.write(
        GATES,
        gates() + "\n### Sources:\n\n<!-- dateline-ignore source/unreachable: known -->\n1. [C](http://192.0.2.1/a)\n",
    );
    repo.write("dateline.toml", "[[event.section]]\nname = \"related\"\nheadings = [\"Related:\"]\n[[event.section]]\nname = \"sources\"\nheadings = [\"Sources:\"]\norder = 3\n");
    repo.commit("Know of a dead source");
    repo.write("about.md", "A page.\n");
    let found = repo.found(&["--since", "HEAD", "--online"]);
    assert_eq!(rules(&found), []);
}

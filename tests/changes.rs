//! `--since` and `--staged`: what git is asked, what it says, and what becomes of it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests write files and run programs"
)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "each test uses its part of the support")]

#[path = "support/archive.rs"]
mod archive;
#[path = "support/git.rs"]
mod git;

use std::path::Path;
use std::process::Output;

use archive::{TestArchive, stderr};
use git::{Repo, scrubbed};
use serde_json::Value;

const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
const GATES: &str = "news/2012/03/25/lock-gates-fail.md";

fn ferry() -> String {
    "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n\nThe crew of the ferry \
     came aboard at dawn, and nobody was late.\n"
        .to_owned()
}

fn gates() -> String {
    format!(
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Related:\n\n\
         1. [Ferry line reopens](/{FERRY})\n"
    )
}

fn day(date: &str, path: &str, title: &str) -> String {
    let folder = date.replace('-', "/");
    format!("## [{date}](/news/{folder}/index.md)\n\n### [{title}](/{path})\n")
}

/// Two events of two days, the later one related to the earlier; without a finding.
fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.commit("Fill");
    repo
}

fn fill(repo: &Repo, below: &str) {
    let write = |path: &str, text: String| repo.write(&format!("{below}{path}"), text);
    write(FERRY, ferry());
    write(GATES, gates());
    write("news/2012/03/24/index.md", day("2012-03-24", FERRY, "Ferry line reopens"));
    write("news/2012/03/25/index.md", day("2012-03-25", GATES, "Lock gates fail"));
}

fn rules(found: &[[String; 4]]) -> Vec<(&str, &str)> {
    found.iter().map(|[path, rule, ..]| (&**path, &**rule)).collect()
}

/// That it fails as wrong use does, and says why.
fn refuses(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    assert!(output.stdout.is_empty());
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

#[test]
fn a_deletion_is_found_where_it_breaks_a_link() {
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
fn what_was_there_before_is_counted_and_not_shown() {
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
    let said = stderr(&repo.check(&["--since", "HEAD"]));
    assert!(said.contains("since HEAD: 1 file changed (0 renamed), 0 deleted\n"), "{said}");
    assert!(said.contains("1 finding elsewhere not shown: there before\n"), "{said}");
}

#[test]
fn a_page_that_was_renamed_is_suggested_by_its_new_name_and_named_by_the_fix() {
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
        assert_eq!(found[0]["help"], format!("it was renamed to `/{new}`"));
    }
    let whole = String::from_utf8_lossy(&repo.check(&[]).stdout).into_owned();
    assert!(whole.contains("correct the path, or remove the item"), "by its name alone: {whole}");
    let output = repo.check(&["--since", "HEAD", "--fix", "--unsafe-fixes"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(repo.root().join(GATES)).expect("a page");
    assert_eq!(text, gates().replace(FERRY, new));
}

#[test]
fn fixes_of_a_change_leave_alone_what_was_there_before() {
    let repo = repo();
    let stale = gates().replace("[Ferry line", "[The ferry line");
    repo.write(GATES, &stale);
    repo.commit("Drift");
    repo.write(FERRY, ferry() + "\nIt rained.\r\n");
    let output = repo.check(&["--since", "HEAD", "--fix"]);
    assert!(stderr(&output).starts_with("1 finding in 1 file mended"), "{}", stderr(&output));
    let read = |path| std::fs::read_to_string(repo.root().join(path)).expect("a page");
    assert_eq!((read(GATES), read(FERRY)), (stale, ferry() + "\nIt rained.\n"));
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
    // What is only meant to be added is in no commit.
    repo.write("plan.md", "[x](/gone.md)\n");
    repo.git(&["add", "--intent-to-add", "plan.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    repo.git(&["add", "plan.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), [("plan.md", "link/not-found")]);
    refuses(&repo.check(&["--staged", "--fix"]), "cannot be used with");
}

#[test]
fn before_the_first_commit_all_that_is_staged_is_new() {
    let repo = Repo { archive: TestArchive::new() };
    repo.git(&["init", "--quiet"]);
    repo.write("about.md", "[x](/gone.md) [y](/unstaged.md)\n");
    repo.write("unstaged.md", "[x](/gone.md)\n");
    repo.git(&["add", "about.md"]);
    let about = ("about.md", "link/not-found");
    assert_eq!(rules(&repo.found(&["--staged"])), [about, about]);
    refuses(&repo.check(&["--since", "HEAD"]), "git knows no commit \"HEAD\"");
}

#[test]
fn without_git_or_a_repository_or_the_commit_it_says_so() {
    let repo = repo();
    let program = env!("CARGO_BIN_EXE_dateline");
    let mut without = scrubbed(program);
    without.env("PATH", repo.root()).current_dir(repo.root());
    let output = without.args(["check", "--staged"]).output().expect("the program runs");
    refuses(&output, "there is no `git` program");
    for (revision, why) in [
        ("no-such-branch", "git knows no commit \"no-such-branch\""),
        ("HEAD..HEAD", "git knows no commit \"HEAD..HEAD\""),
        ("HEAD:news", "git knows no commit \"HEAD:news\""),
        ("^HEAD", "git knows no commit \"^HEAD\""),
        ("--output=x", "git knows no commit \"--output=x\""),
        ("nope...", "git knows no commit \"nope\""),
    ] {
        refuses(&repo.check(&[&format!("--since={revision}")]), why);
    }
    assert!(!repo.root().join("x").exists());
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.git(&["commit", "--quiet", "--message", "Begin anew"]);
    refuses(&repo.check(&["--since=main..."]), "\"main\" and HEAD have no common ancestor");
    let outside = TestArchive::new();
    let run = |options: &[&str]| {
        let mut command = scrubbed(program);
        command.args([&["check"], options].concat()).current_dir(outside.root());
        command.output().expect("the program runs")
    };
    refuses(&run(&["--staged"]), "is in no git repository");
    refuses(&run(&["--since", "HEAD"]), "is in no git repository");
}

#[test]
fn a_merge_that_is_not_settled_is_not_staged() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(FERRY, "# One\n");
    repo.commit("One");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(FERRY, "# Other\n");
    repo.commit("Other");
    let merge = scrubbed("git").args(["merge", "side"]).current_dir(repo.root()).output();
    assert!(!merge.expect("git runs").status.success(), "they are in conflict");
    refuses(&repo.check(&["--staged"]), &format!("{FERRY} is in conflict"));
    let found = repo.found(&["--since", "HEAD"]);
    assert!(rules(&found).contains(&(FERRY, "heading/missing-date")), "{found:?}");
}

#[test]
fn three_dots_mean_where_the_branch_began() {
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
    let said = stderr(&repo.check(&["--since", "main..."]));
    assert!(said.contains("since main...: 1 file changed (0 renamed), 0 deleted"), "{said}");
    let said = stderr(&repo.check(&["--since", "main"]));
    assert!(said.contains("since main: 1 file changed (0 renamed), 1 deleted"), "{said}");
}

#[test]
fn an_archive_below_the_top_is_compared_as_itself() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("site/[en]/dateline.toml", "");
    fill(&repo, "site/[en]/");
    repo.write("site/other.md", "[x](/gone.md)\n");
    repo.commit("Fill");
    repo.remove(&format!("site/[en]/{FERRY}"));
    repo.write("site/other.md", "[x](/gone.md) again\n");
    repo.git(&["add", "--all"]);
    let check = |options: &[&str], folder: &Path| {
        let mut command = scrubbed(env!("CARGO_BIN_EXE_dateline"));
        let arguments = ["check", "site/[en]", "--output-format", "concise"];
        command.args(arguments).args(options).current_dir(folder);
        command.output().expect("the program runs")
    };
    for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
        let output = check(options, repo.root());
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(report.contains(&format!("{GATES}:7:")), "{report}");
        assert_eq!(report.lines().count(), 2, "{report}");
    }
    // As in a hook of a linked work tree, where git names the repository by variables.
    let tree = tempfile::tempdir().expect("a folder");
    let path = tree.path().join("linked");
    repo.git(&["commit", "--quiet", "--message", "Delete"]);
    let name = path.to_str().expect("UTF-8");
    repo.git(&["worktree", "add", "--quiet", name, "HEAD~1"]);
    std::fs::remove_file(path.join("site/[en]").join(FERRY)).expect("a file");
    let program = env!("CARGO_BIN_EXE_dateline");
    let hook = format!("#!/bin/sh\nexec {program} check --quiet --staged 'site/[en]'\n");
    install_hook(&repo, &hook);
    let commit = scrubbed("git")
        .args(["commit", "--all", "--message", "Delete here"])
        .current_dir(&path)
        .output()
        .expect("git runs");
    assert_eq!(commit.status.code(), Some(1), "{}", stderr(&commit));
    assert!(
        String::from_utf8_lossy(&commit.stdout).contains("related/not-found")
            || stderr(&commit).contains("related/not-found")
    );
}

fn install_hook(repo: &Repo, hook: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, hook).expect("a hook");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("our own");
}

/// `git commit --all` and `git commit PATH` have an index of their own, which a hook is told of.
#[test]
fn a_hook_of_git_sees_what_will_be_committed() {
    let repo = repo();
    install_hook(
        &repo,
        &format!("#!/bin/sh\nexec {} check --staged\n", env!("CARGO_BIN_EXE_dateline")),
    );
    let commit = |arguments: &[&str]| {
        let mut command = scrubbed("git");
        command.args([&["commit", "--message", "Try"], arguments].concat());
        command.current_dir(repo.root()).status().expect("git runs").success()
    };
    repo.remove(FERRY);
    assert!(!commit(&["--all"]), "it breaks a link elsewhere");
    repo.git(&["checkout", "--quiet", "--", FERRY]);
    repo.write("about.md", "[x](/gone.md)\n");
    repo.write(GATES, gates() + "\nIt was mended.\n");
    repo.git(&["add", "about.md"]);
    assert!(commit(&[GATES]), "what is wrong is not in this commit");
    assert!(!commit(&[]));
}

#[test]
fn the_repository_is_left_as_it_is() {
    let repo = repo();
    let odd = "a \"b\"\n\\c é.md";
    repo.write(odd, "[x](/gone.md)\n");
    repo.commit("Add a name of all kinds");
    for path in [GATES, odd] {
        // Touched, but as it was.
        let file = std::fs::File::options().append(true).open(repo.root().join(path));
        let then =
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        file.expect("a file").set_modified(then).expect("our own file");
    }
    repo.write("new.md", "x\n");
    let index = || std::fs::read(repo.root().join(".git/index")).expect("an index");
    let objects = || repo.git(&["count-objects", "-v"]);
    let before = (index(), objects());
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), [], "what was touched did not change");
    assert_eq!(rules(&repo.found(&["--since", "HEAD~1"])), [(odd, "link/not-found")]);
    assert_eq!((index(), objects()), before);
}

#[test]
fn names_and_kinds_of_files_that_git_may_hold() {
    use std::os::unix::ffi::OsStrExt;
    let repo = repo();
    repo.write("a\nb\t\"c\".md", "[x](/gone.md)\n");
    let odd = std::ffi::OsStr::from_bytes(b"odd\xFF.md");
    std::fs::write(repo.root().join(odd), "x\n").expect("a file");
    std::os::unix::fs::symlink(GATES, repo.root().join("latest.md")).expect("a link");
    std::os::unix::fs::symlink("/etc/passwd", repo.root().join("away.md")).expect("a link");
    repo.write("about.md", "[x](/latest.md)\n");
    repo.git(&["add", "--all"]);
    let staged = repo.found(&["--staged"]);
    let expected = [
        ("a\nb\t\"c\".md", "link/not-found"),
        ("away.md", "archive/unreadable"),
        ("odd\u{FFFD}.md", "archive/unreadable"),
    ];
    assert_eq!(rules(&staged), expected);
    assert_eq!(repo.found(&["--since", "HEAD"]), staged);
    assert_eq!(repo.found(&[]), staged);
}

#[test]
fn links_into_a_submodule_are_no_finding() {
    let theme = Repo::new();
    theme.write("guide.md", "[x](/gone.md)\n");
    theme.commit("Fill");
    let repo = repo();
    let url = theme.root().to_str().expect("UTF-8");
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", url, "theme"]);
    repo.commit("Add a theme");
    repo.write("about.md", "[guide](/theme/guide.md)\n");
    repo.git(&["add", "about.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    assert_eq!(rules(&repo.found(&[])), [("theme/guide.md", "link/not-found")]);
}

#[test]
fn a_submodule_that_comes_with_a_link_is_no_finding_and_one_that_goes_is_told_of() {
    let theme = Repo::new();
    theme.write("guide.md", "# Guide\n");
    theme.commit("Fill");
    let repo = repo();
    let url = theme.root().to_str().expect("UTF-8");
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", url, "theme"]);
    repo.write("about.md", "[guide](/theme/guide.md)\n");
    repo.git(&["add", "--all"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.commit("Add a theme");
    repo.git(&["rm", "--quiet", "--force", "theme"]);
    for options in [["--staged"].as_slice(), &["--since", "HEAD"]] {
        let said = stderr(&repo.check(options));
        assert!(said.contains("not compared: links into the submodule theme\n"), "{said}");
    }
}

#[test]
fn what_cannot_be_known_of_before_does_not_pass_for_new() {
    let repo = repo();
    let stale = gates().replace("[Ferry line", "[The ferry line");
    repo.write(GATES, &stale);
    repo.write(FERRY, ferry() + "\nIt rained.\n");
    repo.commit("Drift");
    repo.write(FERRY, ferry() + "\nIt snowed.\n");
    repo.commit("Go on");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let folder = tempfile::tempdir().expect("a folder");
    let (partial, shallow) = (folder.path().join("partial"), folder.path().join("shallow"));
    let url = format!("file://{}", repo.root().display());
    let name = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    repo.git(&["clone", "--quiet", "--filter=blob:none", &url, &name(&partial)]);
    repo.git(&["clone", "--quiet", "--depth=1", &url, &name(&shallow)]);
    let check = |folder: &Path, options: &[&str]| {
        let mut command = scrubbed(env!("CARGO_BIN_EXE_dateline"));
        command.arg("check").args(options).current_dir(folder).output().expect("the program runs")
    };
    let options = ["--since", "HEAD~1"];
    assert_eq!(check(repo.root(), &options).status.code(), Some(0));
    refuses(&check(&partial, &options), "a partial clone must fetch it first");
    refuses(&check(&shallow, &options), "a shallow clone must fetch it first");
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_gone_for_nobody() {
    let repo = repo();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/news/2012/03/24/"]);
    assert!(!repo.root().join(FERRY).exists());
    repo.write("about.md", "A page.\n");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.git(&["add", "about.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
}

#[test]
fn who_may_run_a_page_is_no_change_of_it() {
    use std::os::unix::fs::PermissionsExt;
    let repo = repo();
    repo.write("about.md", "[x](/gone.md)\n");
    repo.commit("Add what is broken");
    let path = repo.root().join("about.md");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("our own");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.git(&["add", "--all"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    repo.commit("Let it be run");
    assert_eq!(rules(&repo.found(&["--since", "HEAD~1"])), []);
}

#[test]
fn a_page_that_only_a_fix_touched_does_not_answer_for_its_old_faults() {
    let repo = repo();
    repo.write(GATES, gates() + "2. [Mint burns](/news/1999/07/4/mint-burns.md)\n");
    repo.commit("Add what is broken");
    repo.write(FERRY, ferry().replace("# Ferry line reopens", "# The ferry sails again"));
    let output = repo.check(&["--since", "HEAD", "--fix"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("2 findings in 2 files mended"), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 finding elsewhere not shown"), "{}", stderr(&output));
}

#[test]
fn files_that_are_gone_can_be_named_and_those_assumed_unchanged_are_read_from_the_index() {
    let repo = repo();
    repo.git(&["update-index", "--assume-unchanged", FERRY]);
    repo.write(FERRY, ferry().replace("# Ferry line reopens", "# Another title"));
    repo.write(GATES, gates() + "\nMore.\n");
    repo.git(&["add", GATES]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
    repo.git(&["rm", "--quiet", "--force", GATES]);
    // A defect once: with --fix the archive was looked at again as if all that is named were there.
    for options in [["--staged"].as_slice(), &["--since", "HEAD"], &["--since", "HEAD", "--fix"]] {
        let output = repo.run(&[&["check", GATES], options].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    assert_eq!(repo.run(&["check", GATES]).status.code(), Some(2));
}

#[test]
fn a_repository_that_variables_name_may_be_anywhere() {
    let repo = repo();
    let folder = tempfile::tempdir().expect("a folder");
    let (git_dir, tree) = (folder.path().join("repo.git"), folder.path().join("tree"));
    std::fs::rename(repo.root(), &tree).expect("the archive can be moved");
    std::fs::rename(tree.join(".git"), &git_dir).expect("the repository can be moved");
    std::fs::create_dir(repo.root()).expect("for the end of the test");
    std::fs::remove_file(tree.join(FERRY)).expect("a file");
    for (options, lines) in [(["--staged"].as_slice(), 0), (&["--since", "HEAD"], 2)] {
        let mut command = scrubbed(env!("CARGO_BIN_EXE_dateline"));
        command.args(["check", "tree", "--output-format", "concise"]).args(options);
        command.env("GIT_DIR", "repo.git").env("GIT_WORK_TREE", "tree").current_dir(folder.path());
        let output = command.output().expect("the program runs");
        assert_eq!(
            output.stdout.split_inclusive(|byte| *byte == b'\n').count(),
            lines,
            "{}",
            stderr(&output)
        );
        assert!(output.status.code() < Some(2), "{}", stderr(&output));
    }
}

#[test]
fn a_commit_that_is_damaged_is_not_the_first_one() {
    let repo = repo();
    let id = repo.git(&["rev-parse", "HEAD"]);
    let id = id.trim();
    let object = repo.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(object).expect("a loose object");
    let output = repo.check(&["--staged"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

/// A comment on a source that nobody asked for, in a page that did not change, may be of use.
#[test]
fn comments_on_sources_are_not_judged_where_nobody_asks() {
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

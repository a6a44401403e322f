//! Tests of `--since` and `--staged` in various repositories: hooks, linked work trees, submodules,
//! incomplete clones and unusual file names.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use crate::support::archive::TestArchive;
use crate::support::git::{Repo, clean_command, rules};
use crate::support::process::{DATELINE, assert_refused, stderr, stdout, write_program};
use crate::support::sample::{FERRY, FERRY_PAGE, GATES, fill, gates, repo};

#[test]
fn all_staged_pages_are_new_before_the_first_commit() {
    let repo = Repo { archive: TestArchive::new() };
    repo.git(&["init", "--quiet"]);
    repo.write("about.md", "[x](/gone.md) [y](/unstaged.md)\n");
    repo.write("unstaged.md", "[x](/gone.md)\n");
    repo.git(&["add", "about.md"]);
    let about = ("about.md", "link/not-found");
    assert_eq!(rules(&repo.found(&["--staged"])), [about, about]);
    assert_refused(&repo.check(&["--since", "HEAD"]), "unknown commit \"HEAD\"");
}

#[test]
fn an_unresolved_merge_is_not_checked_as_staged() {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(FERRY, "# One\n");
    repo.commit("One");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(FERRY, "# Other\n");
    repo.commit("Other");
    let merge = clean_command("git").args(["merge", "side"]).current_dir(repo.root()).output();
    assert!(!merge.expect("git runs").status.success(), "they are in conflict");
    assert_refused(&repo.check(&["--staged"]), &format!("{FERRY} has merge conflicts"));
    let found = repo.found(&["--since", "HEAD"]);
    assert!(rules(&found).contains(&(FERRY, "heading/missing-date")), "{found:?}");
}

#[test]
fn an_archive_in_a_subfolder_is_compared_with_itself() {
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
        let mut command = clean_command(DATELINE);
        let arguments = ["check", "site/[en]", "--output-format", "concise"];
        command.args(arguments).args(options).current_dir(folder);
        command.output().expect("the program runs")
    };
    for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
        let output = check(options, repo.root());
        let report = stdout(&output);
        assert!(report.contains(&format!("{GATES}:7:")), "{report}");
        assert_eq!(report.lines().count(), 2, "{report}");
    }
    // In a hook of a linked work tree, git names the repository in environment variables.
    let tree = tempfile::tempdir().expect("a folder");
    let path = tree.path().join("linked");
    repo.git(&["commit", "--quiet", "--message", "Delete"]);
    let name = path.to_str().expect("UTF-8");
    repo.git(&["worktree", "add", "--quiet", name, "HEAD~1"]);
    std::fs::remove_file(path.join("site/[en]").join(FERRY)).expect("a file");
    let program = DATELINE;
    let hook = format!("#!/bin/sh\nexec {program} check --quiet --staged 'site/[en]'\n");
    write_program(&repo.root().join(".git/hooks/pre-commit"), &hook);
    let commit = clean_command("git")
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

/// `git commit --all` and `git commit PATH` create a separate index and pass it to the hook.
#[test]
fn a_git_hook_checks_what_will_be_committed() {
    let repo = repo();
    write_program(
        &repo.root().join(".git/hooks/pre-commit"),
        &format!("#!/bin/sh\nexec {DATELINE} check --staged\n"),
    );
    let commit = |arguments: &[&str]| {
        let mut command = clean_command("git");
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
fn a_check_does_not_change_the_repository() {
    let repo = repo();
    let odd = "a \"b\"\n\\c é.md";
    repo.write(odd, "[x](/gone.md)\n");
    repo.commit("Add a name of all kinds");
    for path in [GATES, odd] {
        // Change the modification time but not the content.
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
fn unusual_file_names_and_file_types_are_handled() {
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
fn links_into_a_submodule_are_not_reported() {
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
fn a_link_into_an_added_submodule_resolves_and_into_a_removed_one_is_reported() {
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
        let summary = stderr(&repo.check(options));
        assert!(summary.contains("links into the submodule theme not compared: "), "{summary}");
    }
}

#[test]
fn a_base_missing_from_a_partial_or_shallow_clone_is_an_error() {
    let repo = repo();
    let stale = gates().replace("[Ferry line", "[The ferry line");
    repo.write(GATES, &stale);
    repo.write(FERRY, FERRY_PAGE.to_owned() + "\nIt rained.\n");
    repo.commit("Drift");
    repo.write(FERRY, FERRY_PAGE.to_owned() + "\nIt snowed.\n");
    repo.commit("Go on");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let folder = tempfile::tempdir().expect("a folder");
    let (partial, shallow) = (folder.path().join("partial"), folder.path().join("shallow"));
    let url = format!("file://{}", repo.root().display());
    let name = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    repo.git(&["clone", "--quiet", "--filter=blob:none", &url, &name(&partial)]);
    repo.git(&["clone", "--quiet", "--depth=1", &url, &name(&shallow)]);
    let check = |folder: &Path, options: &[&str]| {
        let mut command = clean_command(DATELINE);
        command.arg("check").args(options).current_dir(folder).output().expect("the program runs")
    };
    let options = ["--since", "HEAD~1"];
    assert_eq!(check(repo.root(), &options).status.code(), Some(0));
    assert_refused(&check(&partial, &options), "if this is a partial clone, fetch the file first");
    assert_refused(&check(&shallow, &options), "in a shallow clone, fetch the commit first");
}

#[test]
fn pages_outside_a_sparse_checkout_are_not_missing() {
    let repo = repo();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/news/2012/03/24/"]);
    assert!(!repo.root().join(FERRY).exists());
    repo.write("about.md", "A page.\n");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.git(&["add", "about.md"]);
    assert_eq!(rules(&repo.found(&["--staged"])), []);
}

#[test]
fn a_change_of_file_mode_is_not_a_change() {
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
fn git_dir_and_git_work_tree_may_name_any_repository() {
    let repo = repo();
    let folder = tempfile::tempdir().expect("a folder");
    let (git_dir, tree) = (folder.path().join("repo.git"), folder.path().join("tree"));
    std::fs::rename(repo.root(), &tree).expect("the archive can be moved");
    std::fs::rename(tree.join(".git"), &git_dir).expect("the repository can be moved");
    std::fs::create_dir(repo.root()).expect("for the end of the test");
    std::fs::remove_file(tree.join(FERRY)).expect("a file");
    for (options, lines) in [(["--staged"].as_slice(), 0), (&["--since", "HEAD"], 2)] {
        let mut command = clean_command(DATELINE);
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
fn a_damaged_head_commit_is_an_error() {
    let repo = repo();
    let id = repo.git(&["rev-parse", "HEAD"]);
    let id = id.trim();
    let object = repo.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(object).expect("a loose object");
    let output = repo.check(&["--staged"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

/// Git opens any file that has the name of a page, and blocks if the file is a pipe.
#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_page_does_not_block_a_check_of_changes() {
    let repo = repo();
    repo.write("about.md", "[x](/gone.md)\n");
    repo.commit("Add what is broken");
    repo.remove(FERRY);
    let pipe = repo.root().join(FERRY);
    crate::support::process::make_pipe(&pipe);
    // The other page is still compared by its content.
    repo.write("about.md", "[x](/gone.md)\n");
    for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
        // If a program reads from the pipe, this writer unblocks it, and the pipe is empty
        // afterwards.
        let mut writer = std::process::Command::new("sh");
        writer.arg("-c").arg(format!("echo unread >'{}'", pipe.display()));
        let mut writer = writer.spawn().expect("a shell");
        let found = repo.found(options);
        assert!(!rules(&found).contains(&("about.md", "link/not-found")), "{found:?}");
        let mut pipe = File::options().read(true).write(true).open(&pipe).expect("a pipe");
        assert!(writer.wait().expect("it ends").success());
        pipe.write_all(b"end\n").expect("it has room");
        let mut held = [0; 11];
        let length = pipe.read(&mut held).expect("it holds what was written");
        assert_eq!(&held[..length], b"unread\nend\n", "{options:?}: git reads the pipe");
    }
}

/// The text of a page that replaces a symbolic link may be exactly the link's target.
#[cfg(unix)]
#[test]
fn a_page_that_replaces_a_symbolic_link_with_its_target_text_is_changed() {
    let repo = repo();
    std::os::unix::fs::symlink("[x](gone.md)", repo.root().join("odd.md")).expect("a link");
    repo.commit("Add a link");
    repo.remove("odd.md");
    repo.write("odd.md", "[x](gone.md)");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), [("odd.md", "link/not-found")]);
}

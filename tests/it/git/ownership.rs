//! Tests of the repository that is opened, of its owner, and of the program that is run as git.

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Output;

use crate::support::archive::files;
use crate::support::git::{Repo, clean_command, rules};
use crate::support::hostile_repository::HostileRepository;
use crate::support::process::{DATELINE, assert_refused, make_pipe, stderr, stdout};
use crate::support::sample::{self, FERRY, repo};

/// The id of a user who is not root, and probably not the user who runs the tests.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}

fn check(folder: &Path, options: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = clean_command(DATELINE);
    command.args(["check", "."]).args(options).current_dir(folder);
    command.envs(variables.iter().copied()).output().expect("the program runs")
}

#[test]
fn an_invalid_git_directory_is_an_error() {
    let repo = repo();
    repo.write("site/dateline.toml", "");
    repo.write("site/about.md", "x\n");
    let folder = repo.root().join("site");
    let link = folder.join(".git");
    let refused = |why: &str| {
        for options in [["--staged"].as_slice(), &["--since", "HEAD"]] {
            assert_refused(&check(&folder, options, &[]), why);
        }
        assert_eq!(check(&folder, &[], &[]).status.code(), Some(0), "a check asks no git");
    };
    std::fs::create_dir(&link).expect("a folder");
    refused("not a git repository");
    std::fs::remove_dir(&link).expect("a folder");
    for (text, why) in [
        ("", "it does not begin with `gitdir: `"),
        ("gitdir: ", "it does not begin with `gitdir: `"),
        ("gitdir: ../gone\n", "site/../gone: No such file or directory"),
        ("gitdir: .\n", "not a git repository"),
    ] {
        std::fs::write(&link, text).expect("a file");
        refused(why);
    }
    std::fs::remove_file(&link).expect("a file");
    make_pipe(&link);
    refused("it is neither a folder nor a regular file");
    std::fs::remove_file(&link).expect("a pipe");
    std::os::unix::fs::symlink("../.git/gone", &link).expect("a link");
    refused("No such file or directory");
}

#[test]
fn the_repository_of_a_submodule_is_its_own() {
    let theme = repo();
    let outer = Repo::new();
    let url = theme.root().to_str().expect("UTF-8");
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "add", "--quiet", url, "theme"]);
    outer.commit("Add a theme");
    let folder = outer.root().join("theme");
    std::fs::remove_file(folder.join(FERRY)).expect("a page");
    let output = check(&folder, &["--since", "HEAD", "--output-format", "concise"], &[]);
    assert_eq!(output.stdout.split_inclusive(|byte| *byte == b'\n').count(), 2);
    assert!(
        stderr(&output).contains("0 files changed (0 renamed), 1 deleted"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_repository_with_its_work_tree_elsewhere_is_refused() {
    let repo = repo();
    let elsewhere = tempfile::tempdir().expect("a folder");
    repo.git(&["config", "core.worktree", elsewhere.path().to_str().expect("UTF-8")]);
    assert_refused(&repo.check(&["--since", "HEAD"]), "the repository's work tree is ");
}

/// Gives the repository to another user. Only root can do that. For other users, the function makes
/// `.git` point to a folder of root instead.
fn give_away(repo: &Repo) {
    let git_dir = repo.root().join(".git");
    if is_root() {
        for path in files(&git_dir).keys() {
            chown(git_dir.join(path), Some(NOBODY), None).expect("root may");
        }
        chown(&git_dir, Some(NOBODY), None).expect("root may");
    } else {
        std::fs::remove_dir_all(&git_dir).expect("our own");
        std::fs::write(git_dir, "gitdir: /\n").expect("a file");
    }
}

/// A repository above the archive that belongs to another user could run programs. Git checks the
/// owner of a repository that it discovers, but not of one that a variable names.
#[test]
fn a_repository_of_another_user_is_not_opened() {
    let repo = repo();
    repo.remove(FERRY);
    give_away(&repo);
    let top = std::fs::canonicalize(repo.root()).expect("a folder");
    let (top, above) = (top.display().to_string(), top.parent().expect("a folder").display());
    let options = ["--since", "HEAD", "--output-format", "concise"];
    let allowing = |value: &str| {
        let variables = [
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", value),
        ];
        check(repo.root(), &options, &variables)
    };
    let opens = |output: &Output, how: &str| {
        if is_root() {
            assert_eq!(output.status.code(), Some(1), "{how}: {}", stderr(output));
            assert_eq!(output.stdout.split_inclusive(|byte| *byte == b'\n').count(), 2, "{how}");
        } else {
            assert_refused(output, "not a git repository");
        }
    };
    let dubious = format!("detected dubious ownership in repository at '{top}'");
    for value in ["", "/gone", &format!("{top}/news"), &format!("{above}")] {
        let output = allowing(value);
        assert_refused(&output, &dubious);
        let help = format!("git config --global --add safe.directory '{top}'");
        assert!(stderr(&output).contains(&help), "{}", stderr(&output));
    }
    for value in ["*", &top, &format!("{above}/*")] {
        opens(&allowing(value), value);
    }
    // The help suggests this setting. It also works in the configuration for all users.
    let home = tempfile::tempdir().expect("a folder");
    let config = home.path().join("config");
    std::fs::write(&config, format!("[safe]\ndirectory = {top}\n")).expect("a file");
    let config = config.to_str().expect("UTF-8");
    opens(&check(repo.root(), &options, &[("GIT_CONFIG_GLOBAL", config)]), "for the user");
    let for_all = [("GIT_CONFIG_SYSTEM", config), ("GIT_CONFIG_NOSYSTEM", "0")];
    opens(&check(repo.root(), &options, &for_all), "for all users");
    // If `GIT_DIR` names the repository, the repository is trusted. Git sets that variable for hooks.
    opens(&check(repo.root(), &options, &[("GIT_DIR", ".git")]), "named");
}

#[test]
fn root_trusts_the_sudo_user_and_no_repository_trusts_itself() {
    if !is_root() {
        // `SUDO_UID` matters only to root. Other users cannot gain trust with it.
        let repo = repo();
        give_away(&repo);
        let output = check(repo.root(), &["--staged"], &[("SUDO_UID", "0")]);
        return assert_refused(&output, "detected dubious ownership");
    }
    let repo = repo();
    give_away(&repo);
    let output = check(repo.root(), &["--staged"], &[("SUDO_UID", &NOBODY.to_string())]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for caller in ["1", "", "x"] {
        let output = check(repo.root(), &["--staged"], &[("SUDO_UID", caller)]);
        assert_refused(&output, "detected dubious ownership");
    }
    let config = "[core]\nbare = false\n[safe]\ndirectory = *\n";
    std::fs::write(repo.root().join(".git/config"), config).expect("a file");
    assert_refused(&check(repo.root(), &["--staged"], &[]), "detected dubious ownership");
}

#[test]
fn a_program_named_git_in_the_archive_is_not_run() {
    let repo = repo();
    repo.remove(FERRY);
    repo.write("git", "#!/bin/sh\ntouch pwned\n");
    repo.write("bin/git", "#!/bin/sh\ntouch pwned\n");
    for path in ["git", "bin/git"] {
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(repo.root().join(path), mode).expect("our own");
    }
    let usual = std::env::var("PATH").expect("a search path");
    for path in [format!(".:{usual}"), format!(":{usual}"), format!("bin:./bin:{usual}")] {
        let output = check(repo.root(), &["--since", "HEAD"], &[("PATH", &path)]);
        assert_eq!(output.status.code(), Some(1), "{path}: {}", stderr(&output));
        assert!(!repo.root().join("pwned").exists(), "{path}");
    }
    for path in ["", ".", "bin"] {
        let output = check(repo.root(), &["--since", "HEAD"], &[("PATH", path)]);
        assert_refused(&output, "`git` was not found");
    }
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])).len(), 2);
}

/// The hooks of a push run with `GIT_DIR=.`. If a hook changes to the archive's folder, this value
/// names the archive itself.
#[test]
fn git_dir_inside_the_archive_is_refused() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("site/dateline.toml", "");
    sample::fill(&repo, "site/");
    let hostile = HostileRepository::new(&repo, "site");
    let root = std::fs::canonicalize(repo.root()).expect("a folder");
    let site = root.join("site");
    let named = site.to_str().expect("UTF-8");
    for with_repository in [true, false] {
        if !with_repository {
            // A server that receives pushes may put the files into a folder without a repository.
            std::fs::remove_dir_all(root.join(".git")).expect("our own");
        }
        for (folder, named) in [(&site, "."), (&site, named), (&site.join("news"), "..")] {
            for options in [["--staged"].as_slice(), &["--since", "HEAD"]] {
                hostile.touch_pages();
                hostile.fired();
                let output = check(folder, options, &[("GIT_DIR", named)]);
                assert_eq!(hostile.fired(), BTreeSet::new(), "{named} {options:?}");
                assert_refused(
                    &output,
                    "a commit could contain this folder, because it is in the archive or the current directory",
                );
            }
        }
    }
}

/// Creates a bare repository whose configuration names a work tree. Servers have such repositories.
fn lead(repository: &Path, work_tree: &str, mark: &Path) {
    let git = |arguments: &[&str]| {
        let output = clean_command("git").args(arguments).current_dir(repository).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{}", stderr(&output));
    };
    git(&["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    git(&["config", "core.bare", "false"]);
    git(&["config", "core.worktree", work_tree]);
    git(&["--git-dir=.", "--work-tree", work_tree, "add", "--all"]);
    git(&["--git-dir=.", "--work-tree", work_tree, "commit", "--quiet", "--message", "Begin"]);
    git(&["config", "filter.x.clean", &format!("touch {}; cat", mark.display())]);
}

#[test]
fn git_dir_beside_the_archive_is_refused() {
    for is_nested in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("mark");
        let (pages, tools) = (folder.path().join("site/pages"), folder.path().join("site/tools"));
        for folder in [&pages, &tools] {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        std::fs::write(pages.join("dateline.toml"), "").expect("a file");
        std::fs::write(pages.join(".gitattributes"), "*.md filter=x\n").expect("a file");
        std::fs::write(pages.join("a.md"), "One\n").expect("a file");
        lead(&tools, "../pages", &mark);
        std::fs::write(pages.join("a.md"), "Two\n").expect("a file");
        if is_nested {
            // Put both folders into a repository, and make the folder of pages a repository too.
            for path in [folder.path().join("site"), pages.clone()] {
                let init = clean_command("git").args(["init", "--quiet"]).arg(path).status();
                assert!(init.expect("git runs").success());
            }
        }
        for (from, named) in [(&tools, "."), (&tools.join("refs"), ".."), (&pages, "../tools")] {
            let mut command = clean_command(DATELINE);
            command.args(["check", "--since", "HEAD"]).arg(&pages).current_dir(from);
            let output = command.env("GIT_DIR", named).output().expect("the program runs");
            // If no repository contains both folders, the program cannot know that a commit could
            // contain `tools`, so this case is left out.
            if from != &pages || is_nested {
                assert_refused(
                    &output,
                    "a commit could contain this folder, because it is in the archive or the current directory",
                );
                assert!(!mark.exists(), "{named} {is_nested}");
            }
        }
    }
}

#[test]
fn a_push_hook_may_name_its_repository_and_work_tree() {
    let repo = repo();
    repo.remove(FERRY);
    let folder = tempfile::tempdir().expect("a folder");
    let bare = folder.path().join("site.git");
    std::fs::rename(repo.root().join(".git"), &bare).expect("it can be moved");
    let mut command = clean_command(DATELINE);
    command.args(["check", "--since", "HEAD", "--output-format", "concise"]).arg(repo.root());
    command.env("GIT_DIR", ".").env("GIT_WORK_TREE", repo.root()).current_dir(&bare);
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 2, "{}", stderr(&output));
}

#[test]
fn an_invalid_git_dir_is_named_in_the_error() {
    let repo = repo();
    for (named, why) in [
        ("", "refusing to open the repository that `GIT_DIR` names, \"\": "),
        ("gone", "refusing to open the repository that `GIT_DIR` names, \"gone\": "),
    ] {
        assert_refused(&check(repo.root(), &["--staged"], &[("GIT_DIR", named)]), why);
    }
}

/// With `GIT_DIR`, git uses the current folder as the work tree. The hooks of a linked work tree
/// run with `GIT_DIR`.
#[test]
fn a_hook_of_a_linked_work_tree_may_run_in_a_subfolder() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("site/dateline.toml", "");
    sample::fill(&repo, "site/");
    repo.commit("Fill");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let tree = elsewhere.path().join("tree");
    let at = tree.to_str().expect("UTF-8");
    repo.git(&["worktree", "add", "--quiet", at, "-b", "topic"]);
    repo.git(&["-C", at, "rm", "--quiet", &format!("site/{FERRY}")]);
    let git_dir = repo.git(&["-C", at, "rev-parse", "--absolute-git-dir"]);
    let link = tree.join(".git");
    for named in [git_dir.trim(), link.to_str().expect("UTF-8")] {
        for options in [["--staged"].as_slice(), &["--since", "HEAD"]] {
            let options = [options, &["--output-format", "concise"]].concat();
            let output = check(&tree.join("site"), &options, &[("GIT_DIR", named)]);
            assert_eq!(output.status.code(), Some(1), "{options:?}: {}", stderr(&output));
            let summary = stderr(&output);
            assert!(summary.contains(": 0 files changed (0 renamed), 1 deleted"), "{summary}");
            assert_eq!(stdout(&output).lines().count(), 2, "{options:?}");
        }
    }
}

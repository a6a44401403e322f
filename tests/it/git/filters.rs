//! Tests of git's content filters: which of them run in a check of changes, and whether filtered
//! files are compared correctly.

use std::path::Path;

use crate::support::git::{self, Repo, rules};
use crate::support::process::{DATELINE, stderr};
use crate::support::sample::repo;

/// A page with a broken link. A check of changes reports it only if the page has changed.
const FAULTY: &str = "[x](/gone.md)\n";

/// Creates an archive with these git attributes and git settings, and with `text` as the page
/// `about.md`.
fn filtered(attributes: &str, settings: &[(&str, &str)], text: &str) -> Repo {
    let repo = repo();
    repo.write(".gitattributes", attributes);
    for (key, value) in settings {
        repo.git(&["config", key, value]);
    }
    repo.write("about.md", text);
    repo.commit("Add what is broken");
    repo
}

/// Sets an old modification time, so that git has to compare the content of the file.
fn touch(repo: &Repo, path: &str) {
    let then = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = std::fs::File::options().append(true).open(repo.root().join(path));
    file.expect("a file").set_modified(then).expect("our own file");
}

/// Returns a filter command that creates the file `mark` and leaves contents unchanged.
fn noting(mark: &Path) -> String {
    format!("touch {}; cat", mark.display())
}

/// Names of filters. The option `-c` of git cannot set the names that contain `=`.
const NAMES: [&str; 4] = ["x", "a.b", "a=b", "a b=c.d"];

#[test]
fn no_filter_runs_on_an_unchanged_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    for name in NAMES {
        for key in ["clean", "process"] {
            let required = format!("filter.{name}.required");
            let settings =
                [(&*format!("filter.{name}.{key}"), &*noting(&mark)), (&required, "false")];
            let repo = filtered("", &settings, FAULTY);
            // Git reads a name with a space as several attributes, so it does not select a filter
            // with such a name.
            repo.write(".gitattributes", format!("*.md filter={name}\n"));
            touch(&repo, "about.md");
            let _ = std::fs::remove_file(&mark);
            for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
                assert_eq!(rules(&repo.found(options)), [], "{name} {key} {options:?}");
                assert!(!mark.exists(), "{name} {key} {options:?}");
            }
            if !name.contains(' ') {
                // The new content has the same length, so git has to run the filter to compare it.
                repo.write("about.md", "[y](/gone.md)\n");
                assert_eq!(rules(&repo.found(&["--since", "HEAD"])).len(), 1, "{name} {key}");
                assert!(mark.exists(), "or this proves nothing: {name} {key}");
            }
        }
    }
}

/// The content in the commit and the content of the file differ, as they do with encryption and Git LFS.
#[test]
fn a_file_equal_after_its_filter_is_unchanged() {
    let settings = [
        ("filter.upper.clean", "tr a-z A-Z"),
        ("filter.upper.smudge", "tr A-Z a-z"),
        ("filter.upper.required", "true"),
    ];
    let repo = filtered("about.md filter=upper\n", &settings, FAULTY);
    assert_eq!(repo.git(&["cat-file", "-p", "HEAD:about.md"]), FAULTY.to_uppercase());
    touch(&repo, "about.md");
    let summary = stderr(&repo.check(&["--since", "HEAD"]));
    assert!(summary.contains("since HEAD: 0 files changed (0 renamed), 0 deleted"), "{summary}");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), []);
    repo.write("about.md", format!("Again: {FAULTY}"));
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), [("about.md", "link/not-found")]);
    // If a filter fails, git cannot compare the file, so it counts as changed.
    repo.git(&["checkout", "--quiet", "--force", "--", "about.md"]);
    repo.git(&["config", "filter.upper.clean", "false"]);
    touch(&repo, "about.md");
    assert_eq!(rules(&repo.found(&["--since", "HEAD"])), [("about.md", "link/not-found")]);
}

#[test]
fn line_endings_and_encodings_are_compared_by_git_attributes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    let attributes = "*.md text eol=crlf filter=x\nwide.md working-tree-encoding=UTF-16LE\n";
    let repo = filtered(attributes, &[("filter.x.clean", &noting(&mark))], "[x](/gone.md)\r\n");
    let wide: Vec<u8> = "Wide\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.write("wide.md", &wide);
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message", "Add what is wide"]);
    assert_eq!(repo.git(&["cat-file", "-p", "HEAD:about.md"]), FAULTY);
    assert_eq!(repo.git(&["cat-file", "-p", "HEAD:wide.md"]), "Wide\n");
    touch(&repo, "about.md");
    touch(&repo, "wide.md");
    std::fs::remove_file(&mark).expect("git ran it to add the files");
    let summary = stderr(&repo.check(&["--since", "HEAD"]));
    assert!(summary.contains("since HEAD: 0 files changed (0 renamed), 0 deleted"), "{summary}");
    assert!(!mark.exists(), "it is not needed to tell");
}

/// Git's configuration may include a file of the work tree, which a commit can change.
#[test]
fn filters_configured_by_the_work_tree_do_not_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark");
    let own = folder.path().join("own");
    for included in ["../.gitconfig", "../link", "../.git/../conf/x", "../folder/own", "own"] {
        let repo = filtered("*.md filter=x\n", &[("include.path", included)], FAULTY);
        let setting = format!("[filter \"x\"]\n\tclean = \"{}\"\n", noting(&mark));
        repo.write(".gitconfig", &setting);
        repo.write("conf/x", &setting);
        std::fs::write(&own, &setting).expect("a file");
        std::os::unix::fs::symlink(&own, repo.root().join("link")).expect("a link");
        std::os::unix::fs::symlink(folder.path(), repo.root().join("folder")).expect("a link");
        repo.write(".git/own", &setting);
        repo.write("about.md", "[y](/gone.md)\n");
        for options in [["--since", "HEAD"].as_slice(), &["--staged"]] {
            let _ = std::fs::remove_file(&mark);
            let found = repo.found(options);
            // A check of staged pages need not look at the disk.
            let must_run = included == "own" && options != ["--staged"];
            assert!(mark.exists() || !must_run, "{included} {options:?}");
            assert!(!mark.exists() || included == "own", "{included} {options:?}");
            assert_eq!(found.len(), usize::from(options != ["--staged"]), "{included}: {found:?}");
        }
    }
}

#[test]
fn filters_of_the_main_work_tree_do_not_run_in_a_linked_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mark, tree) = (folder.path().join("mark"), folder.path().join("tree"));
    let repo = filtered("*.md filter=x\n", &[("include.path", "../.gitconfig")], FAULTY);
    repo.git(&["worktree", "add", "--quiet", tree.to_str().expect("UTF-8"), "-b", "topic"]);
    repo.write(".gitconfig", format!("[filter \"x\"]\n\tclean = \"{}\"\n", noting(&mark)));
    std::fs::write(tree.join("about.md"), "[y](/gone.md)\n").expect("a file");
    let mut command = git::clean_command(DATELINE);
    command.args(["check", "--since", "HEAD"]).current_dir(&tree);
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(!mark.exists());
}

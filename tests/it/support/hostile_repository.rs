//! A folder of an archive that looks like a bare git repository and can be committed. Its
//! configuration names programs, and each of them creates a file that the tests look for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tempfile::TempDir;

use super::git::{Repo, clean_command};
use super::process::write_program;

/// The names of the hostile programs, which are also the names of the files that they create.
pub const PROGRAMS: [&str; 11] = [
    "alternate",
    "clean",
    "external",
    "fsmonitor",
    "hook",
    "included",
    "lazy-fetch",
    "process",
    "smudge",
    "submodule",
    "textconv",
];

/// The id of an object that does not exist. The configuration names a remote that promises to
/// supply it.
pub const MISSING: &str = "1234567890123456789012345678901234567890";

/// A hostile repository.
pub struct HostileRepository {
    /// The folder of the hostile repository.
    folder: PathBuf,
    /// The folder of the files that the programs create.
    marks: TempDir,
}

impl HostileRepository {
    /// Creates and commits a hostile repository in `below`, a folder of `repo` that already
    /// contains pages.
    pub fn new(repo: &Repo, below: &str) -> Self {
        let folder = repo.root().join(below);
        let hostile = Self { folder, marks: tempfile::tempdir().expect("a folder") };
        let at = |path: &str| format!("{below}/{path}");
        repo.write(
            &at(".gitattributes"),
            "*.md filter=x diff=x\n*.txt filter=p\n*.html filter=i\n",
        );
        repo.write(&at("notes.txt"), "Notes\n");
        repo.write(&at("page.html"), "<p>A page</p>\n");
        repo.write(&at("theme/guide.txt"), "A guide\n");
        hostile.git("theme", &["init", "--quiet"]);
        hostile.git("theme", &["add", "--all"]);
        hostile.git("theme", &["commit", "--quiet", "--message", "Begin"]);
        hostile.git("", &["init", "--quiet", "--initial-branch=main"]);
        hostile.git("", &["add", "--all"]);
        hostile.git("", &["commit", "--quiet", "--message", "Begin"]);
        hostile.git("", &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        hostile.git("theme", &["config", "core.fsmonitor", &hostile.touch("submodule", "true")]);
        hostile.turn_bare();
        repo.git(&["-c", "advice.addEmbeddedRepo=false", "add", "--all", "--force"]);
        repo.git(&["commit", "--quiet", "--no-verify", "--message", "Plant"]);
        hostile
    }

    /// Moves the contents of `.git` into the folder itself. The objects move to another folder,
    /// which is named as an alternate.
    fn turn_bare(&self) {
        let git_dir = self.folder.join(".git");
        for name in ["HEAD", "index", "refs"] {
            std::fs::rename(git_dir.join(name), self.folder.join(name)).expect("moved");
        }
        std::fs::create_dir(self.folder.join("elsewhere")).expect("a folder");
        std::fs::rename(git_dir.join("objects"), self.folder.join("elsewhere/objects"))
            .expect("moved");
        std::fs::remove_dir_all(&git_dir).expect("removed");
        self.write("elsewhere/refs/keep", "");
        let alternate = self.folder.join("elsewhere/objects");
        self.write("objects/info/alternates", &format!("{}\n", alternate.display()));
        self.write("included", &setting("filter", "i", "clean", &self.touch("included", "cat")));
        self.write("config", &self.config());
        for hook in ["pre-commit", "post-checkout", "post-index-change"] {
            let script = format!(
                "#!/bin/sh
{}
",
                self.touch("hook", "true")
            );
            write_program(&self.folder.join("hooks").join(hook), &script);
        }
    }

    fn config(&self) -> String {
        let core = "[core]\nrepositoryformatversion = 1\nbare = false\nworktree = .\n";
        let promise = "[extensions]\npartialClone = far\n[protocol \"ext\"]\nallow = always\n[remote \"far\"]\npromisor = true\n";
        let far =
            format!("url = \"ext::touch {}\"\n", self.marks.path().join("lazy-fetch").display());
        [
            format!("{core}fsmonitor = \"{}\"\n", self.touch("fsmonitor", "true")),
            format!("alternateRefsCommand = \"{}\"\n", self.touch("alternate", "true")),
            format!("[include]\npath = included\n{promise}{far}"),
            format!("[diff]\nexternal = \"{}\"\n", self.touch("external", "true")),
            setting("diff", "x", "textconv", &self.touch("textconv", "cat")),
            setting("filter", "x", "clean", &self.touch("clean", "cat")),
            setting("filter", "x", "smudge", &self.touch("smudge", "cat")),
            setting("filter", "p", "process", &self.touch("process", "false")),
        ]
        .concat()
    }

    /// Returns a command that creates the file of a program and then runs `then`.
    fn touch(&self, name: &str, then: &str) -> String {
        format!("touch {}; {then}", self.marks.path().join(name).display())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn git(&self, below: &str, arguments: &[&str]) {
        let output =
            clean_command("git").args(arguments).current_dir(self.folder.join(below)).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Returns the programs that have run since the last call.
    pub fn fired(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.marks.path()).expect("a folder");
        let fired = entries.map(|entry| {
            let path = entry.expect("an entry").path();
            std::fs::remove_file(&path).expect("a file");
            path.file_name().expect("a name").to_str().expect("UTF-8").to_owned()
        });
        fired.collect()
    }

    /// Sets an old modification time on the pages, so that git has to compare their contents.
    pub fn touch_pages(&self) {
        let then =
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        for path in super::archive::files(&self.folder).keys() {
            let is_page = [".md", ".txt", ".html"].iter().any(|end| path.ends_with(end));
            if is_page {
                let file = std::fs::File::options().append(true).open(self.folder.join(path));
                file.expect("a file").set_modified(then).expect("our own file");
            }
        }
    }

    /// Asserts that git runs every program if it uses the folder as a repository. Without this
    /// check, the tests would prove nothing. The call changes files of the folder.
    pub fn assert_that_all_fire(&self) {
        self.touch_pages();
        self.fired();
        let notes = self.folder.join("notes.txt");
        std::fs::write(notes, "Other notes\n").expect("a file");
        let page = self.folder.join("news/2012/03/25/index.md");
        std::fs::write(page, "Another page\n").expect("a file");
        let mut log = String::new();
        for arguments in [
            &["status"][..],
            &["diff", "HEAD", "--", "news"],
            &["diff", "--no-ext-diff", "HEAD", "--", "news"],
            &["checkout", "--force", "--", "."],
            &["cat-file", "-p", MISSING],
            &["receive-pack", "--advertise-refs", "."],
        ] {
            let mut git = clean_command("git");
            git.args(arguments).current_dir(&self.folder);
            let output = git.env("GIT_DIR", ".").env("GIT_WORK_TREE", ".").output();
            log += &String::from_utf8_lossy(&output.expect("git runs").stderr);
        }
        let expected: BTreeSet<String> = PROGRAMS.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(self.fired(), expected, "what never fires proves nothing: {log}");
    }
}

/// Returns a section of a git configuration in which `key` is set to a command.
fn setting(section: &str, name: &str, key: &str, command: &str) -> String {
    format!("[{section} \"{name}\"]\n{key} = \"{command}\"\n")
}

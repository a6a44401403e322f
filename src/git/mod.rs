//! Reads an archive from git: the files of a commit or of the index, their contents, and changes to
//! them.
//!
//! This module runs the `git` program, which supports every repository format. It does not write to
//! the repository or fetch anything.

#![expect(
    clippy::disallowed_methods,
    reason = "git is the only program that Dateline runs, and its name is fixed"
)]

mod blobs;
mod error;
mod filters;
mod locate;
mod parse;
mod program;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::discover::work_trees;
use filters::Filters;
use program::{command, feed, first_line, path_of, run, words};

pub use blobs::{BlobError, Blobs};
pub use error::GitError;
pub use parse::{Change, ChangeKind, EntryKind, Overlooked, TreeEntry};

/// The two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against<'a> {
    /// The files on the disk, compared with this commit or tree.
    WorkTree(&'a str),
    /// The index, compared with this commit or tree.
    Index(&'a str),
    /// The files on the disk, compared with the index.
    WorkTreeIndex,
}

/// The repository that contains an archive.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The top of the work tree, in which git runs.
    top: PathBuf,
    /// The git directory.
    git_dir: PathBuf,
    /// The path of the archive's root relative to the top, with `/` at the end. Empty if the root
    /// is the top.
    prefix: String,
    /// The content filters that are configured.
    filters: Filters,
    /// The content filters that are set in a file of the work tree, which a commit can change.
    foreign: Filters,
}

impl Repository {
    /// Opens the repository that contains `root`, which must be canonical. `top` is the folder of
    /// the nearest `.git`, if there is one.
    ///
    /// # Errors
    /// Returns a [`GitError`] if git is not installed, if there is no repository, or if the
    /// repository must not be trusted.
    pub fn open(root: &Path, top: Option<&Path>) -> Result<Self, GitError> {
        let fail = |reason: String| GitError::NoRepository { path: root.to_owned(), reason };
        // When git runs a hook, it sets `GIT_DIR` to the repository. The path is relative to the
        // folder in which the hook starts.
        let told = std::env::var_os("GIT_DIR").map(PathBuf::from);
        let (from, named) = match (told, top) {
            (Some(told), _) => locate::told(&told, root, top)?,
            (None, Some(top)) => (top.to_owned(), locate::git_dir(top)?),
            (None, None) => {
                return Err(fail("no `.git` found here or in any parent folder".to_owned()));
            }
        };
        let ask = |what: &str| {
            let mut command = command(&from, &["rev-parse", what]);
            command.env("GIT_DIR", &named);
            let output = run(command)?;
            let path = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
            if output.status.success() { Ok(path_of(path)) } else { Err(fail(words(&output))) }
        };
        let (top, git_dir) = (ask("--show-toplevel")?, ask("--absolute-git-dir")?);
        let canonical = std::fs::canonicalize(&top).map_err(GitError::Io)?;
        let Some(prefix) = root.strip_prefix(canonical).ok().and_then(Path::to_str) else {
            return Err(fail(format!("the repository's work tree is {}", top.display())));
        };
        let mut prefix = prefix.replace(std::path::MAIN_SEPARATOR, "/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        let (filters, foreign) = (Filters::default(), Filters::default());
        let repository = Self { top, git_dir, prefix, filters, foreign };
        repository.with_its_filters()
    }

    /// Adds the configured content filters.
    fn with_its_filters(self) -> Result<Self, GitError> {
        // The git directory of a linked work tree or a submodule is inside another work tree, so
        // include that work tree.
        let real = |path| std::fs::canonicalize(path).map_err(GitError::Io);
        let mut trees = vec![self.top.clone(), real(&self.top)?];
        trees.extend(work_trees(&real(&self.git_dir)?).next().map(Path::to_path_buf));
        let query = self.with_filters(&filters::QUERY);
        let (filters, foreign) = Filters::configured(query, &self.top, &trees)?;
        Ok(Self { filters, foreign, ..self })
    }

    /// Returns the id of a commit. If `revision` ends with `...`, returns the id of the merge base
    /// of that commit and `HEAD`, as in the syntax of `git diff`.
    ///
    /// # Errors
    /// Returns [`GitError::NoCommit`], [`GitError::NoCommonAncestor`], or the error if git fails.
    pub fn commit(&self, revision: &str) -> Result<String, GitError> {
        let Some(fork) = revision.strip_suffix("...") else {
            return self.commit_of(self.verify(revision)?, revision);
        };
        let (theirs, ours) = (self.commit(fork)?, self.commit("HEAD")?);
        let output = run(self.command(&["merge-base", &theirs, &ours]))?;
        let id = first_line(&output.stdout);
        if !output.status.success() || id.is_empty() {
            let is_shallow = self.is_shallow();
            return Err(GitError::NoCommonAncestor { revision: fork.to_owned(), is_shallow });
        }
        Ok(id)
    }

    /// Returns the id of the current commit, or of the empty tree if there is no commit yet.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn head(&self) -> Result<String, GitError> {
        match self.verify("HEAD")? {
            None => Ok(first_line(&self.ask(&["hash-object", "-t", "tree", "--stdin"])?)),
            found => self.commit_of(found, "HEAD"),
        }
    }

    /// Returns the id of the commit `object`, or of the commit that the tag `object` points to.
    /// `revision` is the name that the user gave.
    fn commit_of(&self, object: Option<String>, revision: &str) -> Result<String, GitError> {
        let unknown = || {
            let is_shallow = self.is_shallow();
            GitError::NoCommit { revision: revision.to_owned(), is_shallow }
        };
        let object = object.ok_or_else(unknown)?;
        self.verify(&format!("{object}^{{commit}}"))?.ok_or_else(unknown)
    }

    /// Returns whether the repository is a shallow clone.
    fn is_shallow(&self) -> bool {
        let answer = self.ask(&["rev-parse", "--is-shallow-repository"]);
        answer.is_ok_and(|answer| answer.trim_ascii() == b"true")
    }

    /// Returns the id of the object with this name, or `None` if no object has the name.
    fn verify(&self, name: &str) -> Result<Option<String>, GitError> {
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
        let output = run(self.command(&arguments))?;
        let id = first_line(&output.stdout);
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok((output.status.success() && is_id).then_some(id))
    }

    /// Returns the files below the archive's root in a commit or tree, sorted by the bytes of their
    /// paths.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn files(&self, tree: &str) -> Result<Vec<TreeEntry>, GitError> {
        let output = self.ask_below(&["ls-tree", "-r", "-z", "--full-tree", tree])?;
        Ok(parse::tree(&output, &self.prefix))
    }

    /// Returns the changes below the archive's root, with renames detected.
    ///
    /// # Errors
    /// Returns an error if git fails. For [`Against::Index`], returns [`GitError::Conflict`] if the
    /// index contains merge conflicts.
    pub fn changes(&self, against: Against<'_>) -> Result<Vec<Change>, GitError> {
        // Override user settings, which could change the output or run programs.
        let mut arguments = vec!["diff", "--raw", "-z", "--no-abbrev", "--no-ext-diff"];
        arguments.extend(["--no-textconv", "--no-color", "--no-relative", "-O/dev/null"]);
        arguments.extend(["--ignore-submodules=dirty", "--find-renames"]);
        match against {
            Against::WorkTree(tree) => arguments.push(tree),
            Against::Index(tree) => arguments.extend(["--cached", tree]),
            Against::WorkTreeIndex => {}
        }
        let output = self.ask_below(&arguments).or_else(|error| {
            // Try again without detecting renames. For these, git needs file contents, which a
            // partial clone may lack.
            arguments.push("--no-renames");
            self.ask_below(&arguments).map_err(|_| error)
        })?;
        let mut changes = parse::changes(&output, &self.prefix);
        if !matches!(against, Against::Index(_)) {
            self.drop_touched(&mut changes);
        }
        let conflict = changes.iter().find(|change| change.kind == ChangeKind::Conflict);
        match (against, conflict) {
            (Against::Index(_), Some(change)) => {
                Err(GitError::Conflict { path: change.path.clone() })
            }
            _ => Ok(changes),
        }
    }

    /// Drops changes of files with a new modification time but the same content. Git could detect
    /// this itself, but it would then update its index. Content filters run only on files whose
    /// unfiltered content differs.
    fn drop_touched(&self, changes: &mut Vec<Change>) {
        let arguments = ["hash-object", "--stdin-paths"];
        self.drop_same(changes, self.command(&arguments));
        if !self.filters.are_within(&self.foreign) {
            self.drop_same(changes, self.with_filters(&arguments));
        }
    }

    /// Drops the changes of those files on the disk whose id, as printed by `command`, equals the
    /// old id.
    fn drop_same(&self, changes: &mut Vec<Change>, command: Command) {
        let may_be_touched = |change: &Change| {
            let on_disk = parse::is_nothing(change.new.id.as_bytes());
            let is_file = change.was == EntryKind::File && change.new.kind == EntryKind::File;
            change.kind == ChangeKind::Modified && is_file && on_disk
        };
        // Git also treats a named pipe as a file, and would wait for input from it.
        let is_regular = |path: &[u8]| {
            let found = std::fs::symlink_metadata(self.top.join(path_of(path)));
            found.is_ok_and(|found| found.is_file())
        };
        let mut paths = Vec::new();
        let mut asked = Vec::with_capacity(changes.len());
        for change in changes.iter() {
            let path = [self.prefix.as_bytes(), &change.new.path].concat();
            let is_asked = may_be_touched(change) && is_regular(&path);
            asked.push(is_asked);
            if is_asked {
                paths.extend(parse::quoted(&path).bytes().chain([b'\n']));
            }
        }
        if paths.is_empty() {
            return;
        }
        // If git fails, for example because a file has been deleted in the meantime, all files
        // count as changed.
        let Ok(output) = feed(command, &paths) else { return };
        let output = String::from_utf8_lossy(&output).into_owned();
        let (mut ids, mut asked) = (output.lines(), asked.into_iter());
        changes.retain(|change| asked.next() != Some(true) || ids.next() != change.old.as_deref());
    }

    /// Returns the files in the index that git does not compare with the disk.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn overlooked(&self) -> Result<Overlooked, GitError> {
        let output = self.ask_below(&["ls-files", "-v", "-z", "--full-name"])?;
        Ok(parse::overlooked(&output, &self.prefix))
    }

    /// Returns the files in the index that the ignore patterns match, relative to the archive's root.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn tracked_but_ignored(&self) -> Result<Vec<String>, GitError> {
        let arguments =
            ["ls-files", "-z", "--full-name", "--cached", "--ignored", "--exclude-standard"];
        Ok(parse::paths(&self.ask_below(&arguments)?, &self.prefix))
    }

    /// Returns the files in the index below the archive's root, sorted by the bytes of their paths.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn index(&self) -> Result<Vec<TreeEntry>, GitError> {
        let output = self.ask_below(&["ls-files", "--stage", "-z", "--full-name"])?;
        Ok(parse::index(&output, &self.prefix))
    }

    /// Returns the `.gitignore` files in the index, relative to the archive's root. Returns `None` if there may be
    /// files that git does not track, other than those that a `.gitignore` matches.
    ///
    /// # Errors
    /// Returns an error if git cannot be run.
    pub fn ignore_files_if_all_are_tracked(&self) -> Result<Option<Vec<String>>, GitError> {
        // One command for both, because git takes long to read a large index.
        let settings = ["-c", "core.ignoreCase=false", "-c", "advice.sparseIndexExpanded=false"];
        let query = ["ls-files", "-t", "-z", "--full-name", "--cached", "--others"];
        let ignored = ["--exclude-per-directory=.gitignore"];
        let arguments = [&settings[..], &query, &ignored].concat();
        let output = run(self.command(&self.limited(&arguments)))?;
        // Git writes a warning if it cannot read a folder. A hint would look like one.
        let is_certain = output.status.success() && output.stderr.is_empty();
        Ok(is_certain.then(|| parse::tracked_ignore_files(&output.stdout, &self.prefix)).flatten())
    }

    /// Returns whether git may convert the contents of these files, so that they differ between the index and the disk.
    /// The paths are relative to the archive's root.
    ///
    /// # Errors
    /// Returns an error if git fails.
    pub fn may_convert(&self, paths: &BTreeSet<String>) -> Result<bool, GitError> {
        let query = ["config", "--get-regexp", "^core\\.(autocrlf|eol)$"];
        if !run(self.command(&query))?.stdout.is_empty() {
            return Ok(true);
        }
        let attributes = ["text", "crlf", "eol", "ident", "filter", "working-tree-encoding"];
        let command = [&["check-attr", "-z", "--stdin"][..], &attributes].concat();
        let names = paths.iter().flat_map(|path| [&*self.prefix, path, "\0"]).collect::<String>();
        let output = feed(self.command(&command), names.as_bytes()).map_err(GitError::Io)?;
        // Git answers with the path, the attribute and its value.
        let mut values = output.split(|byte| *byte == 0).skip(2).step_by(3);
        Ok(values.any(|value| value != b"unspecified"))
    }

    /// Returns a reader for the contents of objects.
    #[must_use]
    pub fn blobs(&self) -> Blobs {
        Blobs::new(self.command(&["cat-file", "--batch"]))
    }

    /// Runs git on the files below the archive's root and returns its output.
    fn ask_below(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        self.ask(&self.limited(arguments))
    }

    /// Adds the path that limits a command to the archive's root.
    fn limited<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = arguments.to_vec();
        arguments.push("--");
        if !self.prefix.is_empty() {
            arguments.push(&self.prefix);
        }
        arguments
    }

    /// Returns a git command for this repository that runs no content filters.
    fn command(&self, arguments: &[&str]) -> Command {
        self.call(&self.filters, arguments)
    }

    /// Returns a git command for this repository that runs the configured content filters, except
    /// those that a commit can change.
    fn with_filters(&self, arguments: &[&str]) -> Command {
        self.call(&self.foreign, arguments)
    }

    fn call(&self, without: &Filters, arguments: &[&str]) -> Command {
        let mut command = command(&self.top, &[]);
        without.switch_off(&mut command);
        command.args(arguments);
        command.env("GIT_DIR", &self.git_dir).env("GIT_WORK_TREE", &self.top);
        command
    }

    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = run(self.command(arguments))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let command = arguments.first().copied().unwrap_or_default().to_owned();
        Err(GitError::Failed { command, reason: words(&output) })
    }
}

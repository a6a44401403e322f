//! Reads an archive from git: the files of a commit or of the index, their contents, and what changed.
//! It runs the `git` program, which supports every repository format. It neither writes to the repository
//! nor fetches anything.

#![expect(
    clippy::disallowed_methods,
    reason = "this module owns the one program that is run: git, whose name nobody can change"
)]

mod blobs;
mod error;
mod filters;
mod locate;
mod parse;
mod program;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::discover::work_trees;
use filters::Filters;
use program::{command, feed, first_line, path_of, run, words};

pub use blobs::{BlobError, Blobs};
pub use error::GitError;
pub use parse::{Change, ChangeKind, EntryKind, Overlooked, TreeEntry};

/// With what the files of a commit are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against<'a> {
    /// The files on the disk, with this commit or tree.
    WorkTree(&'a str),
    /// What is staged, with this commit or tree.
    Index(&'a str),
    /// The files on the disk, with what is staged.
    WorkTreeIndex,
}

/// The repository around an archive.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The top of its work tree: where git is run.
    top: PathBuf,
    /// The repository itself.
    git_dir: PathBuf,
    /// The archive's root below the top, with `/` at its end; empty if it is the top.
    prefix: String,
    /// All filters of contents, and those that a commit can configure.
    filters: Filters,
    foreign: Filters,
}

impl Repository {
    /// Opens the repository around `root`, which must be canonical. `top` is the folder of the nearest
    /// `.git`, if there is one.
    ///
    /// # Errors
    /// [`GitError`]: there is no git, no repository, or it must not be trusted.
    pub fn open(root: &Path, top: Option<&Path>) -> Result<Self, GitError> {
        let fail = |reason: String| GitError::NoRepository { path: root.to_owned(), reason };
        // A hook is told its repository by variables, relative to the folder that it is started in.
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

    /// The same, with what is known of filters.
    fn with_its_filters(self) -> Result<Self, GitError> {
        // The configuration of a linked work tree and of a submodule lies in another work tree.
        let real = |path| std::fs::canonicalize(path).map_err(GitError::Io);
        let mut trees = vec![self.top.clone(), real(&self.top)?];
        trees.extend(work_trees(&real(&self.git_dir)?).next().map(Path::to_path_buf));
        let query = self.with_filters(&filters::QUERY);
        let (filters, foreign) = Filters::configured(query, &self.top, &trees)?;
        Ok(Self { filters, foreign, ..self })
    }

    /// The id of a commit; of one with `...` behind it, of the last one that it has in common with
    /// `HEAD`, as `git diff` reads it.
    ///
    /// # Errors
    /// [`GitError::NoCommit`], [`GitError::NoCommonAncestor`], or what git fails with.
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

    /// The id of the present commit, or of the empty tree before the first one.
    ///
    /// # Errors
    /// What git fails with.
    pub fn head(&self) -> Result<String, GitError> {
        match self.verify("HEAD")? {
            None => Ok(first_line(&self.ask(&["hash-object", "-t", "tree", "--stdin"])?)),
            found => self.commit_of(found, "HEAD"),
        }
    }

    /// The commit that an object is, or that a tag names; `revision` is what was asked for.
    fn commit_of(&self, object: Option<String>, revision: &str) -> Result<String, GitError> {
        let unknown = || {
            let is_shallow = self.is_shallow();
            GitError::NoCommit { revision: revision.to_owned(), is_shallow }
        };
        let object = object.ok_or_else(unknown)?;
        self.verify(&format!("{object}^{{commit}}"))?.ok_or_else(unknown)
    }

    /// Whether the clone lacks a part of its history.
    fn is_shallow(&self) -> bool {
        let answer = self.ask(&["rev-parse", "--is-shallow-repository"]);
        answer.is_ok_and(|answer| answer.trim_ascii() == b"true")
    }

    /// The id of the object that a name stands for, if it does.
    fn verify(&self, name: &str) -> Result<Option<String>, GitError> {
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
        let output = run(self.command(&arguments))?;
        let id = first_line(&output.stdout);
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok((output.status.success() && is_id).then_some(id))
    }

    /// The files of a commit or tree below the archive's root, in order of their paths' bytes.
    ///
    /// # Errors
    /// What git fails with.
    pub fn files(&self, tree: &str) -> Result<Vec<TreeEntry>, GitError> {
        let output = self.ask_below(&["ls-tree", "-r", "-z", "--full-tree", tree])?;
        Ok(parse::tree(&output, &self.prefix))
    }

    /// What differs below the archive's root, renames found.
    ///
    /// # Errors
    /// What git fails with; [`GitError::Conflict`], if something that is to be staged is not settled.
    pub fn changes(&self, against: Against<'_>) -> Result<Vec<Change>, GitError> {
        // Settings of the user change what is shown, and could run a program of theirs.
        let mut arguments = vec!["diff", "--raw", "-z", "--no-abbrev", "--no-ext-diff"];
        arguments.extend(["--no-textconv", "--no-color", "--no-relative", "-O/dev/null"]);
        arguments.extend(["--ignore-submodules=dirty", "--find-renames"]);
        match against {
            Against::WorkTree(tree) => arguments.push(tree),
            Against::Index(tree) => arguments.extend(["--cached", tree]),
            Against::WorkTreeIndex => {}
        }
        let output = self.ask_below(&arguments).or_else(|error| {
            // To find what was renamed takes contents, which a partial clone may lack.
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

    /// Drops the changes of files that were touched and are as they were. Git would tell them apart
    /// itself, but then it notes what it saw in its index. Filters run only on files that differ
    /// without them.
    fn drop_touched(&self, changes: &mut Vec<Change>) {
        let arguments = ["hash-object", "--stdin-paths"];
        self.drop_same(changes, self.command(&arguments));
        if !self.filters.are_within(&self.foreign) {
            self.drop_same(changes, self.with_filters(&arguments));
        }
    }

    /// Drops the changes of files on the disk whose ids, as `command` prints them, are the old ones.
    fn drop_same(&self, changes: &mut Vec<Change>, command: Command) {
        let may_be_touched = |change: &Change| {
            let on_disk = parse::is_nothing(change.new.id.as_bytes());
            let is_file = change.was == EntryKind::File && change.new.kind == EntryKind::File;
            change.kind == ChangeKind::Modified && is_file && on_disk
        };
        // For git also a pipe is a file, and it would wait for what comes out of it.
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
        // If it fails, as for a file that is gone by now, all of them count as changed.
        let Ok(output) = feed(command, &paths) else { return };
        let output = String::from_utf8_lossy(&output).into_owned();
        let (mut ids, mut asked) = (output.lines(), asked.into_iter());
        changes.retain(|change| asked.next() != Some(true) || ids.next() != change.old.as_deref());
    }

    /// The files of the index that git does not look at on the disk.
    ///
    /// # Errors
    /// What git fails with.
    pub fn overlooked(&self) -> Result<Overlooked, GitError> {
        let output = self.ask_below(&["ls-files", "-v", "-z", "--full-name"])?;
        Ok(parse::overlooked(&output, &self.prefix))
    }

    /// The contents of objects.
    #[must_use]
    pub fn blobs(&self) -> Blobs {
        Blobs::new(self.command(&["cat-file", "--batch"]))
    }

    /// Asks about the files below the archive's root.
    fn ask_below(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let mut arguments = arguments.to_vec();
        arguments.push("--");
        if !self.prefix.is_empty() {
            arguments.push(&self.prefix);
        }
        self.ask(&arguments)
    }

    /// Returns a call of git in this repository that runs no filter of contents.
    fn command(&self, arguments: &[&str]) -> Command {
        self.call(&self.filters, arguments)
    }

    /// Returns a call of git that filters contents as the repository and its user configured it.
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

//! What git knows of an archive: the files of a commit or of the index, their contents, and what
//! changed. Asked of the `git` program, which reads every repository that there is; nothing is
//! written to the repository, and nothing fetched.

#![expect(
    clippy::disallowed_methods,
    reason = "this module owns the one program that is run: git, whose name nobody can change"
)]

mod blobs;
mod parse;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use blobs::Blobs;
pub use parse::{Change, ChangeKind, Entry, Kind, Overlooked};

/// Why git did not say what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("there is no `git` program: --since and --staged ask it what changed")]
    Missing,
    /// The program cannot be started or talked to.
    #[error("cannot run git: {0}")]
    Io(io::Error),
    /// The archive is in no repository that git would open.
    #[error("{path} is in no git repository: {reason}")]
    NoRepository {
        /// The archive's root.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// There is no such commit.
    #[error("git knows no commit {revision:?}; a shallow clone must fetch it first")]
    NoCommit {
        /// The revision as it was given.
        revision: String,
    },
    /// The revision and the present commit have no common ancestor here.
    #[error("{revision:?} and HEAD have no common ancestor; a shallow clone must fetch more")]
    NoCommonAncestor {
        /// The revision as it was given, without its dots.
        revision: String,
    },
    /// A merge is not settled, so that nothing is staged for some paths.
    #[error("{path} is in conflict: settle the merge and stage it first")]
    Conflict {
        /// The first such path, relative to the archive's root.
        path: String,
    },
    /// A command failed.
    #[error("`git {command}` failed: {reason}")]
    Failed {
        /// The command.
        command: String,
        /// What git says.
        reason: String,
    },
}

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
    /// The archive's root below it, with `/` at its end; empty if it is the top.
    prefix: String,
    /// Where the repository itself is, if variables say so: from the folder that the program runs in.
    told: Option<PathBuf>,
}

impl Repository {
    /// The repository that `root`, which must be canonical, is in.
    ///
    /// # Errors
    /// [`GitError`]: there is no git, no repository, or git refuses to open it.
    pub fn open(root: &Path) -> Result<Self, GitError> {
        // A hook is told its repository by variables, and then the folder it is started in is the top:
        // from a folder below, git would take that one for the top.
        let is_told = std::env::var_os("GIT_DIR").is_some();
        let from = if is_told { Path::new(".") } else { root };
        let fail = |reason: String| GitError::NoRepository { path: root.to_owned(), reason };
        let ask = |what: &str| {
            let output = run(command(from, &["rev-parse", what]))?;
            let path = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
            if output.status.success() { Ok(path_of(path)) } else { Err(fail(words(&output))) }
        };
        let top = std::fs::canonicalize(ask("--show-toplevel")?).map_err(GitError::Io)?;
        let told = if is_told { Some(ask("--absolute-git-dir")?) } else { None };
        let Some(prefix) = root.strip_prefix(&top).ok().and_then(Path::to_str) else {
            return Err(fail(format!("the repository's files are in {}", top.display())));
        };
        let mut prefix = prefix.replace(std::path::MAIN_SEPARATOR, "/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Ok(Self { top, prefix, told })
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
            return Err(GitError::NoCommonAncestor { revision: fork.to_owned() });
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
        let unknown = || GitError::NoCommit { revision: revision.to_owned() };
        let object = object.ok_or_else(unknown)?;
        self.verify(&format!("{object}^{{commit}}"))?.ok_or_else(unknown)
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
    pub fn files(&self, tree: &str) -> Result<Vec<Entry>, GitError> {
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
        if matches!(against, Against::WorkTree(_)) {
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
    /// itself, but then it notes what it saw in its index.
    fn drop_touched(&self, changes: &mut Vec<Change>) {
        let may_be_touched = |change: &Change| {
            let on_disk = parse::is_nothing(change.new.id.as_bytes());
            change.kind == ChangeKind::Modified && change.new.kind == Kind::File && on_disk
        };
        let mut paths = Vec::new();
        for change in changes.iter().filter(|change| may_be_touched(change)) {
            let path = [self.prefix.as_bytes(), &change.new.path].concat();
            paths.extend(parse::quoted(&path).bytes().chain([b'\n']));
        }
        if paths.is_empty() {
            return;
        }
        // If it fails, as for a file that is gone by now, all of them count as changed.
        let command = self.command(&["hash-object", "--stdin-paths"]);
        let Ok(output) = feed(command, &paths) else { return };
        let output = String::from_utf8_lossy(&output).into_owned();
        let mut ids = output.lines();
        changes.retain(|change| !may_be_touched(change) || ids.next() != change.old.as_deref());
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

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.top, arguments);
        if let Some(told) = &self.told {
            command.env("GIT_DIR", told).env("GIT_WORK_TREE", &self.top);
        }
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

/// Git in a folder, so that it neither writes nor fetches nor asks, and takes paths as they are.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
        .args(["-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=false"])
        .args(arguments)
        .env_remove("GIT_GLOB_PATHSPECS")
        .env_remove("GIT_ICASE_PATHSPECS")
        .env_remove("GIT_NOGLOB_PATHSPECS")
        // Of the two, older versions know only the second.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    command
}

fn run(mut command: Command) -> Result<Output, GitError> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Io(error),
    })
}

/// Runs git with something on its standard input; what it prints.
fn feed(mut command: Command, input: &[u8]) -> io::Result<Vec<u8>> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // It answers while it is still asked, and neither side may wait for the other. An error of
        // the writer shows as answers that are missing.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(io::ErrorKind::Other.into()) }
    })
}

/// What git says first on standard error, without its own prefix.
fn words(output: &Output) -> String {
    let said = first_line(&output.stderr);
    let said = said.trim();
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    if said.is_empty() { format!("it ended with {}", output.status) } else { said.to_owned() }
}

fn first_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().next().unwrap_or_default().to_owned()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

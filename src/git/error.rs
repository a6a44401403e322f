//! Why git did not say what it was asked.

use std::io;
use std::path::PathBuf;

/// Why git did not say what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("`git` was not found; --since and --staged need it")]
    Missing,
    /// The program cannot be started or talked to.
    #[error("cannot run git: {0}")]
    Io(io::Error),
    /// The archive is in no repository that git would open.
    #[error("{path} is not in a git repository: {reason}")]
    NoRepository {
        /// The archive's root.
        path: PathBuf,
        /// What git says.
        reason: String,
    },
    /// The nearest `.git` above the archive leads to no repository.
    #[error("{} is not a git repository: {reason}", path.display())]
    Unusable {
        /// The `.git`.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The environment names something else than a repository, or one that must not be trusted.
    #[error("refusing to open the repository that `GIT_DIR` names, {path:?}: {reason}")]
    Told {
        /// What it names.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The repository belongs to another user, whose configuration could run programs.
    #[error(
        "detected dubious ownership in repository at '{}': {} belongs to another user; if you trust \
         them, run `git config --global --add safe.directory '{}'`",
        top.display(), path.display(), top.display()
    )]
    DubiousOwnership {
        /// The top of its work tree.
        top: PathBuf,
        /// What belongs to somebody else.
        path: PathBuf,
    },
    /// There is no such commit.
    #[error("unknown commit {revision:?}{}", if *.is_shallow { "; in a shallow clone, fetch the commit first" } else { "" })]
    NoCommit {
        /// The revision as it was given.
        revision: String,
        /// Whether the clone lacks a part of its history.
        is_shallow: bool,
    },
    /// The revision and the present commit have no common ancestor here.
    #[error("{revision:?} and HEAD have no common ancestor{}", if *.is_shallow { "; in a shallow clone, fetch more of the history" } else { "" })]
    NoCommonAncestor {
        /// The revision as it was given, without its dots.
        revision: String,
        /// Whether the clone lacks a part of its history.
        is_shallow: bool,
    },
    /// A merge is not settled, so that nothing is staged for some paths.
    #[error("{path} has merge conflicts: resolve them and stage it first")]
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

//! Errors from git and about its repositories.

use std::io;
use std::path::PathBuf;

/// An error from git or about a repository.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// The `git` program was not found.
    #[error("`git` was not found")]
    Missing,
    /// Git cannot be started, or its input or output fails.
    #[error("cannot run git: {0}")]
    Io(io::Error),
    /// The archive is not in a repository that git opens.
    #[error("{path} is not in a git repository: {reason}")]
    NoRepository {
        /// The root of the archive.
        path: PathBuf,
        /// The error message.
        reason: String,
    },
    /// The nearest `.git` above the archive does not lead to a repository.
    #[error("{} is not a git repository: {reason}", path.display())]
    Unusable {
        /// The path of the `.git`.
        path: PathBuf,
        /// The reason why the `.git` does not lead to a repository.
        reason: String,
    },
    /// `GIT_DIR` does not name a repository, or names a repository that must not be trusted.
    #[error("refusing to open the repository that `GIT_DIR` names, {path:?}: {reason}")]
    Told {
        /// The value of `GIT_DIR`.
        path: PathBuf,
        /// The reason why the repository is refused.
        reason: String,
    },
    /// The repository belongs to another user, and its configuration could run programs.
    #[error(
        "detected dubious ownership in repository at '{}': {} belongs to another user; if you trust \
         them, run `git config --global --add safe.directory '{}'`",
        top.display(), path.display(), top.display()
    )]
    DubiousOwnership {
        /// The top of the repository's work tree.
        top: PathBuf,
        /// The path that belongs to another user.
        path: PathBuf,
    },
    /// The repository does not contain the commit.
    #[error("unknown commit {revision:?}{}", if *.is_shallow { "; in a shallow clone, fetch the commit first" } else { "" })]
    NoCommit {
        /// The revision as given by the user.
        revision: String,
        /// Whether the repository is a shallow clone.
        is_shallow: bool,
    },
    /// The revision and the current commit have no common ancestor in this clone.
    #[error("{revision:?} and HEAD have no common ancestor{}", if *.is_shallow { "; in a shallow clone, fetch more of the history" } else { "" })]
    NoCommonAncestor {
        /// The revision as given by the user, without the dots at its end.
        revision: String,
        /// Whether the repository is a shallow clone.
        is_shallow: bool,
    },
    /// A path has merge conflicts, so no version of it is staged.
    #[error("{path} has merge conflicts: resolve them, and stage the file first")]
    Conflict {
        /// The first path with conflicts, relative to the archive's root.
        path: String,
    },
    /// A git command failed.
    #[error("`git {command}` failed: {reason}")]
    Failed {
        /// The name of the git command.
        command: String,
        /// The error message of git.
        reason: String,
    },
}

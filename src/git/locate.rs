//! Finds the repository to which a `.git` leads, and checks that its owner can be trusted.
//!
//! When git discovers a repository, it looks at every parent folder and accepts any folder that
//! looks like a bare repository. Anyone can commit such a folder, with a configuration that runs
//! programs. Dateline therefore does not let git discover a repository. It reads the path of the
//! repository from a `.git`, which no commit can contain, and passes that path to git. Git checks
//! owners only when it discovers a repository, so this module checks them instead.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::program::{path_of, run, words};
use crate::config::discover::{GIT, work_trees};

/// The maximum number of bytes to read from a `.git` file.
const MAX_LINK: u64 = 64 * 1024;

/// Returns the repository of the work tree at `top`, which must contain a `.git`. The path is
/// absolute or relative to `top`.
///
/// # Errors
/// Returns an error if the `.git` does not lead to a repository, or if another user owns `top`, the
/// `.git` or the repository.
pub(super) fn git_dir(top: &Path) -> Result<PathBuf, GitError> {
    let link = top.join(GIT);
    let found = follow(&link)?;
    check_owners(top, &[&link, top, &found])?;
    Ok(readable(found, Path::new(GIT)))
}

/// Returns the folder in which to run git, and the path of the repository that `GIT_DIR` names.
/// `told` is the value of `GIT_DIR`, relative to the current directory. `root` is the root of the
/// archive, and `top` is the folder of the nearest `.git` above it, if there is one.
///
/// With `GIT_DIR`, git uses the current directory as the work tree by default, which is wrong in a
/// subfolder of the work tree. `GIT_DIR` may name the same repository as the nearest `.git`, for
/// example in a hook of a linked work tree. In this case, git runs in the folder of that `.git`.
///
/// # Errors
/// Returns an error if `GIT_DIR` does not name a repository, or if a commit could contain the
/// repository.
pub(super) fn told(
    told: &Path,
    root: &Path,
    top: Option<&Path>,
) -> Result<(PathBuf, PathBuf), GitError> {
    let refused = |reason| GitError::Told { path: told.to_owned(), reason };
    let found = follow(told).map_err(|error| match error {
        GitError::Unusable { reason, .. } => refused(reason),
        other => other,
    })?;
    if let Some(top) = top.filter(|top| follow(&top.join(GIT)).is_ok_and(|path| path == found)) {
        return Ok((top.to_owned(), readable(found, Path::new(GIT))));
    }
    // Hooks of a push run with `GIT_DIR=.`. If a hook changes to another folder, `.` names that
    // folder, which could come from a commit.
    let here = std::fs::canonicalize(".").map_err(GitError::Io)?;
    let beside = named_work_tree().unwrap_or(here);
    if is_committed(&found)
        || is_committable(&found, top.unwrap_or(root))
        || is_committable(&found, &beside)
    {
        return Err(refused(
            "a commit could contain this folder, because it is in the archive or the current \
             directory; unset `GIT_DIR`"
                .to_owned(),
        ));
    }
    Ok((PathBuf::from("."), readable(found, told)))
}

/// Returns the work tree that `GIT_WORK_TREE` names. If there is one, git does not use the current
/// directory as the work tree.
fn named_work_tree() -> Option<PathBuf> {
    std::env::var_os("GIT_WORK_TREE").and_then(|tree| std::fs::canonicalize(tree).ok())
}

/// Returns whether a path can be in a commit of any repository whose work tree contains it.
fn is_committed(path: &Path) -> bool {
    work_trees(path).any(|tree| is_committable(path, tree))
}

/// Returns whether a commit can contain a path. This is the case if the path is inside the work
/// tree `tree`, is `tree` itself or is a parent of it, unless it is inside a `.git`.
pub(super) fn is_committable(path: &Path, tree: &Path) -> bool {
    let is_in_git = |path: &Path| path.iter().any(|name| name == GIT);
    match path.strip_prefix(tree) {
        Ok(below) if !below.as_os_str().is_empty() => !is_in_git(below),
        _ => tree.starts_with(path) && !is_in_git(path),
    }
}

/// Returns the canonical path of a repository. `link` is the repository itself, or a file that
/// contains its path.
fn follow(link: &Path) -> Result<PathBuf, GitError> {
    let unusable =
        |reason: &str| GitError::Unusable { path: link.to_owned(), reason: reason.to_owned() };
    let kind = std::fs::metadata(link).map_err(|error| unusable(&error.to_string()))?;
    let named = if kind.is_dir() {
        link.to_owned()
    } else if kind.is_file() {
        let text = read(link).map_err(|error| unusable(&error.to_string()))?;
        let path = target(&text).ok_or_else(|| unusable("it does not begin with `gitdir: `"))?;
        link.parent().unwrap_or(link).join(path)
    } else {
        return Err(unusable("it is neither a folder nor a regular file"));
    };
    std::fs::canonicalize(&named)
        .map_err(|error| unusable(&format!("{}: {error}", named.display())))
}

/// Returns a path that git can read. This is the canonical path on Unix, and `given` on other
/// systems, where git cannot read all canonical paths.
fn readable(canonical: PathBuf, given: &Path) -> PathBuf {
    if cfg!(unix) { canonical } else { given.to_owned() }
}

#[expect(clippy::disallowed_types, reason = "the file names the repository and is not a page")]
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::fs::File::open(path)?.take(MAX_LINK).read_to_end(&mut text)?;
    Ok(text)
}

/// Returns the path in the text of a `.git` file. Linked work trees and submodules have such a
/// file.
fn target(text: &[u8]) -> Option<PathBuf> {
    let path = text.strip_prefix(b"gitdir: ")?;
    let end = path.iter().rposition(|byte| !b"\r\n".contains(byte))? + 1;
    Some(path_of(&path[..end]))
}

/// Returns an error if one of `paths` belongs to another user, unless `safe.directory` lists the
/// work tree.
#[cfg(unix)]
fn check_owners(top: &Path, paths: &[&Path]) -> Result<(), GitError> {
    use std::os::unix::fs::MetadataExt;

    let user = rustix::process::geteuid().as_raw();
    // Like git, allow root to use the files of the user who ran sudo.
    let caller = std::env::var("SUDO_UID").ok().filter(|_| user == 0);
    let caller = caller.and_then(|id| id.parse::<u32>().ok());
    let is_own = |path: &&Path| {
        let owner = std::fs::symlink_metadata(path).map(|found| found.uid());
        owner.is_ok_and(|owner| owner == user || Some(owner) == caller)
    };
    match paths.iter().find(|path| !is_own(path)) {
        Some(path) if !is_listed(top)? => {
            Err(GitError::DubiousOwnership { top: top.to_owned(), path: path.to_path_buf() })
        }
        _ => Ok(()),
    }
}

/// Returns whether `safe.directory` lists the work tree. Git runs outside any repository here, so
/// that it reads only the configuration of the user and the system.
#[cfg(unix)]
fn is_listed(top: &Path) -> Result<bool, GitError> {
    let query = ["config", "-z", "--path", "--get-all", "safe.directory"];
    let output = run(super::program::unbound(&query))?;
    // Git exits with 1 if the setting does not exist.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(GitError::Failed { command: "config".to_owned(), reason: words(&output) });
    }
    let values = output.stdout.strip_suffix(b"\0").unwrap_or(&output.stdout);
    // An empty value clears the values before it.
    let lists = |listed, value: &[u8]| !value.is_empty() && (listed || covers(value, top));
    Ok(values.split(|byte| *byte == 0).fold(false, lists))
}

/// Returns whether a value of `safe.directory` covers a work tree. Such a value is `*`, the path of
/// the work tree, a folder above it followed by `/*`, or `.` if the work tree is the current
/// directory.
#[cfg(unix)]
fn covers(value: &[u8], top: &Path) -> bool {
    let real = |path: &[u8]| std::fs::canonicalize(path_of(path)).ok();
    match value {
        b"*" => true,
        [b'/', ..] | b"." => match value.strip_suffix(b"/*") {
            Some([]) => true,
            Some(above) => real(above).is_some_and(|above| top != above && top.starts_with(above)),
            None => real(value).is_some_and(|path| path == top),
        },
        _ => false,
    }
}

/// Returns an error if git does not trust the owner of the repository.
///
/// The standard library cannot read owners on this platform, but git checks them when it discovers
/// a repository. Git runs in the folder of the `.git`, and `GIT_CEILING_DIRECTORIES` keeps it from
/// searching the folders above. Git therefore finds the repository of this `.git` or refuses to
/// open it.
#[cfg(not(unix))]
fn check_owners(top: &Path, _: &[&Path]) -> Result<(), GitError> {
    let mut command = super::program::command(top, &["rev-parse", "--absolute-git-dir"]);
    command.env("GIT_CEILING_DIRECTORIES", top.parent().unwrap_or(top));
    let output = run(command)?;
    if output.status.success() {
        return Ok(());
    }
    Err(GitError::Unusable { path: top.join(GIT), reason: words(&output) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_the_repository_up_to_the_end_of_its_line() {
        let path = |text: &[u8]| target(text);
        assert_eq!(path(b"gitdir: ../.git/modules/a b\n"), Some("../.git/modules/a b".into()));
        assert_eq!(path(b"gitdir: /x\r\n"), Some("/x".into()));
        assert_eq!(path(b"gitdir: /x"), Some("/x".into()));
        for text in [&b""[..], b"gitdir: ", b"gitdir: \n", b"gitdir:/x\n", b" gitdir: /x\n"] {
            assert_eq!(path(text), None);
        }
    }

    #[test]
    fn a_commit_holds_no_folder_in_a_git_nor_beside_its_work_tree() {
        let held = |folder: &str| is_committable(Path::new(folder), Path::new("/www/site"));
        for folder in ["/www/site", "/www/site/news", "/www/site/repo.git", "/www", "/"] {
            assert!(held(folder), "{folder}");
        }
        for folder in ["/www/site/.git", "/www/site/a/.git/modules/b", "/www/site.git", "/repo"] {
            assert!(!held(folder), "{folder}");
        }
        for tree in ["/www/.git/tree", "/www/.git"] {
            assert!(!is_committable(Path::new("/www/.git"), Path::new(tree)), "{tree}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn values_of_safe_directory_stand_for_what_git_takes_them_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = std::fs::canonicalize(folder.path()).expect("a folder").join("a");
        std::fs::create_dir(&top).expect("a folder");
        let above = top.parent().expect("a folder").display();
        let covered = |value: String| covers(value.as_bytes(), &top);
        for value in ["*".to_owned(), "/*".to_owned(), format!("{above}/*"), format!("{above}/a/")]
        {
            assert!(covered(value.clone()), "{value}");
        }
        for value in [
            "a".to_owned(),
            ".".to_owned(),
            "gone".to_owned(),
            format!("{above}"),
            format!("{above}/a/*"),
            format!("{above}/b"),
        ] {
            assert!(!covered(value.clone()), "{value}");
        }
    }
}

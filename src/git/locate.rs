//! Where the repository behind a `.git` is, and whether its owner may be trusted.
//!
//! Git discovers a repository by looking at every folder on its way up, and takes a folder that only
//! looks like a bare repository for one. Anybody can commit such a folder, with a configuration that
//! runs programs. So nothing here is discovered: a `.git`, which no commit can hold, names the
//! repository, and git is told which one that is. Git checks owners only of repositories that it
//! discovers, so this does it in its place.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::program::{path_of, run, words};
use crate::config::discover::{GIT, work_trees};

/// The most that is read of a file that says where the repository is.
const MAX_LINK: u64 = 64 * 1024;

/// Returns the repository of the work tree at `top`, where a `.git` must be; relative to it, if not
/// absolute.
pub(super) fn git_dir(top: &Path) -> Result<PathBuf, GitError> {
    let link = top.join(GIT);
    let found = follow(&link)?;
    check_owners(top, &[&link, top, &found])?;
    Ok(readable(found, Path::new(GIT)))
}

/// Returns the folder to ask git from for the work tree of the repository that `GIT_DIR` names, and the
/// repository. `told` is relative to the present folder; `top` is the folder of the nearest `.git`
/// above `root`, the archive's, if there is one.
///
/// Git takes the present folder for the work tree, which is wrong in a folder below it. So where the
/// variable names the repository of the `.git` above, as in a hook of a linked work tree, the
/// `.git` says which work tree that is.
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
    // Hooks of a push have `GIT_DIR=.`, which names whatever folder a command goes to.
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

/// The work tree that the environment names: then the present folder is not taken for one.
fn named_work_tree() -> Option<PathBuf> {
    std::env::var_os("GIT_WORK_TREE").and_then(|tree| std::fs::canonicalize(tree).ok())
}

/// Whether a commit of any repository above can hold a path.
fn is_committed(path: &Path) -> bool {
    work_trees(path).any(|tree| is_committable(path, tree))
}

/// Whether a commit can hold a path: it is in the work tree `tree` or around it, and not in a `.git`.
pub(super) fn is_committable(path: &Path, tree: &Path) -> bool {
    let is_in_git = |path: &Path| path.iter().any(|name| name == GIT);
    match path.strip_prefix(tree) {
        Ok(below) if !below.as_os_str().is_empty() => !is_in_git(below),
        _ => tree.starts_with(path) && !is_in_git(path),
    }
}

/// Follows the name of a repository, which is a folder, or a file that says where the repository is.
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

/// Returns a path that git can read: not everywhere can it read one that is canonical.
fn readable(canonical: PathBuf, given: &Path) -> PathBuf {
    if cfg!(unix) { canonical } else { given.to_owned() }
}

#[expect(
    clippy::disallowed_types,
    reason = "the file says where the repository is, and is no page"
)]
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::fs::File::open(path)?.take(MAX_LINK).read_to_end(&mut text)?;
    Ok(text)
}

/// The path in the text of a `.git` that is a file, as linked work trees and submodules have.
fn target(text: &[u8]) -> Option<PathBuf> {
    let path = text.strip_prefix(b"gitdir: ")?;
    let end = path.iter().rposition(|byte| !b"\r\n".contains(byte))? + 1;
    Some(path_of(&path[..end]))
}

/// Fails if one of `paths` belongs to somebody else, unless `safe.directory` lists the work tree.
#[cfg(unix)]
fn check_owners(top: &Path, paths: &[&Path]) -> Result<(), GitError> {
    use std::os::unix::fs::MetadataExt;

    let user = rustix::process::geteuid().as_raw();
    // Root works on the files of the user who called sudo, as git allows too.
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

/// Whether `safe.directory` lists the work tree. Git is asked outside of any repository, so that it
/// reads only what the user and the system configured.
#[cfg(unix)]
fn is_listed(top: &Path) -> Result<bool, GitError> {
    let query = ["config", "-z", "--path", "--get-all", "safe.directory"];
    let output = run(super::program::unbound(&query))?;
    // It ends with 1 if there is nothing.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(GitError::Failed { command: "config".to_owned(), reason: words(&output) });
    }
    let values = output.stdout.strip_suffix(b"\0").unwrap_or(&output.stdout);
    // An empty value takes back those before it.
    let lists = |listed, value: &[u8]| !value.is_empty() && (listed || covers(value, top));
    Ok(values.split(|byte| *byte == 0).fold(false, lists))
}

/// Whether a value of `safe.directory` stands for a work tree: `*`, its path, or a folder above with
/// `/*` behind.
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

/// The standard library does not know owners here. Git does: asked in the folder of the `.git`, and
/// barred from those above, it either finds that repository or refuses to open it.
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

//! Finding the settings file and the archive's root.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module owns the search for settings"
)]

use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::{ConfigText, LoadError};
use super::rules::{RuleInfo, RuleSettings};
use super::settings::Settings;
use super::{file, limits};
use crate::diagnostic::grouped;

/// The name of the settings file.
pub const FILE_NAME: &str = "dateline.toml";

/// The name of a git repository in its work tree, or of a file that says where the repository is. No
/// commit can hold an entry of this name.
pub const GIT: &str = ".git";

/// Where to look for settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Upward from the first path, then at the repository's root.
    Search,
    /// In this file.
    File(PathBuf),
    /// Nowhere: the defaults apply.
    Defaults,
}

/// Loads the settings for a run over paths that begin with `first`.
///
/// The search stops at the repository's root, or, outside a repository, at the root of the file system.
/// The archive's root is the folder of the file, or below it. Without a file, it is the repository's root
/// or, outside a repository, the given folder.
///
/// # Errors
/// [`LoadError`], if the file or `first` cannot be read, or the file is wrong.
pub fn load(first: &Path, origin: &Origin, rules: &[RuleInfo]) -> Result<Settings, LoadError> {
    let folder = folder_of(first)?;
    let repository = repository(&folder);
    let file = match origin {
        Origin::Defaults => None,
        Origin::File(path) => Some(named(path)?),
        Origin::Search => search(&folder, repository)?,
    };
    let root = match &file {
        Some(file) => parent(file),
        None => repository.unwrap_or(&folder).to_path_buf(),
    };
    let mut settings = match &file {
        None => Settings::defaults(root.clone(), RuleSettings::defaults(rules))?,
        Some(path) => {
            let text = read(path)?;
            take(root.clone(), ConfigText { path: path.clone(), text }, rules)?
        }
    };
    settings.file = file;
    settings.root = canonical(&settings.root)?;
    if !settings.root.starts_with(&root) {
        return Err(LoadError::OutsideRoot { path: settings.root, root });
    }
    let below = settings.root.strip_prefix(&root).unwrap_or(Path::new(""));
    if below.iter().any(|name| name == GIT) {
        return Err(unreadable_because(&settings.root, "`archive.root` is inside `.git`"));
    }
    settings.repository = self::repository(&settings.root).map(Path::to_path_buf);
    if let Some(ledger) = &mut settings.sources.ledger {
        *ledger = settings.root.join(&*ledger);
    }
    Ok(settings)
}

/// Reads a settings file, up to the size that it can have.
fn read(path: &Path) -> Result<String, LoadError> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut bytes = Vec::new();
    file.take(limits::FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() > limits::FILE {
        let reason = format!("it has more than {} bytes", grouped(limits::FILE as u64));
        return Err(unreadable_because(path, &reason));
    }
    String::from_utf8(bytes).map_err(|_| unreadable_because(path, "it is not UTF-8"))
}

/// Reads the settings of a text as the settings file of the archive at `root`, a canonical path.
///
/// # Errors
/// [`LoadError`], if the text is wrong.
pub fn take(root: PathBuf, text: ConfigText, rules: &[RuleInfo]) -> Result<Settings, LoadError> {
    let mut settings = Settings::defaults(root, RuleSettings::defaults(rules))?;
    file::read(&Arc::new(text), &mut settings).map_err(LoadError::Wrong)?;
    Ok(settings)
}

/// Finds the settings file of a run over paths that begin with `first`, without reading it.
///
/// # Errors
/// [`LoadError`], if `first` cannot be read, or the settings file is not a regular file.
pub fn find(first: &Path) -> Result<Option<PathBuf>, LoadError> {
    let folder = folder_of(first)?;
    search(&folder, repository(&folder))
}

fn folder_of(first: &Path) -> Result<PathBuf, LoadError> {
    check_links(first)?;
    let first = canonical(first)?;
    Ok(if first.is_dir() { first } else { parent(&first) })
}

/// Checks the settings file of the command line. In its place an archive could have a link to a file
/// outside, and an error would show a line of that; opening a pipe could wait forever.
fn named(path: &Path) -> Result<PathBuf, LoadError> {
    refuse_links(path)?;
    let file = canonical(path)?;
    if !file.is_file() {
        return Err(unreadable_because(path, "it is not a regular file"));
    }
    Ok(file)
}

/// Fails if a link on the way to a file of the command line is in a repository or, without one, below
/// the folder of the settings: a commit can put a link where a file or a folder was. Any other link is
/// the user's own, such as `/dev/stdout`.
///
/// # Errors
/// [`LoadError`], if there is such a link.
pub fn refuse_links(path: &Path) -> Result<(), LoadError> {
    match first_link(path, &|_, _| false)? {
        Some((link, holder)) => Err(LoadError::Link { link, holder }),
        None => Ok(()),
    }
}

/// Fails if a link on the way to a path leads out of the repository that holds it or, without one, out
/// of the folder of the settings.
fn check_links(path: &Path) -> Result<(), LoadError> {
    let stays = |target: &Path, holder: &Path| target.starts_with(holder);
    let Some((link, holder)) = first_link(path, &stays)? else { return Ok(()) };
    let reason = format!("it is a symbolic link that leads outside {}", holder.display());
    Err(unreadable_because(&link, &reason))
}

/// Finds the first link on the way to a path that a commit can hold and that must not be followed, and
/// the folder that holds it. `may_follow` is given the link's target, if there is one, and that folder.
fn first_link(
    path: &Path,
    may_follow: &dyn Fn(&Path, &Path) -> bool,
) -> Result<Option<(PathBuf, PathBuf)>, LoadError> {
    let mut at = PathBuf::new();
    for part in std::path::absolute(path).map_err(|error| unreadable(path, &error))?.components() {
        if part == Component::ParentDir {
            at.pop();
            continue;
        }
        let next = at.join(part);
        if !std::fs::symlink_metadata(&next).is_ok_and(|found| found.is_symlink()) {
            at = next;
            continue;
        }
        let target = std::fs::canonicalize(&next);
        let has_settings = |folder: &&Path| folder.join(FILE_NAME).is_file();
        let holder = repository(&at).or_else(|| at.ancestors().find(has_settings));
        let refuses = |holder: &&Path| !may_follow(target.as_deref().unwrap_or(holder), holder);
        if let Some(holder) = holder.filter(refuses) {
            return Ok(Some((next, holder.to_path_buf())));
        }
        // A broken link leads to nothing that a commit holds.
        let Ok(target) = target else { return Ok(None) };
        at = target;
    }
    Ok(None)
}

/// Returns the root of the repository that holds `folder`: where the nearest `.git` is, whatever it
/// is. No commit can hold a `.git`, so only the user can move this root.
fn repository(folder: &Path) -> Option<&Path> {
    work_trees(folder).next()
}

/// Returns the work trees that hold `path`, from the nearest upward: the folders with a `.git`.
pub fn work_trees(path: &Path) -> impl Iterator<Item = &Path> {
    path.ancestors().filter(|folder| std::fs::symlink_metadata(folder.join(GIT)).is_ok())
}

/// Finds the settings file in `folder` or above. It must be a regular file: an archive could have a
/// link to a file outside in its place, and an error would show a line of that.
fn search(folder: &Path, repository: Option<&Path>) -> Result<Option<PathBuf>, LoadError> {
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => return Ok(Some(path)),
            Ok(_) => {
                let reason = "it is not a regular file, and links are not followed".to_owned();
                return Err(LoadError::Unreadable { path, reason });
            }
            Err(_) => {}
        }
        if Some(folder) == repository {
            break;
        }
    }
    Ok(None)
}

fn canonical(path: &Path) -> Result<PathBuf, LoadError> {
    std::fs::canonicalize(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> LoadError {
    unreadable_because(path, &error.to_string())
}

fn unreadable_because(path: &Path, reason: &str) -> LoadError {
    LoadError::Unreadable { path: path.to_path_buf(), reason: reason.to_owned() }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_path_buf()
}

//! Finds the settings file and the archive's root.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module searches the file system for settings and reads them"
)]

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::{ConfigText, LoadError};
use super::rules::{RuleInfo, RuleSettings};
use super::settings::{RootOrigin, Settings};
use super::{file, limits};
use crate::archive::root::{looks_dated, root_at_or_above, roots_below};
use crate::archive::walk::walk;
use crate::archive::walked::Walked;
use crate::diagnostic::grouped;

/// The name of the settings file.
pub const FILE_NAME: &str = "dateline.toml";

/// The name of the folder that contains a git repository, or of the file that points to a repository
/// elsewhere. A commit cannot contain an entry with this name.
pub const GIT: &str = ".git";

/// Where the settings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The nearest settings file in the folder of the first path or above it, up to the repository's
    /// root.
    Search,
    /// The settings file at this path.
    File(PathBuf),
    /// No file: the defaults apply.
    Defaults,
}

/// Loads the settings of a run whose first path is `first`.
///
/// The search stops at the repository's root, or, outside a repository, at the root of the file system.
/// The archive's root is `root`, if given, or else the folder of the file, or one below it. Without a file,
/// it is the folder in which pages fit the layout, see [`infer_root`].
///
/// # Errors
/// [`LoadError`], if the file or `first` cannot be read, or the file is wrong.
pub fn load(
    first: &Path,
    origin: &Origin,
    root: Option<&Path>,
    rules: &[RuleInfo],
) -> Result<Settings, LoadError> {
    let folder = folder_of(first)?;
    let repository = repository(&folder);
    let file = match origin {
        Origin::Defaults => None,
        Origin::File(path) => Some(named(path)?),
        Origin::Search => search(&folder, repository)?,
    };
    let mut settings = match &file {
        None => Settings::defaults(folder.clone(), RuleSettings::defaults(rules))?,
        Some(path) => {
            let text = read(path)?;
            take(parent(path), ConfigText { path: path.clone(), text }, rules)?
        }
    };
    (settings.root, settings.root_origin) = match (root, &file) {
        (Some(root), _) => (named_folder(root)?, RootOrigin::Option),
        (None, Some(file)) => (root_of(&settings, file)?, RootOrigin::Settings),
        (None, None) => infer_root(&canonical(first)?, &folder, repository, &settings),
    };
    settings.resolver.is_rootless = matches!(settings.root_origin, RootOrigin::Unknown(_));
    settings.file = file;
    settings.repository = self::repository(&settings.root).map(Path::to_path_buf);
    if let Some(ledger) = &mut settings.sources.ledger {
        *ledger = settings.root.join(&*ledger);
    }
    Ok(settings)
}

/// Returns the canonical path of the folder of `--root`.
fn named_folder(path: &Path) -> Result<PathBuf, LoadError> {
    let folder = folder_of(path)?;
    if canonical(path)? != folder {
        return Err(unreadable_because(path, "it is not a folder"));
    }
    Ok(folder)
}

/// Returns the archive's root by the settings of a file: its folder, or one below it.
fn root_of(settings: &Settings, file: &Path) -> Result<PathBuf, LoadError> {
    let (root, top) = (canonical(&settings.root)?, parent(file));
    let Ok(below) = root.strip_prefix(&top) else {
        return Err(LoadError::OutsideRoot { path: root, root: top });
    };
    if below.iter().any(|name| name == GIT) {
        return Err(unreadable_because(&root, "`archive.root` is inside `.git`"));
    }
    Ok(root)
}

/// Finds the archive's root by its layout: the nearest folder from `folder` upward in which a page
/// fits, or else the only one below, if it holds at least half of the pages. If there is no such folder,
/// it is the repository's root or, outside a repository, `folder`. A file is never outside the root, so
/// no folder below that of `first` counts if `first` is a file.
fn infer_root(
    first: &Path,
    folder: &Path,
    repository: Option<&Path>,
    settings: &Settings,
) -> (PathBuf, RootOrigin) {
    let (top, layout) = (repository.unwrap_or(folder), &settings.layout);
    if let Some(root) = root_at_or_above(folder, repository, layout) {
        let origin = if root == top { RootOrigin::Folder } else { RootOrigin::Layout };
        return (root, origin);
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let walked = walk(top, threads);
    let roots = roots_below(&walked.table, layout);
    let within: Vec<PathBuf> =
        roots.iter().map(|root| top.join(root)).filter(|root| root.starts_with(folder)).collect();
    let pages = |folder: &Path| {
        let paths = walked.table.ids().map(|file| walked.table.path(file));
        let is_page = |path: &&str| settings.resolver.extensions.split(path).is_some();
        paths.filter(is_page).filter(|path| top.join(path).starts_with(folder)).count()
    };
    match within.as_slice() {
        [root] if folder == first && pages(root) * 2 >= pages(folder) => {
            (root.clone(), RootOrigin::Layout)
        }
        // A folder without dated pages is no archive of another layout, whose root could be elsewhere.
        _ if roots.is_empty() && !has_dates(&walked) => (top.to_path_buf(), RootOrigin::Folder),
        _ => {
            let roots = roots.into_iter().map(str::to_owned).collect();
            (top.to_path_buf(), RootOrigin::Unknown(roots))
        }
    }
}

/// Returns whether the path of any file contains a date.
fn has_dates(walked: &Walked) -> bool {
    walked.table.ids().any(|file| looks_dated(walked.table.path(file)))
}

/// Reads a settings file. Fails if the file is larger than `limits::FILE` or is not UTF-8.
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

/// Reads settings from a text as if it were the settings file in the folder `root`, a canonical path.
///
/// # Errors
/// Returns [`LoadError::Wrong`] if the text has errors.
pub fn take(root: PathBuf, text: ConfigText, rules: &[RuleInfo]) -> Result<Settings, LoadError> {
    let mut settings = Settings::defaults(root, RuleSettings::defaults(rules))?;
    file::read(&Arc::new(text), &mut settings).map_err(LoadError::Wrong)?;
    Ok(settings)
}

/// Finds the settings file of a run whose first path is `first`, without reading the file.
///
/// # Errors
/// Returns [`LoadError`] if `first` cannot be read, or if the settings file is not a regular file.
/// A symbolic link that must not be followed is also an error.
pub fn find(first: &Path) -> Result<Option<PathBuf>, LoadError> {
    let folder = folder_of(first)?;
    search(&folder, repository(&folder))
}

/// Returns the canonical path of `first` or, if `first` is a file, of its folder.
fn folder_of(first: &Path) -> Result<PathBuf, LoadError> {
    check_links(first)?;
    let first = canonical(first)?;
    Ok(if first.is_dir() { first } else { parent(&first) })
}

/// Returns the canonical path of a settings file from the command line. The file must be regular,
/// because opening a pipe could block forever. Its path must not go through a symbolic link in the
/// archive. Such a link could lead to a file outside, and an error message would show a line of that
/// file.
fn named(path: &Path) -> Result<PathBuf, LoadError> {
    refuse_links(path)?;
    let file = canonical(path)?;
    if !file.is_file() {
        return Err(unreadable_because(path, "it is not a regular file"));
    }
    Ok(file)
}

/// Fails if the path of a file from the command line goes through a symbolic link that a commit can have
/// created. These are the links inside a repository or, outside a repository, below the folder of a
/// settings file. Other links, such as `/dev/stdout`, belong to the user.
///
/// # Errors
/// Returns [`LoadError::Link`] if the path goes through such a link, or [`LoadError::Unreadable`]
/// if the path is invalid.
pub fn refuse_links(path: &Path) -> Result<(), LoadError> {
    match first_link(path, &|_, _| false)? {
        Some((link, holder)) => Err(LoadError::Link { link, holder }),
        None => Ok(()),
    }
}

/// Fails if a path goes through a symbolic link that leads out of the repository that contains the link.
/// Outside a repository, the link must not lead out of the folder of the settings file.
fn check_links(path: &Path) -> Result<(), LoadError> {
    let stays = |target: &Path, holder: &Path| target.starts_with(holder);
    let Some((link, holder)) = first_link(path, &stays)? else { return Ok(()) };
    let reason = format!("it is a symbolic link that leads outside {}", holder.display());
    Err(unreadable_because(&link, &reason))
}

/// Returns the first symbolic link on a path that must not be followed, with its holder. The holder is
/// the root of the repository that contains the link or, outside a repository, the folder of the
/// settings file. A link without a holder cannot come from a commit and is always followed. `may_follow`
/// receives the link's target and the holder. If the link is broken, it receives the holder as the
/// target too.
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
        // The path ends at a broken link, so there are no further links to check.
        let Ok(target) = target else { return Ok(None) };
        at = target;
    }
    Ok(None)
}

/// Returns the root of the repository that contains `folder`: the nearest folder with a `.git` entry of
/// any type. A commit cannot contain `.git`, so only the user can change which folder this is.
fn repository(folder: &Path) -> Option<&Path> {
    work_trees(folder).next()
}

/// Returns the work trees that contain `path`, nearest first. A work tree is a folder with a `.git`
/// entry.
pub fn work_trees(path: &Path) -> impl Iterator<Item = &Path> {
    path.ancestors().filter(|folder| std::fs::symlink_metadata(folder.join(GIT)).is_ok())
}

/// Finds the settings file in `folder` or above it, up to the root of `repository`. The file must
/// be regular. Otherwise, an archive could contain a link to an outside file in its place, and an
/// error message would show a line of that file.
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

//! Finds the settings file and the archive's root.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module searches the file system for settings and reads them"
)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::{ConfigText, LoadError};
use super::infer_root::{Elsewhere, Surroundings, Walk, elsewhere, infer_root};
use super::rules::{RuleInfo, RuleSettings};
use super::settings::{RootOrigin, Settings};
use super::{file, limits};
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

/// The options that decide on the settings and the root of a run.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// The origin of the settings.
    pub origin: &'a Origin,
    /// The archive's root, or `None` to find it.
    pub root: Option<&'a Path>,
    /// The canonical path of the folder in which the caller works.
    pub working_directory: Option<&'a Path>,
    /// Whether a path of the run may name a file that does not exist.
    pub may_lack_files: bool,
    /// How to list the files in a folder, to search it for the root.
    pub walk: Walk,
}

/// Loads the settings of a run on `paths` or, without any, on the working directory of the process.
///
/// The search for a settings file begins at the first path. It stops at the repository's root, or,
/// outside a repository, at the root of the file system. The archive's root is `options.root`, if
/// given. Otherwise, the settings file determines it: the root is the folder of the file, or a
/// folder below it. Without a file, [`infer_root`] determines it. It also does so if no page fits the
/// layout in the folder of a file that names no root, and if the root is certain.
///
/// # Errors
/// Returns [`LoadError`] if the first path, the root or the settings file cannot be read, or if the
/// settings are invalid. Also if the root must be inferred and another path cannot be read.
pub fn load(
    paths: &[PathBuf],
    options: LoadOptions<'_>,
    rules: &[RuleInfo],
) -> Result<Settings, LoadError> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let first = if options.may_lack_files { nearest(&paths[0]) } else { &paths[0] };
    let folder = folder_of(first)?;
    let repository = repository(&folder);
    let file = match options.origin {
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
    (settings.root, settings.root_origin) = match (options.root, &file) {
        (Some(root), _) => by_option(named_folder(root)?, &settings, options.walk),
        (None, Some(file)) => {
            let root = root_of(&settings, file)?;
            by_file(root, file, &settings, paths, &options)
        }
        (None, None) => {
            let folders = folders(paths, options.may_lack_files)?;
            let working_directory = options.working_directory;
            let walk = options.walk;
            let around = Surroundings { folders, repository, working_directory, walk };
            infer_root(&around, &settings)
        }
    };
    settings.resolver.is_rootless = settings.root_origin.is_rootless();
    if is_in_content(&settings) {
        settings.site.lies_in_content();
    }
    settings.file = file;
    settings.repository = self::repository(&settings.root).map(Path::to_path_buf);
    if let Some(ledger) = &mut settings.sources.ledger {
        *ledger = settings.root.join(&*ledger);
    }
    Ok(settings)
}

/// Returns whether the archive's root is itself a content folder of the site, and contains none.
fn is_in_content(settings: &Settings) -> bool {
    let (root, content) = (&settings.root, &settings.site.content);
    content.iter().any(|folder| root.ends_with(folder))
        && !content.iter().any(|folder| root.join(folder).is_dir())
}

/// Returns the root that an option names, and whether pages fit the layout only elsewhere.
fn by_option(root: PathBuf, settings: &Settings, walk: Walk) -> (PathBuf, RootOrigin) {
    let repository = repository(&root);
    let origin = match elsewhere(&root, repository, repository, settings, walk) {
        None => RootOrigin::Option,
        Some(Elsewhere { roots, .. }) => RootOrigin::WrongOption(roots),
    };
    (root, origin)
}

/// Returns the root by the settings in `file`. `root` is the folder of the file or a folder below that
/// the settings name. If no page fits the layout in the folder of the file, a folder below is the root
/// if it certainly is. It must not be foreign to one of the paths, and no path in the settings may be
/// relative to the root.
fn by_file(
    root: PathBuf,
    file: &Path,
    settings: &Settings,
    paths: &[PathBuf],
    options: &LoadOptions<'_>,
) -> (PathBuf, RootOrigin) {
    let top = parent(file);
    let found = elsewhere(&root, Some(&top), repository(&root), settings, options.walk);
    let Some(Elsewhere { roots, main }) = found else { return (root, RootOrigin::Settings) };
    let needs_root = ["archive.root", "archive.exclude", "rules.override", "sources.ledger"];
    let is_free =
        !settings.given.keys().any(|key| needs_root.iter().any(|name| key.starts_with(name)));
    let folders = folders(paths, options.may_lack_files).unwrap_or_default();
    let suits = |main: &PathBuf| {
        let suits = |(folder, is_whole): (&PathBuf, &bool)| {
            folder.starts_with(main) || (*is_whole && main.starts_with(folder))
        };
        is_free && !folders.is_empty() && folders.iter().all(suits)
    };
    match main.filter(suits) {
        Some(main) => (main, RootOrigin::Layout),
        None => (root, RootOrigin::WrongSettings(roots)),
    }
}

/// Returns the canonical path of the folder of `--root`.
fn named_folder(path: &Path) -> Result<PathBuf, LoadError> {
    let folder = folder_of(path)?;
    if canonical(path)? != folder {
        return Err(unreadable_because(path, "it is not a folder"));
    }
    Ok(folder)
}

/// Returns the archive's root according to a settings file: the folder of the file, or a folder
/// below it.
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

/// Returns the canonical folders of a run, and whether the run is about everything in them.
fn folders(paths: &[PathBuf], may_lack_files: bool) -> Result<BTreeMap<PathBuf, bool>, LoadError> {
    let mut folders = BTreeMap::new();
    for path in paths {
        let existing = if may_lack_files { nearest(path) } else { path };
        let folder = folder_of(existing)?;
        let is_whole = existing == path && canonical(path)? == folder;
        *folders.entry(folder).or_default() |= is_whole;
    }
    Ok(folders)
}

/// Returns the path itself if it exists, or else the nearest existing folder above it.
#[must_use]
pub fn nearest(path: &Path) -> &Path {
    let exists = |path: &&Path| std::fs::symlink_metadata(path).is_ok();
    path.ancestors().find(exists).unwrap_or(Path::new("."))
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

/// Fails if the path of a file from the command line goes through a symbolic link that a commit
/// could have created. These are the links inside a repository or, outside a repository, below the
/// folder of a settings file. Other links, such as `/dev/stdout`, belong to the user.
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

/// Searches a path for the first symbolic link that must not be followed. Returns this link and its
/// holder. The holder is the root of the repository that contains the link or, outside a
/// repository, the folder of the settings file. A link without a holder cannot come from a commit
/// and is always followed. `may_follow` decides whether a link may be followed, given its target
/// and its holder. For a broken link, it receives the holder in place of the target.
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

//! Walks the folder of an archive and lists its files. Opens no files except `.gitignore`.

#![expect(clippy::disallowed_methods, reason = "this module owns the walk")]

use std::borrow::Cow;
use std::fs::FileType;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::ignore_files::{
    IGNORE_FILE, IgnoreFiles, IgnoresAbove, MOST, MOST_IN_ALL, are_taken, is_ignore_file,
    leaves_out, weight,
};
use super::path_text::folder_and_name;
use super::walked::{Listing, Obstacle, Walked};

/// Walks `root` with `threads` threads. `repository` is the root of the repository that contains it, if
/// any. Both must be canonical paths. Leaves out `.git` and the files that `.gitignore` files exclude,
/// from the repository's root downward, but includes hidden files. Does not follow symbolic links.
///
/// If a `.gitignore` in the root is not a regular file or exceeds a limit, the walk records an obstacle
/// and applies no `.gitignore` at all. This way, a file that Dateline does not open cannot hide pages.
/// If this is true of a file above the root, only the files in the root apply.
///
/// Also returns whether a `.gitignore` may have left files out, even itself.
#[must_use]
pub fn walk(root: &Path, repository: Option<&Path>, threads: usize) -> (Walked, bool) {
    if let Some((found, applies)) = find_guarded(root, repository, threads) {
        return (found.into_walked(), applies);
    }
    let mut found = find(root, root, threads, None);
    found.bar_excess();
    (found.into_walked(), false)
}

/// Reads the `.gitignore` files in the folders above `root`, up to the root of `repository`. Returns no
/// patterns if one of the files cannot be applied or one of the folders cannot be read.
#[must_use]
pub fn ignores_above(root: &Path, repository: Option<&Path>) -> IgnoresAbove {
    let Some(top) = repository.filter(|top| root != *top && root.starts_with(top)) else {
        return IgnoresAbove::default();
    };
    let folders = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    let mut applied = folders.map(|folder| (folder, patterns_of(folder)));
    let is_readable =
        applied.all(|(folder, weight)| weight.is_ok() && std::fs::read_dir(folder).is_ok());
    if !is_readable {
        return IgnoresAbove::default();
    }
    let (path, _) = relative(top, root);
    // The walk does not enter a `.git`, so it cannot reach a root in there from above.
    if path.split('/').any(|name| name == ".git") {
        return IgnoresAbove::default();
    }
    IgnoresAbove::new(&rules_above(top, &path), &path)
}

/// Returns whether git reads the `.gitignore` files at these paths, which are relative to `root`, and those in the
/// folders above `root` as a walk does.
#[must_use]
pub fn are_read_alike(root: &Path, repository: Option<&Path>, paths: &[String]) -> bool {
    let is_plain = |folder: &Path| {
        ignore_text(folder).is_ok_and(|text| simdutf8::basic::from_utf8(&text).is_ok())
    };
    let top = repository.unwrap_or(root);
    let mut above = root.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
    // A walk ignores those above the root if they exclude the root itself.
    let has_above = above.any(|folder| folder.join(IGNORE_FILE).symlink_metadata().is_ok());
    (!has_above || !ignores_above(root, repository).is_empty())
        && paths.iter().all(|path| is_plain(&root.join(folder_and_name(path).0)))
}

/// Returns the contents of the `.gitignore` files in the folders above `path`, which is relative to
/// `top`. Leaves out files that cannot be applied.
fn rules_above(top: &Path, path: &str) -> IgnoreFiles {
    let mut rules = IgnoreFiles::new();
    let mut above = path;
    while !above.is_empty() {
        above = folder_and_name(above).0;
        if let Ok(1..) = patterns_of(&top.join(above))
            && let Ok(text) = std::fs::read(top.join(above).join(IGNORE_FILE))
        {
            let separator = if above.is_empty() { "" } else { "/" };
            rules.insert(format!("{above}{separator}{IGNORE_FILE}"), text.into());
        }
    }
    rules
}

/// Returns whether a walk would leave out a file at `path`, relative to `root`, if the file
/// existed.
#[must_use]
pub fn would_leave_out(root: &Path, repository: Option<&Path>, path: &str) -> bool {
    leaves_out(&rules_above(root, path), &ignores_above(root, repository), path)
}

/// A guard against `.gitignore` files that cannot be applied.
#[derive(Default)]
struct Guard {
    /// The total weight of the files checked so far.
    weight: AtomicU64,
    /// Whether a file was rejected.
    has_barred: AtomicBool,
}

impl Guard {
    /// Returns whether a walk that applies `.gitignore` files may enter a folder. Records a
    /// rejection because of such a file.
    fn lets_in(&self, folder: &Path) -> bool {
        let lets_in = patterns_of(folder).is_ok_and(|own| {
            self.weight.fetch_add(own, Ordering::Relaxed).saturating_add(own) <= MOST_IN_ALL
        });
        self.has_barred.fetch_or(!lets_in, Ordering::Relaxed);
        lets_in
    }
}

/// Returns the weight of the `.gitignore` in a folder, or 0 if there is none. Returns an obstacle
/// if the file cannot be applied.
fn patterns_of(folder: &Path) -> Result<u64, Obstacle> {
    ignore_text(folder).map(|text| weight(&text))
}

/// Returns the text of the `.gitignore` in a folder, which is empty if there is none. Returns an obstacle if the file
/// cannot be applied.
pub(super) fn ignore_text(folder: &Path) -> Result<Vec<u8>, Obstacle> {
    let path = folder.join(IGNORE_FILE);
    let Ok(found) = std::fs::symlink_metadata(&path) else { return Ok(Vec::new()) };
    if !found.is_file() {
        return Err(Obstacle::IgnoreFile);
    }
    if found.len() > MOST {
        return Err(Obstacle::IgnorePatterns);
    }
    // Both git and the walk ignore a `.gitignore` that cannot be read.
    let text = std::fs::read(&path).unwrap_or_default();
    if are_taken(&text) { Ok(text) } else { Err(Obstacle::IgnorePatterns) }
}

/// Walks `root`, and applies `.gitignore` files. Also returns whether a `.gitignore` applies. Returns `None` if one
/// cannot be applied.
fn find_guarded(root: &Path, repository: Option<&Path>, threads: usize) -> Option<(Listing, bool)> {
    let guard = &Arc::<Guard>::default();
    if !guard.lets_in(root) {
        return None;
    }
    // Where files above the root apply, start the walk there, so that they do.
    let top = repository.filter(|_| !ignores_above(root, repository).is_empty());
    let found = find(root, top.unwrap_or(root), threads, Some(guard));
    let applies = top.is_some() || guard.weight.load(Ordering::Relaxed) > 0;
    (!guard.has_barred.load(Ordering::Relaxed)).then_some((found, applies))
}

/// Walks `root` once, from `top` downward, which is the root or a folder above it. With a guard, applies
/// `.gitignore` files and skips the folders that the guard rejects. Without a guard, applies no
/// `.gitignore`.
fn find(root: &Path, top: &Path, threads: usize, guard: Option<&Arc<Guard>>) -> Listing {
    let all = Mutex::new(Listing::default());
    let obeys = guard.is_some();
    let depth = root.iter().count() - top.iter().count();
    let guard = guard.cloned();
    let enters = move |entry: &DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        // The caller has already checked the root and the folders above it.
        let is_new = is_folder && entry.depth() > depth;
        !is_new || guard.as_ref().is_none_or(|guard| guard.lets_in(entry.path()))
    };
    let is_within = {
        let root = root.to_path_buf();
        move |entry: &DirEntry| match entry.depth() {
            found if found > depth => true,
            _ => root.starts_with(entry.path()),
        }
    };
    let mut walker = WalkBuilder::new(top);
    walker
        .threads(threads)
        .hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .git_ignore(obeys)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            entry.file_name() != ".git" && is_within(entry) && enters(entry)
        });
    let worker = || Worker { all: &all, collector: Collector { root, found: Listing::default() } };
    if threads == 1 {
        // Start no thread, because that may fail.
        let mut worker = worker();
        walker.build().for_each(|entry| worker.visit(entry));
    } else {
        walker.build_parallel().run(|| {
            let mut worker = worker();
            Box::new(move |entry| {
                worker.visit(entry);
                WalkState::Continue
            })
        });
    }
    all.into_inner().unwrap_or_default()
}

/// The files that one thread has found. They are added to `all` when the thread ends.
struct Worker<'a> {
    all: &'a Mutex<Listing>,
    collector: Collector<'a>,
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.all.lock() {
            let found = &mut self.collector.found;
            all.paths.append(&mut found.paths);
            all.aliases.append(&mut found.aliases);
            all.obstacles.append(&mut found.obstacles);
            all.ignore_files.append(&mut found.ignore_files);
        }
    }
}

impl Worker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) {
        match entry {
            Ok(entry) => {
                if let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) {
                    self.collector.add(entry.path(), kind);
                }
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Records an error of the walk as an obstacle.
    fn failed(&mut self, error: &ignore::Error) {
        if let Some(path) = path_of(error).filter(|path| path.starts_with(self.collector.root)) {
            let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            self.collector.add_failure(&path, reason);
        }
    }
}

/// The files that are found below a root.
pub(super) struct Collector<'a> {
    /// The root, which is a canonical path.
    pub(super) root: &'a Path,
    /// The files found so far.
    pub(super) found: Listing,
}

impl Collector<'_> {
    /// Adds a file, a symbolic link or a device.
    pub(super) fn add(&mut self, file: &Path, kind: FileType) {
        let (path, is_utf8) = relative(self.root, file);
        if !is_utf8 {
            self.found.obstacles.push((path, Obstacle::Name));
        } else if is_ignore_file(path.as_bytes()) {
            self.ignore_file(file, path);
        } else if kind.is_symlink() {
            self.link(file, path);
        } else if kind.is_file() {
            self.found.paths.push(path);
        } else {
            self.found.obstacles.push((path, Obstacle::NotAFile));
        }
    }

    /// Records a `.gitignore`, or the obstacle if it cannot be applied.
    fn ignore_file(&mut self, file: &Path, path: String) {
        match file.parent().map_or(Ok(0), patterns_of) {
            Ok(weight) => {
                self.found.ignore_files.push((path.clone(), weight));
                self.found.paths.push(path);
            }
            Err(obstacle) => self.found.obstacles.push((path, obstacle)),
        }
    }

    /// Records a symbolic link as an alias if it leads into the archive, and as an obstacle
    /// otherwise.
    fn link(&mut self, link: &Path, path: String) {
        match std::fs::canonicalize(link) {
            Err(_) => self.found.obstacles.push((path, Obstacle::LeadsNowhere)),
            Ok(target) if target.starts_with(self.root) => {
                let (target, is_utf8) = relative(self.root, &target);
                if is_utf8 {
                    self.found.aliases.push((path, target));
                }
            }
            Ok(_) => self.found.obstacles.push((path, Obstacle::LeadsOutside)),
        }
    }

    /// Records a folder that cannot be read as an obstacle.
    pub(super) fn add_failure(&mut self, path: &Path, reason: String) {
        let (path, _) = relative(self.root, path);
        self.found.obstacles.push((path, Obstacle::Walk(reason)));
    }
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// Returns a path relative to the root, with `/` as separator, and whether it is valid UTF-8.
/// Invalid bytes become replacement characters.
fn relative(root: &Path, path: &Path) -> (String, bool) {
    // Compare the paths as bytes, because comparing them part by part is slow. Every path of a
    // walk starts with the root.
    let bytes = path.as_os_str().as_encoded_bytes();
    let inside = bytes.strip_prefix(root.as_os_str().as_encoded_bytes()).unwrap_or(bytes);
    let (inside, is_utf8) = match simdutf8::basic::from_utf8(inside) {
        Ok(inside) => (Cow::Borrowed(inside), true),
        Err(_) => (String::from_utf8_lossy(inside), false),
    };
    let inside = inside.trim_start_matches(MAIN_SEPARATOR);
    if MAIN_SEPARATOR == '/' {
        (inside.to_owned(), is_utf8)
    } else {
        (inside.replace(MAIN_SEPARATOR, "/"), is_utf8)
    }
}

//! Infers the root of an archive from its layout, if no option and no settings file names the root, or
//! the wrong one.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::settings::{RootOrigin, Settings};
use crate::archive::page_extensions::PageExtensions;
use crate::archive::root::{RootSearch, looks_dated, roots_below};
use crate::archive::walked::Walked;

/// Lists the files in a folder, given the root of the repository that contains it and the number of
/// threads. Includes files that git tracks even if a `.gitignore` matches them.
pub type Walk = fn(&Path, Option<&Path>, usize) -> Walked;

/// Where to look for a root. All paths are canonical.
pub(super) struct Surroundings<'a> {
    /// The folders of a run, and whether the run is about everything in them. A run may also be about
    /// single files in a folder.
    pub(super) folders: BTreeMap<PathBuf, bool>,
    /// The root of the repository that contains the folders.
    pub(super) repository: Option<&'a Path>,
    /// The folder in which the caller works.
    pub(super) working_directory: Option<&'a Path>,
    /// How to list the files in a folder.
    pub(super) walk: Walk,
}

impl Surroundings<'_> {
    /// Returns the folders without those in another folder, if the run is about everything in it.
    fn outermost(&self) -> Vec<(&Path, bool)> {
        let mut outermost: Vec<(&Path, bool)> = Vec::new();
        // In this order, a folder is followed by the folders in it. Thus, only the last one can hold it.
        for (folder, is_whole) in &self.folders {
            let holds = |(above, is_whole): &(&Path, bool)| *is_whole && folder.starts_with(above);
            if !outermost.last().is_some_and(holds) {
                outermost.push((folder, *is_whole));
            }
        }
        outermost
    }

    /// Returns the topmost folder that counts as near to `folder`, see [`RootSearch::at_or_above`].
    fn near<'a>(&'a self, folder: &'a Path) -> &'a Path {
        let holds = |top: &&Path| folder.starts_with(top);
        self.repository.or(self.working_directory).filter(holds).unwrap_or(folder)
    }
}

/// Finds the archive's root by its layout, and says how it was found.
///
/// The root is the nearest folder, from one of the folders of the run upward, in which a page fits the
/// layout. Failing that, it is the only such folder below the folder of the run, if that folder contains
/// at least half of the pages there. Otherwise, it is the repository's root or, outside a repository, a
/// folder that contains all folders of the run.
pub(super) fn infer_root(around: &Surroundings<'_>, settings: &Settings) -> (PathBuf, RootOrigin) {
    let folders = around.outermost();
    let (Some((first, is_whole)), Some((last, _))) = (folders.first(), folders.last()) else {
        return (PathBuf::new(), RootOrigin::Unknown(Vec::new()));
    };
    // The folders are sorted, so a folder that holds the first and the last one holds all.
    let common = first.ancestors().find(|above| last.starts_with(above)).unwrap_or(first);
    let is_alone = folders.len() == 1;
    let top = match around.repository {
        Some(repository) => repository,
        // Do not walk a folder far above. The paths outside the first folder are an error then.
        None if is_alone || is_at_or_below(common, around.working_directory) => common,
        None => first,
    };
    let mut search = RootSearch::new(&settings.layout);
    let mut found = BTreeSet::new();
    for (folder, _) in &folders {
        found.extend(search.at_or_above(folder, around.near(folder), around.repository));
    }
    let holds_all = found.iter().find(|root| common.starts_with(root));
    if let Some(root) = holds_all.or(found.first()) {
        let origin = if root == top { RootOrigin::Folder } else { RootOrigin::Layout };
        return (root.clone(), origin);
    }
    let whole = (is_alone && *is_whole).then_some(*first);
    let above = if around.repository.is_none() { search.above(top) } else { None };
    infer_below(around, top, whole, above, settings)
}

/// Finds the archive's root in `top`. `whole` is the folder of the run if there is only one and if
/// everything in it counts. `above` is a folder above `top` in which a page fits the layout, but which is
/// not near.
fn infer_below(
    around: &Surroundings<'_>,
    top: &Path,
    whole: Option<&Path>,
    above: Option<PathBuf>,
    settings: &Settings,
) -> (PathBuf, RootOrigin) {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let walked = (around.walk)(top, around.repository, threads);
    let below = roots_below(&walked.table, &settings.layout);
    let extensions = &settings.resolver.extensions;
    if let Some(root) = whole.and_then(|folder| main_root(&walked, top, folder, &below, extensions))
    {
        return (root, RootOrigin::Layout);
    }
    let mut roots: Vec<String> = below.into_iter().map(str::to_owned).collect();
    if roots.is_empty() {
        roots.extend(above.map(|root| root.to_string_lossy().into_owned()));
    }
    let is_searched = around.repository.is_some()
        || around.working_directory == Some(top)
        || (whole.is_some() && !is_at_or_below(top, around.working_directory));
    // If no path contains a date, this is not an archive with another layout, so there is no other root
    // to look for.
    let is_root = roots.is_empty() && is_searched && !has_dates(&walked);
    let origin = if is_root { RootOrigin::Folder } else { RootOrigin::Unknown(roots) };
    (top.to_path_buf(), origin)
}

/// Where pages fit the layout, if none does in the folder that should be the root.
pub(super) struct Elsewhere {
    /// The folders in which pages fit, in order.
    pub(super) roots: Vec<PathBuf>,
    /// The folder that is certainly the root: the only one, with at least half of the pages.
    pub(super) main: Option<PathBuf>,
}

/// Looks for pages that fit the layout elsewhere than in `root`, the folder that an option or a settings
/// file names. Returns `None` if a page fits there, or nowhere.
///
/// If `root` is itself in a folder of the layout, such as `news`, the only such place is above, within
/// `top`. Otherwise, it is below. Excluded pages do not count.
pub(super) fn elsewhere(
    root: &Path,
    top: Option<&Path>,
    repository: Option<&Path>,
    settings: &Settings,
    walk: Walk,
) -> Option<Elsewhere> {
    let mut search = RootSearch::new(&settings.layout);
    if search.fits(root) {
        return None;
    }
    if let Some(above) = search.at_or_above(root, root, top) {
        return Some(Elsewhere { roots: vec![above], main: None });
    }
    // Commands that walk no archive also come here, and must not depend on starting threads.
    let walked = walk(root, repository, 1);
    let mut below = roots_below(&walked.table, &settings.layout);
    below.retain(|folder| !settings.exclude.matches(&format!("{folder}/index.md")));
    // A page on the disk may be new to git, or be one that `.gitignore` files exclude.
    if below.is_empty() || below.contains("") {
        return None;
    }
    let main = main_root(&walked, root, root, &below, &settings.resolver.extensions);
    Some(Elsewhere { roots: below.into_iter().map(|folder| root.join(folder)).collect(), main })
}

/// Returns the only folder of `below` that is in `folder`, if at least half of the pages in `folder` are
/// in it. `top` is the folder of the walk.
fn main_root(
    walked: &Walked,
    top: &Path,
    folder: &Path,
    below: &BTreeSet<&str>,
    extensions: &PageExtensions,
) -> Option<PathBuf> {
    let pages = |folder: &Path| {
        let paths = walked.table.ids().map(|file| walked.table.path(file));
        let pages = paths.filter(|path| extensions.split(path).is_some());
        pages.filter(|path| top.join(path).starts_with(folder)).count()
    };
    let mut roots = below.iter().map(|root| top.join(root)).filter(|root| root.starts_with(folder));
    let root = roots.next()?;
    (roots.next().is_none() && pages(&root) * 2 >= pages(folder)).then_some(root)
}

/// Returns whether the path of any file contains a date.
fn has_dates(walked: &Walked) -> bool {
    walked.table.ids().any(|file| looks_dated(walked.table.path(file)))
}

fn is_at_or_below(folder: &Path, above: Option<&Path>) -> bool {
    above.is_some_and(|above| folder.starts_with(above))
}

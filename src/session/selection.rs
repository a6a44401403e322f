//! The selection of the files that a run checks.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::fs::PathError;
use crate::archive::Archive;
use crate::archive::path_text::ancestors;
use crate::archive::walked::Obstacle;
use crate::config::Settings;
use crate::config::settings::RootOrigin;
use crate::diagnostic::{EditTarget, counted};
use crate::span::FileId;

/// Returns the command-line paths, relative to the archive's root.
///
/// `resolve` makes each path canonical. The root itself becomes the empty string. A folder above
/// the root does so too if it is not above the folder of the settings file, or if the root was
/// inferred from the layout.
pub(super) fn names(
    paths: &[PathBuf],
    settings: &Settings,
    resolve: fn(&Path) -> Result<PathBuf, PathError>,
) -> Result<Vec<String>, PathError> {
    let top = settings.file.as_deref().and_then(Path::parent).unwrap_or(&settings.root);
    let name = |path: &PathBuf| {
        let path = resolve(path)?;
        let is_searched = settings.root_origin == RootOrigin::Layout || path.starts_with(top);
        let is_above = settings.root.starts_with(&path) && is_searched;
        if is_above { Ok(String::new()) } else { name(&path, settings) }
    };
    paths.iter().map(name).collect()
}

/// Returns a canonical path relative to the archive's root.
///
/// # Errors
/// Returns [`PathError::Outside`] if the path is outside the root.
pub(super) fn name(path: &Path, settings: &Settings) -> Result<String, PathError> {
    let inside = path.strip_prefix(&settings.root).map_err(|_| PathError::Outside {
        path: path.to_path_buf(),
        root: settings.root.clone(),
    })?;
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

/// The files that a run checks.
#[derive(Default)]
pub(super) struct Selection {
    /// The files, in ascending order.
    pub(super) files: Vec<FileId>,
    /// The paths from the command line.
    named: Named,
    /// The number of command-line paths that are neither folders nor files to check.
    passed_over: u64,
    /// The number of pages that are within the command-line paths but that the settings exclude.
    excluded: usize,
}

impl Selection {
    /// Selects the files to check within the `named` paths: pages, files that may hide pages (see
    /// [`Obstacle::may_hide_pages`]), and files whose paths collide with those of other files.
    /// Leaves out excluded files.
    pub(super) fn new(
        named: &[String],
        settings: &Settings,
        archive: &Archive,
        obstacles: &[(FileId, Obstacle)],
    ) -> Self {
        let hides_pages: BTreeSet<FileId> = obstacles
            .iter()
            .filter(|(_, obstacle)| obstacle.may_hide_pages())
            .map(|(file, _)| *file)
            .collect();
        let is_included = |file: FileId| {
            let path = archive.path(file);
            let counts = archive.is_page(file)
                || hides_pages.contains(&file)
                || archive.collides_with(file).is_some();
            counts && !settings.exclude.matches(path)
        };
        let selected = Named::new(named);
        let files = archive.paths.par_ids().filter(|&file| selected.hold(archive.path(file)));
        let files: Vec<_> = files.filter(|&file| is_included(file)).collect();
        let is_checked = |name: &str| archive.paths.file(name).is_some_and(is_included);
        let passed_over =
            named.iter().filter(|name| !archive.paths.is_folder(name) && !is_checked(name));
        let passed_over = passed_over.count() as u64;
        let excluded = selected.count_excluded(settings, archive, |_| true);
        Self { files, named: selected, passed_over, excluded }
    }

    /// Leaves out the files whose paths `is_checked` does not accept.
    pub(super) fn restrict_to(
        &mut self,
        settings: &Settings,
        archive: &Archive,
        is_checked: impl Fn(&str) -> bool,
    ) {
        self.files.retain(|file| is_checked(archive.path(*file)));
        self.excluded = self.named.count_excluded(settings, archive, is_checked);
    }

    /// Returns whether a fix may change a file. The file must be within the command-line paths and
    /// not excluded.
    pub(super) fn may_change(&self, target: &EditTarget, settings: &Settings) -> bool {
        match target {
            EditTarget::File(file) => self.checks(*file),
            EditTarget::New(path) => !settings.exclude.matches(path) && self.names(path),
        }
    }

    /// Returns whether the run checks a file.
    pub(super) fn checks(&self, file: FileId) -> bool {
        self.files.binary_search(&file).is_ok()
    }

    /// Returns whether a path is within the command-line paths. The path need not exist.
    pub(super) fn names(&self, path: &str) -> bool {
        self.named.hold(path)
    }

    /// Returns the number of files that the run does not check, by reason.
    pub(super) fn skipped(&self) -> Skipped {
        Skipped { excluded: self.excluded as u64, other: self.passed_over }
    }
}

/// The number of files that were not checked, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// The number of pages that are in the paths of the session but that the settings exclude.
    pub excluded: u64,
    /// The number of paths of the session that are neither folders nor pages to check.
    pub other: u64,
}

impl Skipped {
    /// Writes a line of the summary for each number that is not zero.
    pub(super) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        if self.excluded > 0 {
            let pages = counted(self.excluded, "page");
            writeln!(out, "{pages} not checked: excluded")?;
        }
        if self.other > 0 {
            let files = counted(self.other, "named file");
            writeln!(out, "{files} not checked: not among the pages of the archive, or excluded")?;
        }
        Ok(())
    }
}

/// Files and folders from the command line, relative to the root. The root is the empty string.
///
/// This is a hash set, because a command line can name every file in the archive.
#[derive(Default)]
struct Named(HashSet<String>);

impl Named {
    fn new(names: &[String]) -> Self {
        Self(names.iter().cloned().collect())
    }

    /// Counts the pages in the set that the settings exclude and whose paths `is_counted` accepts.
    fn count_excluded(
        &self,
        settings: &Settings,
        archive: &Archive,
        is_counted: impl Fn(&str) -> bool,
    ) -> usize {
        if settings.exclude.written().is_empty() {
            return 0;
        }
        let is_excluded = |file: &FileId| {
            let path = archive.path(*file);
            let is_page = archive.is_page(*file) && is_counted(path);
            is_page && self.hold(path) && settings.exclude.matches(path)
        };
        archive.paths.ids().filter(is_excluded).count()
    }

    /// Returns whether a path is in the set, or is below a folder in the set.
    fn hold(&self, path: &str) -> bool {
        let is_named = |above: &str| self.0.contains(above);
        !self.0.is_empty() && (is_named("") || ancestors(path).any(is_named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_holds_what_is_in_it_and_nothing_that_only_begins_alike() {
        let named = |names: &[&str]| Named(names.iter().map(ToString::to_string).collect());
        let some = named(&["news/2012", "about.md", "é/ü"]);
        for path in ["news/2012", "news/2012/03/25/a.md", "about.md", "é/ü/a.md"] {
            assert!(some.hold(path), "{path}");
        }
        for path in ["news", "news/2012-13/a.md", "about.md5", "2012/a.md", "é", ""] {
            assert!(!some.hold(path), "{path}");
        }
        assert!(named(&["a", ""]).hold("b/c.md"), "the root holds everything");
        assert!(!named(&[]).hold("a.md"));
    }
}

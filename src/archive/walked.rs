//! The result of a walk: the files of an archive, including those that cannot be read.

use std::collections::HashSet;

use super::ignore_files::MOST_IN_ALL;
use super::paths::PathTable;
use crate::span::FileId;

/// The reason why a file of the archive cannot be read. It is known before the file is opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// A path that is not UTF-8, so no link can name it.
    #[error("its name is not UTF-8, so no link can name it")]
    Name,
    /// A pipe, a socket or a device.
    #[error("it is a pipe, a socket or a device")]
    NotAFile,
    /// A symbolic link that leads out of the archive.
    #[error("it is a symbolic link that leads out of the archive, so it is not followed")]
    LeadsOutside,
    /// A symbolic link that is broken or part of a loop.
    #[error("it is a symbolic link to nothing, or part of a loop of links")]
    LeadsNowhere,
    /// A `.gitignore` that is a symbolic link, a pipe or a device. Git does not follow it, either.
    #[error("this one is not a regular file")]
    IgnoreFile,
    /// A `.gitignore` that is too large, or has a line with too many braces.
    #[error(
        "this one is larger than 64 KiB (each wildcard counts as 32 bytes) or has a line with more than \
         100 braces"
    )]
    IgnorePatterns,
    /// The `.gitignore` at which the total weight of these files exceeds the limit.
    #[error("all of them together are larger than 256 KiB (each wildcard counts as 32 bytes)")]
    IgnoreFiles,
    /// An error during the walk, with its message.
    #[error("{0}")]
    Walk(String),
}

impl Obstacle {
    /// Returns whether the file is a `.gitignore` because of which no `.gitignore` is applied.
    #[must_use]
    pub fn bars_patterns(&self) -> bool {
        matches!(self, Self::IgnoreFile | Self::IgnorePatterns | Self::IgnoreFiles)
    }

    /// Returns whether the obstacle may hide pages. If so, it is reported even if the path itself
    /// is not a page.
    #[must_use]
    pub fn may_hide_pages(&self) -> bool {
        match self {
            Self::Name
            | Self::IgnoreFile
            | Self::IgnorePatterns
            | Self::IgnoreFiles
            | Self::Walk(_) => true,
            Self::NotAFile | Self::LeadsOutside | Self::LeadsNowhere => false,
        }
    }
}

/// The result of a walk.
#[derive(Debug, Default)]
pub struct Walked {
    /// All files, including those with an obstacle.
    pub table: PathTable,
    /// The files with an obstacle, in order of their paths.
    pub obstacles: Vec<(FileId, Obstacle)>,
}

impl Walked {
    /// Adds files to the result.
    #[must_use]
    pub fn with_files(self, added: Vec<String>) -> Self {
        self.with_other_files(added, &[])
    }

    /// Returns a copy of the result of a walk through all folders.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { table: self.table.copy(), obstacles: self.obstacles.clone() }
    }

    /// Removes files from the result, and adds others. A path can be both: another file then takes its place.
    #[must_use]
    pub fn with_other_files(self, added: Vec<String>, removed: &[String]) -> Self {
        let obstacles = self.obstacles.into_iter();
        let obstacles: Vec<_> = obstacles
            .map(|(file, obstacle)| (self.table.path(file).to_owned(), obstacle))
            .collect();
        let (mut paths, aliases, partial) = self.table.into_parts();
        if !removed.is_empty() {
            let removed: HashSet<&String> = removed.iter().collect();
            paths.retain(|path| !removed.contains(path));
        }
        paths.extend(added);
        let listing = Listing { paths, aliases, obstacles, ..Listing::default() };
        let Self { table, obstacles } = listing.into_walked();
        Self { table: table.with_partial(partial), obstacles }
    }
}

/// The paths that a walk has found, before they are sorted into a table.
#[derive(Default)]
pub(super) struct Listing {
    /// The files without an obstacle.
    pub(super) paths: Vec<String>,
    /// The symbolic links within the archive, as pairs of their path and the path that they lead
    /// to.
    pub(super) aliases: Vec<(String, String)>,
    /// The files with an obstacle.
    pub(super) obstacles: Vec<(String, Obstacle)>,
    /// The `.gitignore` files that could be applied, with their weights.
    pub(super) ignore_files: Vec<(String, u64)>,
}

impl Listing {
    /// If the total weight of the `.gitignore` files exceeds the limit, moves the first file beyond
    /// the limit to the obstacles.
    pub(super) fn bar_excess(&mut self) {
        self.ignore_files.sort_unstable();
        let mut weight = 0;
        let first = self.ignore_files.iter().find(|(_, own)| {
            weight += own;
            weight > MOST_IN_ALL
        });
        if let Some((first, _)) = first {
            self.paths.retain(|path| path != first);
            self.obstacles.push((first.clone(), Obstacle::IgnoreFiles));
        }
    }

    /// Sorts the paths into a table.
    pub(super) fn into_walked(mut self) -> Walked {
        self.obstacles.sort_by(|one, other| one.0.cmp(&other.0));
        self.paths.extend(self.obstacles.iter().map(|(path, _)| path.clone()));
        let table = PathTable::new(self.paths, self.aliases);
        let obstacles = self.obstacles.into_iter();
        let obstacles =
            obstacles.filter_map(|(path, obstacle)| Some((table.file(&path)?, obstacle))).collect();
        Walked { table, obstacles }
    }
}

//! What a walk finds: the files of an archive, and those that cannot be read.

use std::collections::HashSet;

use super::ignore_files::MOST_IN_ALL;
use super::paths::PathTable;
use crate::span::FileId;

/// Why a file of the archive cannot be read, known before it is opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// Its name is not UTF-8, so no link can name it.
    #[error("its name is not UTF-8, so no link can name it")]
    Name,
    /// It is a pipe, a socket or a device.
    #[error("it is a pipe, a socket or a device")]
    NotAFile,
    /// A symbolic link that leads out of the archive.
    #[error("it is a symbolic link out of the archive, which is not followed")]
    LeadsOutside,
    /// A symbolic link that is broken or part of a loop.
    #[error("it is a symbolic link to nothing, or part of a loop of links")]
    LeadsNowhere,
    /// A `.gitignore` that is a symbolic link, a pipe or a device: git does not follow it either.
    #[error("it is not a regular file, so it is not opened, and no `.gitignore` is applied")]
    IgnoreFile,
    /// A `.gitignore` that is too large, or has a line with too many braces.
    #[error(
        "it is larger than 64 KiB, with each wildcard counted as 32 bytes, or has a line with more than \
         100 braces, so no `.gitignore` is applied"
    )]
    IgnorePatterns,
    /// The `.gitignore` at which the total size of these files exceeds the limit.
    #[error(
        "the `.gitignore` files are larger than 256 KiB in total, so no `.gitignore` is applied"
    )]
    IgnoreFiles,
    /// The walk could not look at it; the system says why.
    #[error("{0}")]
    Walk(String),
}

impl Obstacle {
    /// Returns whether to report it even for a path that is not a page, because pages may depend on it.
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

/// What the walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// All files, except those whose obstacle leaves nothing to link to.
    pub table: PathTable,
    /// Files with an obstacle, in order of their paths.
    pub obstacles: Vec<(FileId, Obstacle)>,
}

impl Walked {
    /// Adds files.
    #[must_use]
    pub fn with_files(self, added: Vec<String>) -> Self {
        self.with_other_files(added, &[])
    }

    /// Adds some files and removes others.
    #[must_use]
    pub fn with_other_files(self, added: Vec<String>, removed: &[String]) -> Self {
        let obstacles = self.obstacles.into_iter();
        let obstacles: Vec<_> = obstacles
            .map(|(file, obstacle)| (self.table.path(file).to_owned(), obstacle))
            .collect();
        let (mut paths, aliases) = self.table.into_parts();
        paths.extend(added);
        if !removed.is_empty() {
            let removed: HashSet<&String> = removed.iter().collect();
            paths.retain(|path| !removed.contains(path));
        }
        Listing { paths, aliases, obstacles, ..Listing::default() }.into_walked()
    }
}

/// The paths that the walk found, before they are sorted into a table.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) paths: Vec<String>,
    pub(super) aliases: Vec<(String, String)>,
    pub(super) obstacles: Vec<(String, Obstacle)>,
    /// The `.gitignore` files that could be applied, with their weights.
    pub(super) ignore_files: Vec<(String, u64)>,
}

impl Listing {
    /// Records an obstacle for the first `.gitignore` at which the total weight exceeds the limit.
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

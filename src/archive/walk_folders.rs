//! Lists some folders of an archive, instead of all.

#![expect(clippy::disallowed_methods, reason = "this module lists folders as the walk does")]

use std::collections::BTreeSet;
use std::fs::DirEntry;
use std::path::Path;

use super::ignore_files::{IGNORE_FILE, Ignored};
use super::partial_list::PartialList;
use super::path_text::{ancestors, join};
use super::walk::{Collector, ignore_text, ignores_above};
use super::walked::{Listing, Walked};

/// Lists some folders below `root` and the folders above them, and finds there what [`walk`](super::walk::walk) finds.
/// Opens no other folder, and starts no thread.
///
/// Returns `None` if a `.gitignore` in one of the folders cannot be applied, so that only a whole walk tells what
/// applies.
#[must_use]
pub fn walk_folders(
    root: &Path,
    repository: Option<&Path>,
    folders: &BTreeSet<String>,
) -> Option<Walked> {
    let above = ignores_above(root, repository);
    let mut lister = Lister {
        collector: Collector { root, found: Listing::default() },
        patterns: Ignored::by_those(&above),
        entered: BTreeSet::new(),
        passed: BTreeSet::from([String::new()]),
        ignored: BTreeSet::new(),
    };
    // A folder precedes those below it.
    let wanted: BTreeSet<&str> =
        folders.iter().flat_map(|folder| ancestors(folder)).chain([""]).collect();
    for folder in wanted {
        // Only a folder that was found in the one above it is entered. Symbolic links are not.
        if lister.passed.remove(folder) {
            lister.enter(folder)?;
        }
    }
    let Lister { collector, entered, passed, ignored, .. } = lister;
    let Walked { table, obstacles } = collector.found.into_walked();
    let list = PartialList::new(entered, passed, ignored);
    Some(Walked { table: table.with_partial(Some(Box::new(list))), obstacles })
}

/// What was found in the folders that are already listed.
struct Lister<'a> {
    collector: Collector<'a>,
    patterns: Ignored<'a>,
    /// The folders that are listed.
    entered: BTreeSet<String>,
    /// The folders that were found, but are not listed.
    passed: BTreeSet<String>,
    /// What is left out (see [`PartialList`]).
    ignored: BTreeSet<String>,
}

impl Lister<'_> {
    /// Lists a folder. Returns `None` if its `.gitignore` cannot be applied.
    fn enter(&mut self, folder: &str) -> Option<()> {
        let path = self.collector.root.join(folder);
        self.entered.insert(folder.to_owned());
        let entries: Result<Vec<DirEntry>, _> =
            std::fs::read_dir(&path).and_then(Iterator::collect);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.collector.add_failure(&path, error.to_string());
                return Some(());
            }
        };
        let has_patterns = entries.iter().any(|entry| entry.file_name() == IGNORE_FILE);
        if has_patterns {
            let text = ignore_text(&path).ok()?;
            self.patterns.add(folder, &text).ok()?;
        }
        for entry in entries.iter().filter(|entry| entry.file_name() != ".git") {
            self.visit(folder, entry);
        }
        Some(())
    }

    fn visit(&mut self, folder: &str, entry: &DirEntry) {
        let name = entry.file_name();
        let path = join(folder, &name.to_string_lossy());
        let Ok(kind) = entry.file_type() else { return };
        let is_ignored = if kind.is_dir() {
            name.to_str().is_none() || self.patterns.is_folder_ignored(&path)
        } else {
            self.patterns.is_file_ignored(&path)
        };
        if is_ignored {
            self.ignored.insert(path);
        } else if kind.is_dir() {
            self.passed.insert(path);
        } else {
            self.collector.add(&entry.path(), kind);
        }
    }
}

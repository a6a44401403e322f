//! Lists the files directly in a folder.

use super::partial_list::PartialList;
use super::path_text::folder_prefix;
use super::paths::PathTable;
use crate::span::FileId;

impl PathTable {
    /// Returns the files directly in a folder, in order of their names. Skips each subfolder as a
    /// whole. Looks at no more than `most` files and subfolders.
    #[must_use]
    pub fn in_folder(&self, folder: &str, most: usize) -> Vec<FileId> {
        self.around(folder, "", most)
    }

    /// Returns the files directly in a folder whose names come just before and after `name`, in order
    /// of their names. Looks at no more than `most` files and subfolders on each side.
    #[must_use]
    pub fn around(&self, folder: &str, name: &str, most: usize) -> Vec<FileId> {
        if let Some(partial) = self.partial() {
            return self.around_in(partial, folder, name, most);
        }
        let prefix = folder_prefix(folder);
        let at = self.first_from(0, &format!("{prefix}{name}"));
        let mut files = self.before(at, &prefix, most);
        files.reverse();
        files.extend(self.from(at, &prefix, most));
        files
    }

    /// Does what [`around`](Self::around) does in a partial list, where subfolders count without their files.
    fn around_in(
        &self,
        partial: &PartialList,
        folder: &str,
        name: &str,
        most: usize,
    ) -> Vec<FileId> {
        partial.ask_for_files_in(folder);
        let prefix = folder_prefix(folder);
        let start = self.first_from(0, &prefix);
        let files = self.from(start, &prefix, usize::MAX).into_iter();
        let files = files.map(|file| (self.path(file)[prefix.len()..].to_owned(), Some(file)));
        let folders = partial.subfolders(folder).map(|name| (format!("{name}/"), None));
        let mut all: Vec<_> = files.chain(folders).collect();
        // Whether a folder has any files, and so counts, is unknown.
        if all.len() > most {
            partial.ask_for_all();
        }
        all.sort_unstable();
        let at = all.partition_point(|(other, _)| other.as_str() < name);
        let around = &all[at.saturating_sub(most)..at.saturating_add(most).min(all.len())];
        around.iter().filter_map(|(_, file)| *file).collect()
    }

    /// Returns the files directly in the folder `prefix` whose indices are at least `at`.
    fn from(&self, mut at: u32, prefix: &str, most: usize) -> Vec<FileId> {
        let mut files = Vec::new();
        for _ in 0..most {
            let is_file = at < self.len();
            let Some(name) = is_file.then(|| self.name_below(at, prefix)).flatten() else { break };
            match name.split_once('/') {
                None => {
                    files.push(FileId(at));
                    at += 1;
                }
                // `0` follows `/` in byte order.
                Some((below, _)) => at = self.first_from(at, &format!("{prefix}{below}0")),
            }
        }
        files
    }

    /// Returns the files directly in the folder `prefix` whose indices are less than `at`, in reverse
    /// order.
    fn before(&self, mut at: u32, prefix: &str, most: usize) -> Vec<FileId> {
        let mut files = Vec::new();
        for _ in 0..most {
            let Some(last) = at.checked_sub(1) else { break };
            let Some(name) = self.name_below(last, prefix) else { break };
            at = match name.split_once('/') {
                None => {
                    files.push(FileId(last));
                    last
                }
                Some((below, _)) => self.first_from(0, &format!("{prefix}{below}/")),
            };
        }
        files
    }

    /// Returns the path of the file with an index, without the prefix that it begins with.
    fn name_below(&self, index: u32, prefix: &str) -> Option<&str> {
        self.path(FileId(index)).strip_prefix(prefix)
    }

    /// Returns the index of the first file, of those from the index `from` on, whose path is not less than
    /// `bound`.
    fn first_from(&self, from: u32, bound: &str) -> u32 {
        partition(&(from..self.len()), |id| self.path(FileId(id)) < bound)
    }
}

/// Returns the first of the sorted `ids` for which `before` returns `false`, or the end of the
/// range if there is none.
fn partition(ids: &std::ops::Range<u32>, before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (ids.start, ids.end);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_without_what_is_below() {
        let paths = ["a-b/x.md", "a/b/1.md", "a/b/2.md", "a/c.md", "a/d/3.md", "a/e.md", "ab.md"];
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        let listed = |folder: &str, most: usize| -> Vec<String> {
            let files = table.in_folder(folder, most).into_iter();
            files.map(|file| table.path(file).to_owned()).collect()
        };
        assert_eq!(listed("a", 9), ["a/c.md", "a/e.md"]);
        assert_eq!(listed("", 9), ["ab.md"]);
        assert_eq!(listed("a", 2), ["a/c.md"]);
        assert_eq!(listed("none", 9), [] as [&str; 0]);
        let around = |folder: &str, name: &str, most: usize| {
            let files = table.around(folder, name, most).into_iter();
            files.map(|file| table.path(file).to_owned()).collect::<Vec<_>>()
        };
        for name in ["", "a", "c.md", "d", "zz"] {
            assert_eq!(around("a", name, 9), ["a/c.md", "a/e.md"], "{name}");
            assert_eq!(around("", name, 9), ["ab.md"], "{name}");
            assert_eq!(around("none", name, 9), [] as [&str; 0], "{name}");
        }
        assert_eq!(around("a", "d.md", 1), ["a/c.md"]);
        assert_eq!(around("a", "d.md", 2), ["a/c.md", "a/e.md"]);
    }
}

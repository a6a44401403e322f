//! The path table: every file and folder of the archive. Lookups do not access the file system.

use std::borrow::Cow;
use std::sync::OnceLock;

use hashbrown::HashTable;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::computed::get_or_compute;
use super::partial_list::PartialList;
use super::path_text::{ancestors, fold, folder_and_name};
use crate::span::FileId;

/// The paths of all files, relative to the archive's root and with `/` as separator, in byte order.
#[derive(Debug, Default)]
pub struct PathTable {
    /// All paths, concatenated.
    text: String,
    /// The end of each path as a byte offset in `text`.
    ends: Vec<u32>,
    /// The files, hashed by path.
    files: HashTable<u32>,
    /// The folders, hashed by path. Each consists of the index of the first file below the folder
    /// and the length of the folder's path in bytes.
    folders: HashTable<(u32, u32)>,
    /// The symbolic links as pairs of their path and the path that they lead to, sorted.
    aliases: Vec<(String, String)>,
    /// What is known of the folders if only some of them are listed.
    partial: Option<Box<PartialList>>,
    /// The files whose path may differ from its folded form, as pairs of the folded form and the
    /// file, sorted. Of two paths that differ only in case or normal form, at least one is in this
    /// list. The list is usually short.
    unfolded: OnceLock<Vec<(String, FileId)>>,
}

/// The paths and the symbolic links of a table, and what is known of its folders.
type TableParts = (Vec<String>, Vec<(String, String)>, Option<Box<PartialList>>);

/// The minimum number of paths for which another thread is worth its start.
const FEWEST_PER_THREAD: usize = 512;

/// The maximum number of symbolic links that are followed in one path.
const MAX_ALIASES: usize = 8;

impl PathTable {
    /// Creates a table of `paths`. `aliases` are the symbolic links, as pairs of their path and the
    /// path in the archive that they lead to.
    #[must_use]
    pub fn new(mut paths: Vec<String>, mut aliases: Vec<(String, String)>) -> Self {
        aliases.sort_unstable();
        paths.par_sort_unstable();
        paths.dedup();
        let mut text = String::with_capacity(paths.iter().map(String::len).sum());
        let mut ends = Vec::with_capacity(paths.len());
        for path in &paths {
            text.push_str(path);
            ends.push(text.len() as u32);
        }
        let with_folders = || {
            // Dropping a million paths takes as long as hashing them.
            drop(paths);
            hash_folders(&text, &ends)
        };
        let (files, folders) = rayon::join(|| hash_files(&text, &ends), with_folders);
        Self { text, ends, files, folders, aliases, ..Self::default() }
    }

    /// Returns a copy of a table of all files. What is computed on first use is computed once for all copies.
    pub(super) fn copy(&self) -> Self {
        self.unfolded();
        Self {
            text: self.text.clone(),
            ends: self.ends.clone(),
            files: self.files.clone(),
            folders: self.folders.clone(),
            aliases: self.aliases.clone(),
            partial: None,
            unfolded: self.unfolded.clone(),
        }
    }

    /// Sets what is known of the folders if the files are those of some folders only.
    #[must_use]
    pub fn with_partial(self, partial: Option<Box<PartialList>>) -> Self {
        Self { partial, ..self }
    }

    /// Returns what is known of the folders if only some of them are listed.
    #[must_use]
    pub fn partial(&self) -> Option<&PartialList> {
        self.partial.as_deref()
    }

    /// Returns the paths, the symbolic links and what is known of the folders.
    #[must_use]
    pub(super) fn into_parts(self) -> TableParts {
        let paths = self.ids().map(|file| self.path(file).to_owned()).collect();
        (paths, self.aliases, self.partial)
    }

    /// Returns the number of files that are listed.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Returns the files that are listed, in order of their paths.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = FileId> + use<> {
        (0..self.len()).map(FileId)
    }

    /// Returns the files that are listed as a parallel iterator, in order of their paths.
    pub fn par_ids(&self) -> impl IndexedParallelIterator<Item = FileId> + use<> {
        (0..self.len()).into_par_iter().with_min_len(FEWEST_PER_THREAD).map(FileId)
    }

    /// Returns all files of the archive, in order of their paths. If the list is partial, asks for the other
    /// files.
    pub fn all_ids(&self) -> impl ExactSizeIterator<Item = FileId> + use<> {
        self.ask_for_all();
        self.ids()
    }

    /// Returns the same as [`Self::all_ids`] as a parallel iterator.
    pub fn par_all_ids(&self) -> impl IndexedParallelIterator<Item = FileId> + use<> {
        self.ask_for_all();
        self.par_ids()
    }

    fn ask_for_all(&self) {
        if let Some(partial) = &self.partial {
            partial.ask_for_all();
        }
    }

    /// Returns the path of a file.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        slice(&self.text, &self.ends, file.0)
    }

    /// Returns the file with exactly this path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        let found = self.listed(path);
        if let (None, Some(partial)) = (found, &self.partial) {
            partial.ask_for_file(path);
        }
        found
    }

    /// Returns the file with exactly this path, if it is listed.
    fn listed(&self, path: &str) -> Option<FileId> {
        let found = self
            .files
            .find(xxh3_64(path.as_bytes()), |&id| slice(&self.text, &self.ends, id) == path);
        found.copied().map(FileId)
    }

    /// Returns whether a folder has exactly this path. The root is the empty path.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        let found = path.is_empty()
            || self
                .folders
                .find(xxh3_64(path.as_bytes()), |&(id, len)| {
                    slice(&self.text, &self.ends, id).get(..len as usize) == Some(path)
                })
                .is_some();
        if let (false, Some(partial)) = (found, &self.partial) {
            partial.ask_for_file_below(path);
        }
        found
    }

    /// Returns the files that have the same path as an earlier file if case and Unicode normal form
    /// are ignored. Each is paired with the first such file. The pairs are sorted.
    #[must_use]
    pub fn collisions(&self) -> Vec<(FileId, FileId)> {
        let mut collisions = Vec::new();
        for kind in self.unfolded().chunk_by(|one, other| one.0 == other.0) {
            let folded = self.listed(&kind[0].0);
            let mut files: Vec<FileId> = kind.iter().map(|(_, file)| *file).collect();
            files.extend(folded);
            files.sort_unstable();
            files.dedup();
            collisions.extend(files[1..].iter().map(|file| (*file, files[0])));
        }
        collisions.sort_unstable();
        collisions
    }

    /// Returns the path after following the symbolic links in it, or `None` if it contains none.
    #[must_use]
    pub fn follow(&self, path: &str) -> Option<String> {
        let mut followed: Option<String> = None;
        for _ in 0..MAX_ALIASES {
            let current = followed.as_deref().unwrap_or(path);
            // Follow the link nearest to the root first, as an operating system does.
            let next = ancestors(current).find_map(|above| {
                let index = self.aliases.binary_search_by(|(from, _)| (**from).cmp(above)).ok()?;
                let (to, rest) = (&self.aliases[index].1, &current[above.len()..]);
                Some(format!("{to}{rest}").trim_start_matches('/').to_owned())
            });
            match next {
                Some(next) => followed = Some(next),
                None => break,
            }
        }
        followed
    }

    /// Returns the first file whose path equals `path` if case and Unicode normal form are ignored.
    #[must_use]
    pub fn file_but_for_case(&self, path: &str) -> Option<FileId> {
        let folded = fold(path);
        // Files with the same folded form are sorted, so the first one is enough.
        let unfolded = self.unfolded_as(&folded).next();
        unfolded.into_iter().chain(self.listed(&folded)).min()
    }

    /// Returns whether no more than one file has this path if case and Unicode normal form are
    /// ignored.
    #[must_use]
    pub fn is_sole_but_for_case(&self, path: &str) -> bool {
        let folded = fold(path);
        self.unfolded_as(&folded).chain(self.listed(&folded)).nth(1).is_none()
    }

    /// Returns the files in the list of `unfolded` whose folded path is `folded`, in order.
    fn unfolded_as(&self, folded: &str) -> impl Iterator<Item = FileId> {
        if let Some(partial) = &self.partial {
            partial.ask_but_for_case(folded);
        }
        let unfolded = self.unfolded();
        let at = unfolded.partition_point(|(known, _)| **known < *folded);
        let alike = unfolded.iter().skip(at).take_while(move |(known, _)| **known == *folded);
        alike.map(|(_, file)| *file)
    }

    /// Returns the files whose path may differ from its folded form. Computes the list on first
    /// use.
    fn unfolded(&self) -> &[(String, FileId)] {
        let differs = |file: FileId| match fold(self.path(file)) {
            Cow::Owned(folded) if folded != self.path(file) => Some((folded, file)),
            _ => None,
        };
        let unfolded: &Vec<_> = get_or_compute(&self.unfolded, || {
            let mut unfolded: Vec<_> = self.par_ids().filter_map(differs).collect();
            unfolded.par_sort_unstable();
            unfolded
        });
        unfolded
    }
}

/// Returns the table of the files.
fn hash_files(text: &str, ends: &[u32]) -> HashTable<u32> {
    let hash = |&id: &u32| xxh3_64(slice(text, ends, id).as_bytes());
    let mut files = HashTable::with_capacity(ends.len());
    for id in 0..ends.len() as u32 {
        files.insert_unique(hash(&id), id, hash);
    }
    files
}

/// Returns the table of the folders above the files.
fn hash_folders(text: &str, ends: &[u32]) -> HashTable<(u32, u32)> {
    let folder = |&(id, len): &(u32, u32)| &slice(text, ends, id)[..len as usize];
    let hash = |entry: &(u32, u32)| xxh3_64(folder(entry).as_bytes());
    let mut folders: HashTable<(u32, u32)> = HashTable::new();
    for id in 0..ends.len() as u32 {
        let mut above = folder_and_name(slice(text, ends, id)).0;
        // Usually, the file before it is in the same folder. The folders above a known folder are known as well.
        let before = id.checked_sub(1).map(|before| folder_and_name(slice(text, ends, before)).0);
        if before == Some(above) {
            continue;
        }
        while !above.is_empty() {
            let entry = (id, above.len() as u32);
            if folders.find(hash(&entry), |known| folder(known) == above).is_some() {
                break;
            }
            folders.insert_unique(hash(&entry), entry, hash);
            above = folder_and_name(above).0;
        }
    }
    folders
}

/// Returns the path with the index `id`.
fn slice<'a>(text: &'a str, ends: &[u32], id: u32) -> &'a str {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] as usize };
    &text[start..ends[id] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> PathTable {
        let paths = ["b/c/d.md", "a.md", "b/e.md", "ü/Ö.md"].map(str::to_owned).to_vec();
        PathTable::new(
            paths,
            vec![("latest".into(), "b/c".into()), ("home.md".into(), "a.md".into())],
        )
    }

    #[test]
    fn ids_are_in_path_order() {
        let table = table();
        let paths: Vec<_> = table.ids().map(|id| table.path(id)).collect();
        assert_eq!(paths, ["a.md", "b/c/d.md", "b/e.md", "ü/Ö.md"]);
        assert_eq!(table.file("b/e.md"), Some(FileId(2)));
        assert_eq!(table.file("b"), None);
    }

    #[test]
    fn folders_are_known() {
        let table = table();
        assert!(["", "b", "b/c", "ü"].iter().all(|folder| table.is_folder(folder)));
        assert!(["a.md", "b/", "c", "b/c/d.md"].iter().all(|path| !table.is_folder(path)));
        let paths = ["a-b/x.md", "a/b/x.md", "a/x.md", "a.b/c/x.md", "ab/x.md"];
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        let folders = ["a", "a-b", "a.b", "a.b/c", "a/b", "ab"];
        assert!(folders.iter().all(|folder| table.is_folder(folder)));
        assert!(["a.b/x.md", "b", "a/b/c", "a-"].iter().all(|path| !table.is_folder(path)));
    }

    #[test]
    fn case_and_normal_form_are_folded() {
        let table = table();
        assert_eq!(table.file_but_for_case("B/E.MD"), Some(FileId(2)));
        assert_eq!(table.file_but_for_case("u\u{308}/o\u{308}.md"), Some(FileId(3)));
        assert_eq!(table.file_but_for_case("b/f.md"), None);
    }

    #[test]
    fn of_paths_alike_but_for_case_the_first_is_found() {
        for (paths, first) in [
            (&["A.md", "B.md", "a.md"][..], "A.md"),
            (&["A.MD", "A.md", "B.md"], "A.MD"),
            (&["B.md", "a.md", "a\u{308}.md"], "a.md"),
            (&["Ä.md", "ä.md"], "Ä.md"),
            (&["a\u{308}.md", "ä.md"], "a\u{308}.md"),
        ] {
            let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
            let table = PathTable::new(paths, Vec::new());
            let found = table.file_but_for_case(&first.to_uppercase());
            assert_eq!(found.map(|file| table.path(file)), Some(first));
        }
        let table = PathTable::new(["A.md", "a.md", "B.md"].map(str::to_owned).into(), Vec::new());
        assert!(!table.is_sole_but_for_case("a.md") && !table.is_sole_but_for_case("A.md"));
        assert!(table.is_sole_but_for_case("b.md") && table.is_sole_but_for_case("c.md"));
        // Bengali and Tamil vowel signs, which may or may not combine with the character before.
        for path in ["\u{9B8}\u{9BE}.md", "\u{BA4}\u{BBE}.md", "q\u{301}.md"] {
            let table = PathTable::new(vec![path.to_owned()], Vec::new());
            assert!(table.is_sole_but_for_case(path), "{path}");
        }
    }

    #[test]
    fn paths_whose_marks_have_another_order_are_alike() {
        let (typed, normal) = ("\u{645}\u{651}\u{64E}.md", "\u{645}\u{64E}\u{651}.md");
        let table = PathTable::new(vec![normal.to_owned()], Vec::new());
        assert_eq!(table.file_but_for_case(typed), Some(FileId(0)));
        let table = PathTable::new(vec![typed.to_owned(), normal.to_owned()], Vec::new());
        assert_eq!(table.collisions(), [(FileId(1), FileId(0))]);
    }

    #[test]
    fn symbolic_links_are_followed_within_bounds() {
        let looped = PathTable::new(vec![], vec![("x".into(), "x/x".into())]);
        assert!(looped.follow("x").is_some());
        assert_eq!(table().follow("latest/d.md").as_deref(), Some("b/c/d.md"));
        assert_eq!(table().follow("home.md").as_deref(), Some("a.md"));
        assert_eq!(table().follow("latest2/d.md"), None);
    }
}

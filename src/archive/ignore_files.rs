//! Parses `.gitignore` files and determines which paths they exclude.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::path_text::folder_and_name;

/// The name of files with ignore patterns.
pub(super) const IGNORE_FILE: &str = ".gitignore";

/// Returns whether `path` is the path of a `.gitignore`.
#[must_use]
pub fn is_ignore_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next();
    name == Some(IGNORE_FILE.as_bytes())
}

/// The contents of `.gitignore` files, by path.
pub type IgnoreFiles = BTreeMap<String, Arc<[u8]>>;

/// The maximum weight of a `.gitignore`. Its compiled patterns take hundreds of times as many bytes
/// as its text, and take time to compile. A hand-written file has at most a few hundred lines and a
/// few KiB.
pub(super) const MOST: u64 = 64 << 10;

/// The maximum total weight of all `.gitignore` files that are applied.
pub(super) const MOST_IN_ALL: u64 = 256 << 10;

/// The additional weight of each wildcard, in bytes. Patterns with several wildcards take the most
/// time and memory.
const WILDCARD: u64 = 32;

/// Returns the weight of a `.gitignore`: its size in bytes, plus [`WILDCARD`] for each wildcard.
pub(super) fn weight(text: &[u8]) -> u64 {
    text.len() as u64 + WILDCARD * memchr::memchr3_iter(b'*', b'?', b'[', text).count() as u64
}

/// The maximum number of opening braces in a line of a `.gitignore`. The pattern parser recurses at
/// each brace, so more braces could overflow its stack.
const MOST_BRACES: usize = 100;

/// Returns whether the patterns in the text of a `.gitignore` are within the limits and can be
/// applied.
pub(super) fn are_taken(text: &[u8]) -> bool {
    let braces = |line: &[u8]| memchr::memchr_iter(b'{', line).count();
    weight(text) <= MOST
        && text.split(|byte| *byte == b'\n').all(|line| braces(line) <= MOST_BRACES)
}

/// Returns the files whose patterns can be applied, with their weights.
pub(super) fn obeyable(rules: &IgnoreFiles) -> Vec<(String, u64)> {
    let taken = rules.iter().filter(|(_, text)| are_taken(text));
    taken.map(|(path, text)| (path.clone(), weight(text))).collect()
}

/// Returns whether a file is excluded. `rules` are the contents of the `.gitignore` files above it, and
/// `above` those outside the archive. Returns `false` if one of `rules` cannot be applied.
#[must_use]
pub(super) fn leaves_out(rules: &IgnoreFiles, above: &IgnoresAbove, path: &str) -> bool {
    Ignored::by(rules, std::iter::empty(), above)
        .is_ok_and(|mut ignored| ignored.is_file_ignored(path))
}

/// Parses the patterns of a `.gitignore`, up to the first line that is not UTF-8.
fn patterns(text: &[u8]) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n').map_while(|line| std::str::from_utf8(line).ok());
    for line in lines {
        // Skip invalid patterns, as git does.
        let _ = builder.add_line(None, line.strip_suffix('\r').unwrap_or(line));
    }
    builder.build().ok()
}

/// The error if a `.gitignore` cannot be applied, or if all of them together exceed the limit.
pub(super) struct Barred;

/// The patterns of the `.gitignore` files in the folders of the repository above an archive's root.
#[derive(Default)]
pub struct IgnoresAbove {
    /// The patterns by folder, relative to the repository's root.
    patterns: HashMap<String, Arc<Gitignore>>,
    /// The path of the archive's root relative to the repository's root, with `/` at the end.
    prefix: String,
}

impl IgnoresAbove {
    /// Compiles the contents of `.gitignore` files. Their paths are relative to the repository's root, as
    /// is `root`, the path of the archive's root.
    ///
    /// Returns no patterns if a file cannot be applied, or if the files exclude the root itself. In the
    /// latter case, the archive would be empty.
    pub(super) fn new(rules: &IgnoreFiles, root: &str) -> Self {
        let nothing = Self::default();
        let Ok(mut ignored) = Ignored::by(rules, std::iter::empty(), &nothing) else {
            return Self::default();
        };
        if ignored.is_folder_ignored(root) {
            return Self::default();
        }
        Self { patterns: ignored.patterns, prefix: format!("{root}/") }
    }

    /// Returns whether there are no patterns.
    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns whether the patterns exclude a path, which is relative to the archive's root.
    fn matches(&self, path: &str, is_folder: bool) -> bool {
        let matches = |path| matches!(matched(&self.patterns, path, is_folder), Match::Ignore(()));
        !self.is_empty() && matches(&format!("{}{path}", self.prefix))
    }
}

/// The paths that `.gitignore` files exclude.
pub(super) struct Ignored<'a> {
    /// The patterns of each folder with a `.gitignore`.
    patterns: HashMap<String, Arc<Gitignore>>,
    /// A cache of whether a folder is excluded.
    folders: HashMap<String, bool>,
    /// The total weight of the files that apply.
    weight: u64,
    /// The patterns outside the archive.
    above: &'a IgnoresAbove,
}

impl<'a> Ignored<'a> {
    /// Creates the paths that only the `.gitignore` files outside the archive exclude.
    pub(super) fn by_those(above: &'a IgnoresAbove) -> Self {
        Self { patterns: HashMap::new(), folders: HashMap::new(), weight: 0, above }
    }

    /// Compiles the contents of `.gitignore` files in the archive. `links` are the paths of those that are
    /// symbolic links, and `above` are the patterns outside. Skips files in excluded folders, as a walk over
    /// a folder does.
    ///
    /// # Errors
    /// Returns [`Barred`] if a file outside excluded folders cannot be applied.
    pub(super) fn by<'r>(
        rules: &'r IgnoreFiles,
        links: impl Iterator<Item = &'r str>,
        above: &'a IgnoresAbove,
    ) -> Result<Self, Barred> {
        let texts = rules.iter().map(|(path, text)| (&**path, Some(text)));
        let mut all: Vec<_> = texts.chain(links.map(|path| (path, None))).collect();
        // Start with the files nearest to the root: they determine which folders are excluded.
        all.sort_by_key(|(path, _)| path.matches('/').count());
        let mut ignored = Self::by_those(above);
        let mut known = HashMap::new();
        for (path, text) in all {
            let folder = folder_and_name(path).0;
            if ignored.is_folder_ignored(folder) {
                continue;
            }
            let text = text.ok_or(Barred)?;
            ignored.weigh(text)?;
            // Many folders may have identical files, so compile each text only once.
            let own = known.entry(text).or_insert_with(|| patterns(text).map(Arc::new));
            if let Some(own) = own {
                ignored.patterns.insert(folder.to_owned(), Arc::clone(own));
            }
        }
        Ok(ignored)
    }

    /// Applies a `.gitignore` to everything in its folder. No path in there has been asked for yet.
    ///
    /// # Errors
    /// Returns [`Barred`] if the file cannot be applied, or if all of them together exceed the limit.
    pub(super) fn add(&mut self, folder: &str, text: &[u8]) -> Result<(), Barred> {
        self.weigh(text)?;
        if let Some(own) = patterns(text) {
            self.patterns.insert(folder.to_owned(), Arc::new(own));
        }
        Ok(())
    }

    /// Adds the weight of a `.gitignore`.
    fn weigh(&mut self, text: &[u8]) -> Result<(), Barred> {
        self.weight += weight(text);
        if are_taken(text) && self.weight <= MOST_IN_ALL { Ok(()) } else { Err(Barred) }
    }

    /// Returns whether any pattern applies.
    fn has_patterns(&self) -> bool {
        !(self.patterns.is_empty() && self.above.is_empty())
    }

    /// Returns whether a file or a folder above it is excluded.
    pub(super) fn is_file_ignored(&mut self, path: &str) -> bool {
        self.has_patterns()
            && (self.is_folder_ignored(folder_and_name(path).0) || self.is_matched(path, false))
    }

    /// Returns whether a folder or one above it is excluded.
    pub(super) fn is_folder_ignored(&mut self, path: &str) -> bool {
        if path.is_empty() {
            return false;
        }
        if let Some(&known) = self.folders.get(path) {
            return known;
        }
        let is_ignored =
            self.is_folder_ignored(folder_and_name(path).0) || self.is_matched(path, true);
        self.folders.insert(path.to_owned(), is_ignored);
        is_ignored
    }

    /// Returns whether the nearest `.gitignore` with a pattern that matches a path excludes it.
    fn is_matched(&self, path: &str, is_folder: bool) -> bool {
        match matched(&self.patterns, path, is_folder) {
            Match::None => self.above.matches(path, is_folder),
            Match::Ignore(()) => true,
            Match::Whitelist(()) => false,
        }
    }
}

/// Returns the match of the nearest `.gitignore` with a pattern that matches a path.
fn matched(patterns: &HashMap<String, Arc<Gitignore>>, path: &str, is_folder: bool) -> Match<()> {
    let mut above = path;
    while !above.is_empty() {
        above = folder_and_name(above).0;
        let Some(patterns) = patterns.get(above) else { continue };
        let inside = path[above.len()..].trim_start_matches('/');
        let found = patterns.matched(inside, is_folder).map(|_| ());
        if !found.is_none() {
            return found;
        }
    }
    Match::None
}

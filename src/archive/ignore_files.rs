//! `.gitignore` files: which of them apply, and which paths they leave out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The name of a file of patterns.
pub(super) const IGNORE_FILE: &str = ".gitignore";

/// Whether a path is that of a `.gitignore`.
#[must_use]
pub fn is_ignore_file(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next();
    name == Some(IGNORE_FILE.as_bytes())
}

/// The contents of `.gitignore` files, by their paths.
pub type IgnoreFiles = BTreeMap<String, Arc<[u8]>>;

/// The most that a `.gitignore` may weigh: what is made of its patterns takes hundreds of times as many bytes, and
/// time besides. Those that people write have some hundred lines, and a few KiB.
pub(super) const MOST: u64 = 64 << 10;

/// The most that all may weigh that are obeyed.
pub(super) const MOST_IN_ALL: u64 = 256 << 10;

/// What a wildcard weighs: patterns of several are what takes time and memory.
const WILDCARD: u64 = 32;

/// What a `.gitignore` weighs: its bytes, and more for each wildcard.
pub(super) fn weight(text: &[u8]) -> u64 {
    text.len() as u64 + WILDCARD * memchr::memchr3_iter(b'*', b'?', b'[', text).count() as u64
}

/// The maximum number of opening braces in a line of one: the patterns' parser goes a level down with each, and
/// its stack has an end.
const MOST_BRACES: usize = 100;

/// Whether the text of a `.gitignore` is one whose patterns are taken.
pub(super) fn are_taken(text: &[u8]) -> bool {
    let braces = |line: &[u8]| memchr::memchr_iter(b'{', line).count();
    weight(text) <= MOST
        && text.split(|byte| *byte == b'\n').all(|line| braces(line) <= MOST_BRACES)
}

/// Those files whose patterns are taken, with their weights.
pub(super) fn obeyable(rules: &IgnoreFiles) -> Vec<(String, u64)> {
    let taken = rules.iter().filter(|(_, text)| are_taken(text));
    taken.map(|(path, text)| (path.clone(), weight(text))).collect()
}

/// Whether a file is left out; `rules` are the contents of the `.gitignore` files above it.
#[must_use]
pub(super) fn leaves_out(rules: &IgnoreFiles, path: &str) -> bool {
    Ignored::by(rules, std::iter::empty()).is_ok_and(|mut ignored| ignored.is_file_ignored(path))
}

/// The patterns of a `.gitignore`, up to the first line that is no UTF-8.
fn patterns(text: &[u8]) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n').map_while(|line| std::str::from_utf8(line).ok());
    for line in lines {
        // What is no pattern is passed over, as git does.
        let _ = builder.add_line(None, line.strip_suffix('\r').unwrap_or(line));
    }
    builder.build().ok()
}

/// One `.gitignore` may not be obeyed, or all together.
pub(super) struct Barred;

/// Which files `.gitignore` files leave out.
#[derive(Default)]
pub(super) struct Ignored {
    /// The patterns of each folder that has some.
    patterns: HashMap<String, Arc<Gitignore>>,
    /// What is known of folders.
    folders: HashMap<String, bool>,
}

impl Ignored {
    /// Applies the contents of `.gitignore` files, some of which are symbolic links. As in a folder, it looks
    /// for a file that cannot be applied only where the others exclude nothing.
    pub(super) fn by<'a>(
        rules: &'a IgnoreFiles,
        links: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Barred> {
        let texts = rules.iter().map(|(path, text)| (&**path, Some(text)));
        let mut all: Vec<_> = texts.chain(links.map(|path| (path, None))).collect();
        // What is above a folder is known when it is looked at.
        all.sort_by_key(|(path, _)| path.matches('/').count());
        let mut ignored = Self::default();
        let mut known = HashMap::new();
        let mut all_weight = 0;
        for (path, text) in all {
            let folder = folder(path);
            if ignored.is_folder_ignored(folder) {
                continue;
            }
            let text = text.filter(|text| are_taken(text)).ok_or(Barred)?;
            all_weight += weight(text);
            if all_weight > MOST_IN_ALL {
                return Err(Barred);
            }
            // Many folders may have the same.
            let own = known.entry(text).or_insert_with(|| patterns(text).map(Arc::new));
            if let Some(own) = own {
                ignored.patterns.insert(folder.to_owned(), Arc::clone(own));
            }
        }
        Ok(ignored)
    }

    pub(super) fn is_file_ignored(&mut self, path: &str) -> bool {
        !self.patterns.is_empty()
            && (self.is_folder_ignored(folder(path)) || self.is_matched(path, false))
    }

    /// Whether a folder is left out, or one above it.
    fn is_folder_ignored(&mut self, path: &str) -> bool {
        if path.is_empty() {
            return false;
        }
        if let Some(&known) = self.folders.get(path) {
            return known;
        }
        let is_ignored = self.is_folder_ignored(folder(path)) || self.is_matched(path, true);
        self.folders.insert(path.to_owned(), is_ignored);
        is_ignored
    }

    /// Whether the nearest file of patterns that says anything of a path leaves it out.
    fn is_matched(&self, path: &str, is_folder: bool) -> bool {
        let mut above = path;
        while !above.is_empty() {
            above = folder(above);
            let Some(patterns) = self.patterns.get(above) else { continue };
            let inside = path[above.len()..].trim_start_matches('/');
            match patterns.matched(inside, is_folder) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

/// The folder that a path is in; the root is empty.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

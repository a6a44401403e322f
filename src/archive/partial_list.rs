//! What a run asks of folders whose files are not listed.
//!
//! To check a few pages, it would be slow to list all folders of a large archive. So only some are listed, and
//! each look-up that would need another one records it. The folders asked for are then listed as well, and the
//! run starts over, until it asks for nothing more. Its findings are then those of a run with all files.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use super::layout::{Layout, Segment};
use super::path_text::{ancestors, fold, folder_and_name, folder_prefix, join};

/// The folders that a walk did and did not enter, and what a run has asked of the latter.
#[derive(Debug, Default)]
pub struct PartialList {
    /// The folders that the walk entered. The root is the empty path.
    entered: BTreeSet<String>,
    /// The folders that the walk found, but did not enter.
    passed: BTreeSet<String>,
    /// What was left out, because a `.gitignore` matches it or because it is a folder whose name is not UTF-8. Git may
    /// track some of it nonetheless, and a `.gitignore` elsewhere that cannot be applied bars all patterns.
    ignored: BTreeSet<String>,
    asked: Mutex<Asked>,
}

/// What a run has asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The folders whose files are to be listed.
    pub folders: BTreeSet<String>,
    /// Whether all files are to be listed.
    pub all: bool,
}

impl Asked {
    /// Returns whether nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.folders.is_empty()
    }
}

impl PartialList {
    /// Creates a list from the folders that a walk did and did not enter, and the paths that a `.gitignore` matches.
    pub(super) fn new(
        entered: BTreeSet<String>,
        passed: BTreeSet<String>,
        ignored: BTreeSet<String>,
    ) -> Self {
        Self { entered, passed, ignored, asked: Mutex::default() }
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what was asked for since the last call.
    #[must_use]
    pub fn take_asked(&self) -> Asked {
        std::mem::take(&mut *self.asked())
    }

    /// Returns whether anything was asked for since the last call of [`take_asked`](Self::take_asked).
    #[must_use]
    pub fn has_asked(&self) -> bool {
        !self.asked().is_empty()
    }

    /// Runs `look`, and forgets what it asks for. Nothing else may look up paths in the meantime.
    pub fn without_asking<T>(&self, look: impl FnOnce() -> T) -> T {
        let before = self.asked().clone();
        let found = look();
        *self.asked() = before;
        found
    }

    /// Asks for all files.
    pub fn ask_for_all(&self) {
        self.asked().all = true;
    }

    /// Asks for the file at a path.
    pub(super) fn ask_for_file(&self, path: &str) {
        self.ask_if_ignored(|ignored| ignored == path);
        self.ask_for_folder(folder_and_name(path).0);
    }

    /// Asks for all files directly in a folder.
    pub(super) fn ask_for_files_in(&self, folder: &str) {
        self.ask_if_ignored(|ignored| folder_and_name(ignored).0 == folder);
        self.ask_for_folder(folder);
    }

    /// Asks whether there is a file in a folder or below it.
    pub(super) fn ask_for_file_below(&self, folder: &str) {
        self.ask_for_files_in(folder);
        if paths_below(&self.ignored, folder).next().is_some() {
            self.ask_for_all();
        }
        if let Some(first) = paths_below(&self.passed, folder).next() {
            self.asked().folders.insert(first.clone());
        }
    }

    /// Asks for the files whose paths differ from `path` at most in case and Unicode normal form.
    pub(super) fn ask_but_for_case(&self, path: &str) {
        let folded = fold(path);
        self.ask_if_ignored(|ignored| {
            let ignored = fold(ignored);
            ancestors(&folded).any(|above| *above == *ignored)
        });
        let (above, _) = folder_and_name(&folded);
        let names = above.split('/').filter(|name| !name.is_empty());
        let folders = self.descend(names, |name, found| *fold(found) == **name);
        for folder in folders {
            self.ask_for_folder(&folder);
        }
    }

    /// Asks for the pages of a day.
    pub(super) fn ask_for_day(&self, layout: &Layout, date: Date) {
        let patterns = layout.event.iter().chain(&layout.day);
        for pattern in patterns.filter(|pattern| pattern.has_date()) {
            let Some((_, folders)) = pattern.segments().split_last() else { continue };
            let folders =
                self.descend(folders, |segment: &&Segment, name| segment.fits(name, date));
            for folder in folders {
                self.ask_for_files_in(&folder);
            }
        }
    }

    /// Returns the folders whose names fit `steps`, from the root downward. Asks for those on the way.
    fn descend<S>(
        &self,
        steps: impl IntoIterator<Item = S>,
        fits: impl Fn(&S, &str) -> bool,
    ) -> Vec<String> {
        let mut folders = vec![String::new()];
        for step in steps {
            let within = |folder: &String| {
                self.ask_for_folder(folder);
                self.ask_if_ignored(|ignored| {
                    let (above, name) = folder_and_name(ignored);
                    above == folder && fits(&step, name)
                });
                let names = self.subfolders(folder).filter(|name| fits(&step, name));
                names.map(|name| join(folder, name)).collect::<Vec<_>>()
            };
            folders = folders.iter().flat_map(within).collect();
        }
        folders
    }

    /// Returns the names of the folders directly in a folder.
    pub(super) fn subfolders<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let all = paths_below(&self.entered, folder).chain(paths_below(&self.passed, folder));
        all.filter_map(move |path| {
            let (above, name) = folder_and_name(path);
            (above == folder && !path.is_empty()).then_some(name)
        })
    }

    /// Asks for the files in a folder, if it or a folder above it was not entered.
    fn ask_for_folder(&self, folder: &str) {
        self.ask_if_ignored(|ignored| ancestors(folder).any(|above| above == ignored));
        if ancestors(folder).any(|above| self.passed.contains(above)) {
            self.asked().folders.insert(folder.to_owned());
        }
    }

    /// Asks for all files if a file or folder that a `.gitignore` matches is meant.
    fn ask_if_ignored(&self, is_meant: impl Fn(&str) -> bool) {
        if self.ignored.iter().any(|path| is_meant(path)) {
            self.ask_for_all();
        }
    }
}

/// Returns the paths below a folder.
fn paths_below<'a>(paths: &'a BTreeSet<String>, folder: &str) -> impl Iterator<Item = &'a String> {
    let prefix = folder_prefix(folder);
    let from = paths.range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded));
    from.take_while(move |path| path.starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::archive::layout::Pattern;

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    fn list() -> PartialList {
        PartialList {
            entered: set(&["", "news", "news/2012", "news/2012/03"]),
            passed: set(&["about", "news/2011", "news/2012/03/24", "news/2012/03/25", "News"]),
            ignored: set(&["_site"]),
            asked: Mutex::default(),
        }
    }

    /// Returns what is asked for, `*` standing for all files.
    fn asked(ask: impl Fn(&PartialList)) -> Vec<String> {
        let list = list();
        ask(&list);
        let Asked { folders, all } = list.take_asked();
        folders.into_iter().chain(all.then(|| "*".to_owned())).collect()
    }

    #[test]
    fn a_folder_is_asked_for_only_if_it_may_exist_and_is_not_listed() {
        let file = |path: &str| asked(|list| list.ask_for_file(path));
        assert_eq!(file("news/2012/03/25/a.md"), ["news/2012/03/25"]);
        assert_eq!(file("news/2011/x/a.md"), ["news/2011/x"]);
        for path in ["news/2012/03/26/a.md", "news/2012/03/a.md", "a.md", "papers/a.md"] {
            assert_eq!(file(path), [] as [&str; 0], "{path}");
        }
        assert_eq!(file("_site/a.md"), ["*"]);
        assert_eq!(asked(|list| list.ask_for_files_in("")), ["*"], "a file there may be tracked");
        assert_eq!(asked(|list| list.ask_for_file_below("news/2012")), ["news/2012/03/24"]);
        assert_eq!(asked(PartialList::ask_for_all), ["*"]);
    }

    #[test]
    fn all_folders_that_a_path_can_mean_are_asked_for() {
        let list = PartialList { ignored: BTreeSet::new(), ..list() };
        list.ask_but_for_case("NEWS/2012/03/25/a.md");
        assert_eq!(list.take_asked().folders, set(&["News", "news/2012/03/25"]));
        assert!(!list.has_asked());
    }

    #[test]
    fn the_folders_of_a_day_are_asked_for() {
        let pattern = |text: &str| Pattern::parse(text, true).expect("a pattern");
        let event = vec![pattern("news/{year}/{month:02}/{day}/{slug}.md")];
        let layout = Layout { event, day: Vec::new() };
        let list = PartialList { ignored: BTreeSet::new(), ..list() };
        list.ask_for_day(&layout, date(2012, 3, 25));
        assert_eq!(list.take_asked().folders, set(&["news/2012/03/25"]));
        list.ask_for_day(&layout, date(2012, 4, 1));
        assert!(!list.has_asked());
        list.ask_for_day(&layout, date(2011, 4, 1));
        assert_eq!(list.take_asked().folders, set(&["news/2011"]));
    }
}

//! Finds the root of an archive by its layout, for archives that no settings file and no option
//! names.

#![expect(clippy::disallowed_methods, reason = "the layout is looked for in folders")]

use super::path_text::join;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::layout::{Layout, Pattern, Segment};
use super::paths::PathTable;

/// A search for folders in which a page fits the layout. It looks into each folder only once.
pub struct RootSearch<'a> {
    patterns: Vec<&'a Pattern>,
    /// For each folder that was looked at, whether a page fits in it.
    seen: HashMap<PathBuf, bool>,
}

impl<'a> RootSearch<'a> {
    /// Creates a search by a layout.
    #[must_use]
    pub fn new(layout: &'a Layout) -> Self {
        Self { patterns: patterns(layout).collect(), seen: HashMap::new() }
    }

    /// Returns the nearest folder, from `start` upward to `top`, in which a page fits the layout.
    ///
    /// `near` is `start` or a folder above it. The folders above `near` count only if `near` fits the
    /// layout too, or if `start` is in the folder of a day: a page somewhere else in a home folder does
    /// not make that folder an archive.
    #[must_use]
    pub fn at_or_above(
        &mut self,
        start: &Path,
        near: &Path,
        top: Option<&Path>,
    ) -> Option<PathBuf> {
        let within_top = |folder: &&Path| top.is_none_or(|top| folder.starts_with(top));
        for folder in start.ancestors().take_while(within_top) {
            let names: Vec<&str> = folder.iter().map_while(|name| name.to_str()).collect();
            let is_near = folder.starts_with(near);
            let segments = self.patterns.iter().map(|pattern| pattern.segments());
            let depths = segments.filter_map(|segments| {
                depth_in(segments, &names).filter(|depth| is_near || depth + 1 == segments.len())
            });
            let above = depths.filter_map(|depth| folder.ancestors().nth(depth));
            let candidates: Vec<&Path> =
                above.filter(within_top).chain(is_near.then_some(folder)).collect();
            if let Some(root) = candidates.into_iter().find(|root| self.fits(root)) {
                return Some(root.to_path_buf());
            }
        }
        None
    }

    /// Returns the nearest folder above `start` in which a page fits the layout.
    #[must_use]
    pub fn above(&mut self, start: &Path) -> Option<PathBuf> {
        start.ancestors().skip(1).find(|folder| self.fits(folder)).map(Path::to_path_buf)
    }

    /// Returns whether a page fits the layout in `root`.
    #[must_use]
    pub fn fits(&mut self, root: &Path) -> bool {
        if let Some(fits) = self.seen.get(root) {
            return *fits;
        }
        let fits = self.patterns.iter().any(|pattern| holds_page(root, pattern, ""));
        self.seen.insert(root.to_path_buf(), fits);
        fits
    }
}

/// Returns the folders of `table` in which pages fit the layout. Each page belongs to at most one of
/// them, because its path is matched from the end.
#[must_use]
pub fn roots_below<'a>(table: &'a PathTable, layout: &Layout) -> BTreeSet<&'a str> {
    let patterns: Vec<(&Pattern, usize)> =
        patterns(layout).map(|pattern| (pattern, pattern.segments().len())).collect();
    let mut roots = BTreeSet::new();
    for path in table.ids().map(|file| table.path(file)) {
        let fitting = patterns.iter().find_map(|(pattern, depth)| {
            let start = path.rmatch_indices('/').nth(depth - 1).map_or(0, |(at, _)| at + 1);
            let is_deep_enough = path[start..].split('/').count() == *depth;
            (is_deep_enough && pattern.read(&path[start..]).is_some()).then_some(start)
        });
        if let Some(start) = fitting {
            roots.insert(path[..start].trim_end_matches('/'));
        }
    }
    roots
}

/// Returns whether a path contains a date in numbers, such as `2012-03-25` or `2012/3/25`: a year of four
/// digits, a month and a day.
#[must_use]
pub fn looks_dated(path: &str) -> bool {
    let numbers: Vec<&str> = path.split(['-', '/', '_', '.']).collect();
    let is_number = |text: &str, most: u32| {
        text.len() <= 2 && text.parse().is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    numbers.windows(3).any(|parts| {
        let is_year = parts[0].len() == 4 && parts[0].starts_with(['1', '2']);
        is_year
            && parts[0].bytes().all(|byte| byte.is_ascii_digit())
            && is_number(parts[1], 12)
            && is_number(parts[2], 31)
    })
}

fn patterns(layout: &Layout) -> impl Iterator<Item = &Pattern> {
    layout.event.iter().chain(&layout.day)
}

/// Returns the largest number of folders at the end of `names` that fit the first folders of a
/// pattern.
fn depth_in(segments: &[Segment], names: &[&str]) -> Option<usize> {
    let most = names.len().min(segments.len().saturating_sub(1));
    (1..=most).rev().find(|depth| {
        let last = &names[names.len() - depth..];
        last.iter().zip(segments).all(|(name, segment)| segment.matches(name))
    })
}

/// Returns whether a regular file in `folder`, whose path relative to the root is `above`, fits the
/// pattern. Folders that do not fit are not entered, and symbolic links are not followed.
fn holds_page(folder: &Path, pattern: &Pattern, above: &str) -> bool {
    let depth = above.split('/').filter(|name| !name.is_empty()).count();
    let Some((segment, rest)) = pattern.segments().get(depth..).and_then(<[_]>::split_first) else {
        return false;
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else { return false };
        let Some(name) = name.to_str() else { return false };
        let path = || join(above, name);
        if rest.is_empty() {
            return kind.is_file() && pattern.read(&path()).is_some();
        }
        kind.is_dir() && segment.matches(name) && holds_page(&entry.path(), pattern, &path())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let pattern = |text: &str, slug| Pattern::parse(text, slug).expect("a pattern");
        Layout {
            event: vec![pattern("news/{year}/{month:02}/{day}/{slug}.md", true)],
            day: vec![pattern("news/{year}/{month:02}/{day}/index.md", false)],
        }
    }

    fn archive(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for path in paths {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, "").expect("a file");
        }
        folder
    }

    /// Returns the root that is found from `start`, relative to the folder of the archive.
    fn root(paths: &[&str], start: &str, in_repository: bool) -> Option<String> {
        let near = if in_repository { "" } else { start };
        root_near(paths, start, near, in_repository)
    }

    fn root_near(paths: &[&str], start: &str, near: &str, in_repository: bool) -> Option<String> {
        let folder = archive(paths);
        let (start, near) = (folder.path().join(start), folder.path().join(near));
        std::fs::create_dir_all(&start).expect("a folder");
        let top = in_repository.then_some(folder.path());
        let found = RootSearch::new(&layout()).at_or_above(&start, &near, top)?;
        let inside = found.strip_prefix(folder.path()).expect("inside").to_str();
        Some(inside.expect("UTF-8").to_owned())
    }

    #[test]
    fn the_root_is_the_folder_above_which_the_layout_fits() {
        let pages = ["site/news/1921/03/3/lock.md", "site/docs/about.md"];
        for start in ["site", "site/news", "site/news/1921", "site/news/1921/03/3"] {
            for in_repository in [false, true] {
                assert_eq!(root(&pages, start, in_repository).as_deref(), Some("site"), "{start}");
            }
        }
        // A folder that does not fit the layout belongs to an archive only within a repository, or if
        // the archive is near.
        assert_eq!(root(&pages, "site/docs", true).as_deref(), Some("site"));
        assert_eq!(root(&pages, "site/docs", false), None);
        for near in ["site", "site/news"] {
            let start = format!("{near}/docs/a");
            assert_eq!(root_near(&pages, &start, near, false).as_deref(), Some("site"), "{near}");
        }
        assert_eq!(root_near(&pages, "site/docs/a", "site/docs", false), None);
        assert_eq!(root(&pages, "site/news/project/docs", false), None);
        assert_eq!(root(&pages, "site/news/1921/03/3/images", false).as_deref(), Some("site"));
        assert_eq!(root(&pages, "", true), None, "the archive is below");
        // An empty folder of the layout does not make an archive.
        assert_eq!(root(&["a.md"], "news/1921/03", true), None);
        assert_eq!(root(&["news/1921/03/a.md"], "news/1921/03", true), None);
    }

    #[test]
    fn a_root_above_is_found_wherever_the_search_starts() {
        let folder = archive(&["site/news/1921/03/3/lock.md", "site/news/old/docs/a.md"]);
        let above = |start: &str| {
            let found = RootSearch::new(&layout()).above(&folder.path().join(start))?;
            found.strip_prefix(folder.path()).ok()?.to_str().map(str::to_owned)
        };
        assert_eq!(above("site/news/old/docs").as_deref(), Some("site"));
        assert_eq!(above("site"), None);
    }

    #[test]
    fn a_date_in_a_path_is_a_year_a_month_and_a_day() {
        for path in
            ["_posts/2012-03-25-a.md", "news/2012/3/25/a.md", "2012_12_31.md", "a/1999.01.02.md"]
        {
            assert!(looks_dated(path), "{path}");
        }
        for path in
            ["about.md", "docs/v1.2.3.md", "2012/a/03/25.md", "2012-13-01.md", "20120325.md"]
        {
            assert!(!looks_dated(path), "{path}");
        }
    }

    #[test]
    fn repeated_and_free_variables_fit_as_in_the_whole_path() {
        let pattern = "{lang}/{series}/{series}-{year}-{month:02}-{day:02}.md";
        let pattern = Pattern::parse(pattern, true).expect("a pattern");
        let layout = Layout { event: vec![pattern], day: Vec::new() };
        for (page, fits) in [
            ("de/lock/lock-1921-03-03.md", true),
            ("de/lock/lock-1921-03-03.markdown", true),
            ("de/lock/gate-1921-03-03.md", false),
            ("de/lock/lock-1921-03-03.txt", false),
        ] {
            let folder = archive(&[page]);
            let mut search = RootSearch::new(&layout);
            assert_eq!(search.fits(folder.path()), fits, "{page}");
            let start = folder.path().join("de/lock");
            let found = search.at_or_above(&start, &start, Some(folder.path()));
            assert_eq!(found.is_some_and(|root| root == folder.path()), fits, "{page}");
        }
    }

    #[test]
    fn roots_below_are_found_by_the_ends_of_paths() {
        let paths = [
            "README.md",
            "de/news/2012/03/25/a.md",
            "de/news/2012/03/25/index.md",
            "de/news/2012/03/25/images/a.md",
            "en/news/2012/03/25/a.md",
            "en/2012/03/25/a.md",
        ];
        let table = PathTable::new(paths.map(str::to_owned).to_vec(), Vec::new());
        assert_eq!(roots_below(&table, &layout()), BTreeSet::from(["de", "en"]));
    }
}

//! A walk over a list of files, such as those of a commit or of git's index, instead of a folder.

use std::collections::{BTreeMap, HashSet};

use super::ignore_files::{
    IgnoreFiles, Ignored, IgnoresAbove, are_taken, is_ignore_file, obeyable,
};
use super::path_text::folder_and_name;
use super::walked::{Listing, Obstacle, Walked};

/// A file or a symbolic link in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// The path relative to the archive's root, with `/` as separator. Bytes that are not UTF-8 are
    /// replaced.
    pub path: String,
    /// Whether the path is valid UTF-8.
    pub is_utf8: bool,
    /// The path that a symbolic link contains. `None` for a regular file.
    pub link: Option<String>,
}

/// Returns what a walk over a folder with these files would find. They are tracked, so no `.gitignore`
/// leaves them out. `rules` are the contents of the `.gitignore` files by path, which may have obstacles,
/// and `above` are the patterns outside the archive.
#[must_use]
pub fn walk_list(files: Vec<ListedFile>, rules: &IgnoreFiles, above: &IgnoresAbove) -> Walked {
    let links =
        files.iter().filter(|file| file.link.is_some() && is_ignore_file(file.path.as_bytes()));
    let mut found = Listing::default();
    let nothing = IgnoresAbove::default();
    let obeyed = Ignored::by(rules, links.map(|file| &*file.path), above);
    if obeyed.is_err() {
        found.ignore_files = obeyable(rules);
    }
    let mut ignored = obeyed.unwrap_or_else(|_| Ignored::by_those(&nothing));
    let bar = |file: &ListedFile| match rules.get(&file.path) {
        _ if !is_ignore_file(file.path.as_bytes()) => None,
        _ if file.link.is_some() => Some(Obstacle::IgnoreFile),
        Some(text) if !are_taken(text) => Some(Obstacle::IgnorePatterns),
        _ => None,
    };
    let there =
        if files.iter().any(|file| file.link.is_some()) { places(&files) } else { HashSet::new() };
    let mut links = Vec::new();
    for file in files {
        // In a folder that is left out, git does not read a `.gitignore`.
        let bar = bar(&file).filter(|_| !ignored.is_file_ignored(&file.path));
        let ListedFile { path, is_utf8, link } = file;
        if !is_utf8 {
            found.obstacles.push((path, Obstacle::Name));
        } else if let Some(obstacle) = bar {
            found.obstacles.push((path, obstacle));
        } else if let Some(link) = link {
            links.push((path, link));
        } else {
            found.paths.push(path);
        }
    }
    add_links(&links, &there, &mut found);
    found.bar_excess();
    found.into_walked()
}

/// Records the symbolic links that lead to one of the paths in `there` as aliases, and all others
/// as obstacles.
fn add_links(links: &[(String, String)], there: &HashSet<String>, found: &mut Listing) {
    let by_path = links.iter().map(|(path, link)| (&**path, &**link)).collect();
    for (path, _) in links {
        let own = path.clone();
        match follow(path, &by_path) {
            Ok(target) if there.contains(&target) => found.aliases.push((own, target)),
            Ok(_) => found.obstacles.push((own, Obstacle::LeadsNowhere)),
            Err(obstacle) => found.obstacles.push((own, obstacle)),
        }
    }
}

/// Returns the paths that a symbolic link can lead to: all files and all folders, including the
/// root.
fn places(files: &[ListedFile]) -> HashSet<String> {
    let mut places = HashSet::from([String::new()]);
    for file in files {
        let mut path = &*file.path;
        while !path.is_empty() && places.insert(path.to_owned()) {
            path = folder_and_name(path).0;
        }
    }
    places
}

/// The maximum number of symbolic links that are followed to resolve one path.
const MOST_LINKS: usize = 40;

/// Resolves the symbolic links in a path, part by part. Fails if the path leaves the archive or
/// contains too many links.
fn follow(path: &str, links: &BTreeMap<&str, &str>) -> Result<String, Obstacle> {
    let mut ahead: Vec<&str> = path.split('/').rev().collect();
    let mut behind: Vec<&str> = Vec::new();
    let mut followed = 0;
    while let Some(part) = ahead.pop() {
        match part {
            "" | "." => {}
            ".." => drop(behind.pop().ok_or(Obstacle::LeadsOutside)?),
            part => behind.push(part),
        }
        let Some(link) = links.get(&*behind.join("/")) else { continue };
        followed += 1;
        if link.starts_with('/') {
            return Err(Obstacle::LeadsOutside);
        }
        if followed > MOST_LINKS {
            return Err(Obstacle::LeadsNowhere);
        }
        behind.pop();
        ahead.extend(link.split('/').rev());
    }
    Ok(behind.join("/"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::archive::ignore_files::leaves_out;

    fn listed(path: &str) -> ListedFile {
        ListedFile { path: path.to_owned(), is_utf8: true, link: None }
    }

    fn link(path: &str, target: &str) -> ListedFile {
        ListedFile { link: Some(target.to_owned()), ..listed(path) }
    }

    fn owned((path, text): (&str, Vec<u8>)) -> (String, Arc<[u8]>) {
        (path.to_owned(), text.into())
    }

    fn walk_list(files: Vec<ListedFile>, rules: &IgnoreFiles) -> Walked {
        super::walk_list(files, rules, &IgnoresAbove::default())
    }

    fn paths(walked: &Walked) -> Vec<&str> {
        walked.table.ids().map(|file| walked.table.path(file)).collect()
    }

    fn obstacles(walked: &Walked) -> Vec<(&str, &Obstacle)> {
        let obstacles = walked.obstacles.iter();
        obstacles.map(|(file, obstacle)| (walked.table.path(*file), obstacle)).collect()
    }

    #[test]
    fn ignore_files_hold_below_their_folders_and_the_nearest_decides() {
        let files =
            ["a.md", ".gitignore", "out/b.md", "news/.gitignore", "news/c.md", "news/d.tmp"];
        let above = b"\xEF\xBB\xBF/out/\r\n*.tmp\nc.md\ncaf\xE9\n/a.md\n".to_vec();
        let rules = [(".gitignore", above), ("news/.gitignore", b"!c.md\n".to_vec())];
        let rules: IgnoreFiles = rules.map(owned).into();
        let left_out =
            files.iter().filter(|path| leaves_out(&rules, &IgnoresAbove::default(), path));
        assert_eq!(left_out.collect::<Vec<_>>(), [&"out/b.md", &"news/d.tmp"]);
        // The files of a list are tracked, so they are part of the archive.
        let walked = walk_list(files.map(listed).to_vec(), &rules);
        assert_eq!(paths(&walked).len(), files.len());
    }

    #[test]
    fn ignore_files_above_the_archive_hold_unless_a_nearer_one_decides() {
        let above = b"/site/out/\n_build/\n*.tmp\n!keep.tmp\n/a.md\n".to_vec();
        let rules: IgnoreFiles = [(".gitignore", above)].map(owned).into();
        let above = IgnoresAbove::new(&rules, "site");
        let rules: IgnoreFiles =
            [(".gitignore", b"!_build/\n!news/c.tmp\n".to_vec())].map(owned).into();
        let files =
            ["a.md", "out/b.md", "_build/b.md", "x/out/b.md", "news/c.tmp", "d.tmp", "keep.tmp"];
        let left_out = files.iter().filter(|path| leaves_out(&rules, &above, path));
        assert_eq!(left_out.collect::<Vec<_>>(), [&"out/b.md", &"d.tmp"]);
        // A `.gitignore` in an excluded folder is a link like any other.
        let files = vec![listed("a.md"), link("out/.gitignore", "b.md")];
        let walked = super::walk_list(files, &BTreeMap::new(), &above);
        assert_eq!(obstacles(&walked), [("out/.gitignore", &Obstacle::LeadsNowhere)]);
        // An archive in an excluded folder is not empty, because somebody has named it.
        for text in ["site/\n", "/site\n", "s*\n"] {
            let rules = [(".gitignore", text.as_bytes().to_vec())].map(owned).into();
            assert!(IgnoresAbove::new(&rules, "site/www").is_empty(), "{text}");
        }
    }

    #[test]
    fn an_ignore_file_that_is_a_link_hides_nothing() {
        let files = vec![listed("a.md"), link(".gitignore", "a.md"), listed("news/.gitignore")];
        let rules = [("news/.gitignore", b"*.md\n".to_vec())].map(owned);
        let walked = walk_list(files, &rules.into());
        assert_eq!(paths(&walked), [".gitignore", "a.md", "news/.gitignore"]);
        assert_eq!(obstacles(&walked), [(".gitignore", &Obstacle::IgnoreFile)]);
        // A `.gitignore` in an excluded folder is a link like any other.
        let files = vec![listed("a.md"), listed(".gitignore"), link("out/.gitignore", "b.md")];
        let walked = walk_list(files, &[(".gitignore", b"out/\n".to_vec())].map(owned).into());
        assert_eq!(obstacles(&walked), [("out/.gitignore", &Obstacle::LeadsNowhere)]);
    }

    #[test]
    fn an_ignore_file_that_would_overflow_the_stack_hides_nothing() {
        let files = vec![listed("a.md"), listed(".gitignore"), listed("news/.gitignore")];
        let nested = "{".repeat(100_000) + &"}".repeat(100_000);
        let rules = [(".gitignore", nested.into_bytes()), ("news/.gitignore", b"*\n".to_vec())];
        let walked = walk_list(files, &rules.map(owned).into());
        assert_eq!(paths(&walked), [".gitignore", "a.md", "news/.gitignore"]);
        assert_eq!(obstacles(&walked), [(".gitignore", &Obstacle::IgnorePatterns)]);
    }

    #[test]
    fn ignore_files_that_are_too_large_together_hide_nothing() {
        let page = |folder: usize| [format!("{folder}/a.md"), format!("{folder}/.gitignore")];
        let files = |count: usize| (0..count).flat_map(page).map(|path| listed(&path)).collect();
        let text: Arc<[u8]> = format!("*.md\n{}", "#".repeat((64 << 10) - 100)).into_bytes().into();
        let rules = |count: usize| -> IgnoreFiles {
            (0..count).map(|folder| (format!("{folder}/.gitignore"), Arc::clone(&text))).collect()
        };
        assert_eq!(obstacles(&walk_list(files(4), &rules(4))), [] as [(&str, &Obstacle); 0]);
        let walked = walk_list(files(5), &rules(5));
        assert_eq!(paths(&walked).len(), 10);
        assert_eq!(obstacles(&walked), [("4/.gitignore", &Obstacle::IgnoreFiles)]);
        // A `.gitignore` in an excluded folder does not count towards the limit.
        let mut rules = rules(5);
        rules.insert(".gitignore".to_owned(), b"4/\n".as_slice().into());
        assert_eq!(obstacles(&walk_list(files(5), &rules)), [] as [(&str, &Obstacle); 0]);
    }

    #[test]
    fn an_ignore_file_that_names_itself_is_still_looked_at() {
        let files = vec![listed("a.md"), listed("out/.gitignore"), listed("out/b.md")];
        let rules = [("out/.gitignore", format!("*\n{}", "{".repeat(101)).into_bytes())];
        let walked = walk_list(files, &rules.map(owned).into());
        assert_eq!(paths(&walked), ["a.md", "out/.gitignore", "out/b.md"]);
        assert_eq!(obstacles(&walked), [("out/.gitignore", &Obstacle::IgnorePatterns)]);
    }

    #[test]
    fn links_lead_to_what_is_listed_or_are_obstacles() {
        let files = vec![
            listed("news/2012/a.md"),
            link("latest", "news/2012"),
            link("home.md", "latest/a.md"),
            link("news/up.md", "../../secret"),
            link("news/root", ".."),
            link("gone.md", "nothing.md"),
            link("loop", "loop/x"),
            link("may", "news/2012"),
            link("through.md", "may/../2012/a.md"),
            link("etc.md", "/etc/passwd"),
        ];
        let walked = walk_list(files, &BTreeMap::new());
        assert_eq!(walked.table.follow("home.md").as_deref(), Some("news/2012/a.md"));
        assert_eq!(walked.table.follow("through.md").as_deref(), Some("news/2012/a.md"));
        assert_eq!(walked.table.follow("latest/a.md").as_deref(), Some("news/2012/a.md"));
        assert_eq!(walked.table.follow("news/root/home.md").as_deref(), Some("news/2012/a.md"));
        let expected = [
            ("etc.md", &Obstacle::LeadsOutside),
            ("gone.md", &Obstacle::LeadsNowhere),
            ("loop", &Obstacle::LeadsNowhere),
            ("news/up.md", &Obstacle::LeadsOutside),
        ];
        assert_eq!(obstacles(&walked), expected);
    }
}

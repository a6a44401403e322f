//! The files of a commit or of an index, as a walk over a folder with them would find them.

use std::collections::{BTreeMap, HashMap, HashSet};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::walk::{Found, IGNORE_FILE, Obstacle, Walked};

/// A file that is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path relative to the archive's root, with `/`; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Whether its name is UTF-8.
    pub is_utf8: bool,
    /// Of a symbolic link, what it says; none of a file.
    pub link: Option<String>,
}

/// What a walk over a folder of these files would find. `read` gives the content of a `.gitignore`.
#[must_use]
pub fn walk_list(files: Vec<Listed>, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Walked {
    let is_ignore = |file: &&Listed| name(&file.path) == IGNORE_FILE;
    // As in a folder: one that is a link is not opened, and then no other is obeyed.
    let obeys = files.iter().filter(is_ignore).all(|file| file.link.is_none());
    let mut ignored = Ignored::default();
    for file in files.iter().filter(is_ignore).filter(|_| obeys) {
        let mut builder = GitignoreBuilder::new("");
        let text = read(&file.path).unwrap_or_default();
        for line in String::from_utf8_lossy(&text).trim_start_matches('\u{FEFF}').lines() {
            // What is no pattern is passed over, as git does.
            let _ = builder.add_line(None, line);
        }
        if let Ok(patterns) = builder.build() {
            ignored.patterns.insert(folder(&file.path).to_owned(), patterns);
        }
    }
    let there =
        if files.iter().any(|file| file.link.is_some()) { places(&files) } else { HashSet::new() };
    let mut found = Found::default();
    let mut links = Vec::new();
    for Listed { path, is_utf8, link } in files {
        if ignored.is_file_ignored(&path) {
            continue;
        }
        if !is_utf8 {
            found.obstacles.push((path, Obstacle::Name));
        } else if link.is_some() && name(&path) == IGNORE_FILE {
            found.obstacles.push((path, Obstacle::IgnoreFile));
        } else if let Some(link) = link {
            links.push((path, link));
        } else {
            found.paths.push(path);
        }
    }
    add_links(&links, &there, &mut found);
    found.into_walked()
}

/// Sorts symbolic links into other names of what `there` is, and those that lead elsewhere.
fn add_links(links: &[(String, String)], there: &HashSet<String>, found: &mut Found) {
    let leads: BTreeMap<&str, Option<String>> =
        links.iter().map(|(path, link)| (&**path, join(folder(path), link))).collect();
    for path in leads.keys() {
        let own = (*path).to_owned();
        match follow(path, &leads) {
            Ok(target) if there.contains(&target) => found.aliases.push((own, target)),
            Ok(_) => found.obstacles.push((own, Obstacle::LeadsNowhere)),
            Err(obstacle) => found.obstacles.push((own, obstacle)),
        }
    }
}

/// All files and folders that a link may lead to.
fn places(files: &[Listed]) -> HashSet<String> {
    let mut places = HashSet::from([String::new()]);
    for file in files {
        let mut path = &*file.path;
        while !path.is_empty() && places.insert(path.to_owned()) {
            path = folder(path);
        }
    }
    places
}

/// How often a link may lead to another.
const MOST_LINKS: usize = 40;

/// Where a link leads in the end, through further links.
fn follow(path: &str, leads: &BTreeMap<&str, Option<String>>) -> Result<String, Obstacle> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let through = ends.find_map(|end| Some((leads.get(&path[..end])?, end)));
        let Some((target, end)) = through else { return Ok(path) };
        let target = target.as_ref().ok_or(Obstacle::LeadsOutside)?;
        path = join(target, path[end..].trim_start_matches('/')).ok_or(Obstacle::LeadsOutside)?;
    }
    Err(Obstacle::LeadsNowhere)
}

/// A relative path from a folder, normal; none if it leads out of the root.
fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Which files `.gitignore` files leave out.
#[derive(Default)]
struct Ignored {
    /// The patterns of each folder that has some.
    patterns: HashMap<String, Gitignore>,
    /// What is known of folders.
    folders: HashMap<String, bool>,
}

impl Ignored {
    fn is_file_ignored(&mut self, path: &str) -> bool {
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
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(path: &str) -> Listed {
        Listed { path: path.to_owned(), is_utf8: true, link: None }
    }

    fn link(path: &str, target: &str) -> Listed {
        Listed { link: Some(target.to_owned()), ..listed(path) }
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
        let read = |path: &str| match path {
            ".gitignore" => Some(b"\xEF\xBB\xBF/out/\n*.tmp\nc.md\n".to_vec()),
            _ => Some(b"!c.md\n".to_vec()),
        };
        let walked = walk_list(files.map(listed).to_vec(), &read);
        assert_eq!(paths(&walked), [".gitignore", "a.md", "news/.gitignore", "news/c.md"]);
    }

    #[test]
    fn an_ignore_file_that_is_a_link_hides_nothing() {
        let files = vec![listed("a.md"), link(".gitignore", "a.md"), listed("news/.gitignore")];
        let walked = walk_list(files, &|_| Some(b"*.md\n".to_vec()));
        assert_eq!(paths(&walked), [".gitignore", "a.md", "news/.gitignore"]);
        assert_eq!(obstacles(&walked), [(".gitignore", &Obstacle::IgnoreFile)]);
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
            link("etc.md", "/etc/passwd"),
        ];
        let walked = walk_list(files, &|_| None);
        assert_eq!(walked.table.follow("home.md").as_deref(), Some("news/2012/a.md"));
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

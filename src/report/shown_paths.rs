//! Paths as people and editors can open them: relative to the working directory.

use std::borrow::Cow;
use std::path::{MAIN_SEPARATOR, Path};

/// How to get from the working directory to the files of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownPaths {
    /// The path of the archive's root.
    root: String,
    /// The path to the archive's root: empty, or with a `/` at its end.
    prefix: String,
    /// The folders from the root down to the working directory, if the working directory is inside
    /// the archive.
    inside: Vec<String>,
}

impl ShownPaths {
    /// Creates the paths of the archive at `root`, as seen from a working directory. Both must be
    /// canonical. The paths are absolute if neither folder contains the other, and relative to the root
    /// if there is no working directory.
    #[must_use]
    pub fn new(root: &Path, working_directory: Option<&Path>) -> Self {
        let absolute = with_slashes(root);
        let Some(from) = working_directory else {
            return Self { root: absolute, ..Self::default() };
        };
        if let Ok(inside) = from.strip_prefix(root) {
            let inside: Vec<_> =
                inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let root = vec![".."; inside.len()].join("/");
            let root = if root.is_empty() { ".".to_owned() } else { root };
            return Self { root, prefix: String::new(), inside };
        }
        let root = root.strip_prefix(from).map_or(absolute, with_slashes);
        Self { prefix: format!("{root}/"), root, inside: Vec::new() }
    }

    /// Returns the form in which reports show `path`, a path relative to the archive's root.
    #[must_use]
    pub fn shown<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.inside.is_empty() {
            return if self.prefix.is_empty() {
                path.into()
            } else {
                format!("{}{path}", self.prefix).into()
            };
        }
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        let parts = folder.split('/').zip(&self.inside);
        let common = parts.take_while(|(part, inside)| *part == inside.as_str()).count();
        let length: usize = self.inside[..common].iter().map(|part| part.len() + 1).sum();
        let up = "../".repeat(self.inside.len() - common);
        if up.is_empty() { path[length..].into() } else { (up + &path[length..]).into() }
    }

    /// Returns the path of the archive's root as it is shown.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }
}

fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace(MAIN_SEPARATOR, "/").trim_end_matches('/').to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shown(root: &str, from: &str, path: &str) -> (String, String) {
        let paths = ShownPaths::new(Path::new(root), Some(Path::new(from)));
        (paths.shown(path).into_owned(), paths.root().to_owned())
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        let page = "news/1921/03/3/a.md";
        for (from, path, root) in [
            ("/x/site", "news/1921/03/3/a.md", "."),
            ("/x", "site/news/1921/03/3/a.md", "site"),
            ("/", "x/site/news/1921/03/3/a.md", "x/site"),
            ("/x/site/news", "1921/03/3/a.md", ".."),
            ("/x/site/news/1921/03/3", "a.md", "../../../.."),
            ("/x/site/news/1921/04", "../03/3/a.md", "../../.."),
            ("/x/site/news/192", "../1921/03/3/a.md", "../.."),
            ("/x/site/a/b", "../../news/1921/03/3/a.md", "../.."),
            ("/y", "/x/site/news/1921/03/3/a.md", "/x/site"),
        ] {
            assert_eq!(shown("/x/site", from, page), (path.to_owned(), root.to_owned()), "{from}");
        }
        assert_eq!(shown("/", "/", "a.md"), ("a.md".to_owned(), ".".to_owned()));
        assert_eq!(shown("/x", "/x/a.md", "a.md"), ("../a.md".to_owned(), "..".to_owned()));
    }
}

//! The errors that prevent `dateline init` from inferring settings.

use std::path::PathBuf;

use crate::diagnostic::counted;

/// Why the settings of an archive cannot be inferred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InferenceError {
    /// The folder contains no Markdown pages.
    #[error("no Markdown page below {}", root.display())]
    NoPages {
        /// The folder.
        root: PathBuf,
    },
    /// Root-absolute links start from several folders.
    #[error("links that begin with `/` lead to files below {}", archives(.0))]
    SeveralRoots(Vec<String>),
    /// Too many folders have event pages with the same path pattern.
    #[error("pages have the same paths in the folders {}", archives(.0))]
    AlikeFolders(Vec<String>),
    /// The headings of most pages contradict the dates in their paths.
    #[error(
        "pages below {} have paths like `{pattern}`, but most of their headings have other dates; \
         correct the dates first, or write `dateline.toml` by hand",
        root.display()
    )]
    OtherDates {
        /// The folder.
        root: PathBuf,
        /// The path pattern that matches the paths.
        pattern: String,
    },
    /// No path contains a date.
    #[error(
        "found {} below {}, but none that has year, month and day in its path, as in \
         `news/2012/03/25/title.md`; the first page is `{first}`",
        counted(*.pages, "page"),
        root.display()
    )]
    NoDates {
        /// The folder.
        root: PathBuf,
        /// The number of pages in the folder.
        pages: u64,
        /// The path of the first page.
        first: String,
    },
}

/// The maximum number of folders that a message names.
const NAMED: usize = 5;

/// Returns the end of a message: the folders, each of which is an archive.
fn archives(folders: &[String]) -> String {
    let named = folders.iter().take(NAMED).map(|folder| format!("`{folder}`"));
    let more = if folders.len() > NAMED { " and more" } else { "" };
    format!("{}{more}: each folder is an archive of its own", named.collect::<Vec<_>>().join(", "))
}

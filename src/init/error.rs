//! Why no settings can be inferred.

use std::path::PathBuf;

use crate::diagnostic::counted;

/// Why the settings of an archive cannot be inferred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InferenceError {
    /// There are no pages.
    #[error("no Markdown page below {}; name the folder of an archive: `dateline init PATH`", root.display())]
    NoPages {
        /// The folder.
        root: PathBuf,
    },
    /// Links from the root start in several folders.
    #[error("links from the root start in {}", archives(.0))]
    SeveralRoots(Vec<String>),
    /// Several folders have pages with the same paths.
    #[error("pages have the same paths in {}", archives(.0))]
    AlikeFolders(Vec<String>),
    /// The only dated paths name their year twice.
    #[error("{0}; rename them, for example to `2012/03/25/title.md`")]
    RepeatedYear(RepeatedYear),
    /// The headings of most pages contradict the dates of their paths.
    #[error(
        "pages below {} have paths like `{pattern}`, but most of their headings have other dates; \
         correct the dates first, or write `dateline.toml` by hand",
        root.display()
    )]
    OtherDates {
        /// The folder.
        root: PathBuf,
        /// The layout that fits the paths.
        pattern: String,
    },
    /// No path has a date.
    #[error(
        "none of the {} below {} has year, month and day in its path, as in \
         `news/2012/03/25/title.md`; the first page is `{first}`",
        counted(*.pages, "page"),
        root.display()
    )]
    NoDates {
        /// The folder.
        root: PathBuf,
        /// How many pages it has.
        pages: u64,
        /// The path of the first page.
        first: String,
    },
}

/// Pages that no pattern of a layout can read, as their paths name the year twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} such as `{example}` name the year twice, which no layout can express", counted(*.pages, "page"))]
pub struct RepeatedYear {
    /// How many pages there are.
    pub pages: u64,
    /// The path of one of them.
    pub example: String,
}

/// The maximum number of folders that a message names.
const NAMED: usize = 5;

fn archives(folders: &[String]) -> String {
    let named = folders.iter().take(NAMED).map(|folder| format!("`{folder}`"));
    let more = if folders.len() > NAMED { " and more" } else { "" };
    let first = folders.first().map(String::as_str).unwrap_or_default();
    format!(
        "{}{more}: each folder is an archive of its own; run `dateline init {first}`",
        named.collect::<Vec<_>>().join(", ")
    )
}

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
    /// All pages are in folders of packages, of test data or of templates.
    #[error(
        "found {} below {}, but all in folders of installed packages, test data or templates, as in \
         `{first}`: no page belongs to an archive",
        counted(*.pages, "page"),
        root.display()
    )]
    OnlyForeignPages {
        /// The folder.
        root: PathBuf,
        /// The number of pages in the folder.
        pages: u64,
        /// The first page.
        first: String,
    },
    /// Root-absolute links start from several folders.
    #[error("links that begin with `/` lead to files below {}", archives(.0))]
    SeveralRoots(Vec<String>),
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
         `news/2012/03/25/title.md`: {reason}; and too few have a date in their front matter",
        counted(*.pages, "page"),
        root.display()
    )]
    NoDates {
        /// The folder.
        root: PathBuf,
        /// The number of pages in the folder.
        pages: u64,
        /// What the numbers in most paths are, with an example.
        reason: String,
    },
    /// Too few paths contain a date.
    #[error(
        "found {} below {}, but only {dated} with year, month and day in the path, as in `{first}`: \
         too few for an archive; and too few have a date in their front matter",
        counted(*.pages, "page"),
        root.display()
    )]
    FewDates {
        /// The folder.
        root: PathBuf,
        /// The number of pages in the folder.
        pages: u64,
        /// The number of pages whose paths contain a date.
        dated: u64,
        /// The first path with a date.
        first: String,
    },
    /// The paths contain dates, but no pattern can read them.
    #[error(
        "no layout fits the {} with a date in the path below {}: {reason}",
        counted(*.dated, "page"),
        root.display()
    )]
    NoCandidates {
        /// The folder.
        root: PathBuf,
        /// The number of pages whose paths contain a date.
        dated: u64,
        /// Why no pattern can read the dates, with an example.
        reason: String,
    },
    /// The paths contain dates, but in too many different ways.
    #[error(
        "no layout fits most of the {} with a date in the path below {}; the best candidates: {}; \
         write `dateline.toml` by hand",
        counted(*.dated, "page"),
        root.display(),
        .best.join(", ")
    )]
    NoCommonLayout {
        /// The folder.
        root: PathBuf,
        /// The number of pages whose paths contain a date.
        dated: u64,
        /// The patterns that match the most of these pages, each with the share of pages.
        best: Vec<String>,
    },
}

impl InferenceError {
    /// Returns whether the paths of pages contain no usable dates, so that the dates may be elsewhere.
    #[must_use]
    pub fn is_about_paths(&self) -> bool {
        matches!(
            self,
            Self::NoDates { .. }
                | Self::FewDates { .. }
                | Self::NoCandidates { .. }
                | Self::NoCommonLayout { .. }
        )
    }
}

/// The maximum number of folders that a message names.
const NAMED: usize = 5;

/// Returns the end of a message: the folders, each of which is an archive.
fn archives(folders: &[String]) -> String {
    let named = folders.iter().take(NAMED).map(|folder| format!("`{folder}`"));
    let more = if folders.len() > NAMED { " and more" } else { "" };
    format!("{}{more}: each folder is an archive of its own", named.collect::<Vec<_>>().join(", "))
}

//! The pipeline: turns pages into facts, and facts into findings, on all cores.

mod addresses;
mod apply_suppressions;
mod day_pages;
mod days;
mod fix_safety;
mod linted_archive;
mod needed;
mod other_pages;
mod page_files;
mod pages;
mod panics;
mod parallel;
mod run;
mod summary;

pub use self::linted_archive::Linted;
pub use self::pages::Linter;
pub use self::panics::{Panicked, guarded};
pub use self::parallel::gather;
pub use self::summary::Summary;
pub use crate::archive::page_source::{PageSource, ReadError};

//! The pipeline: turns pages into facts, and facts into findings. The only user of rayon.

mod day_pages;
mod days;
mod gather;
mod guard;
mod linted;
mod needed;
mod page_files;
mod pages;
mod run;
mod safety;
mod silence;
mod summary;

pub use self::gather::gather;
pub use self::guard::{Panicked, guarded};
pub use self::linted::Linted;
pub use self::page_files::is_page;
pub use self::pages::Linter;
pub use self::summary::Summary;
pub use crate::archive::page_source::{PageSource, ReadError};

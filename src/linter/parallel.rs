//! Computes a value for each page on all cores.

use rayon::prelude::*;

use super::page_files::read_text;
use super::panics::guarded;
use crate::archive::Archive;
use crate::archive::page_source::PageSource;
use crate::span::{FileId, SourceText};

/// The maximum number of values that are in memory at once.
const AT_ONCE: usize = 1024;

/// Reads pages, calls `look` for each page on all cores, and passes the returned values to `take`
/// in the order of `pages`. Returns the number of pages that could not be read as text or for which
/// `look` panicked.
pub fn gather<T: Send>(
    archive: &Archive,
    pages: &[FileId],
    source: &dyn PageSource,
    look: impl Fn(FileId, &SourceText) -> T + Sync,
    mut take: impl FnMut(T),
) -> u64 {
    let mut failed = 0;
    for some in pages.chunks(AT_ONCE) {
        let made: Vec<Option<T>> = some
            .par_iter()
            .with_min_len(16)
            .map(|&file| {
                let text = read_text(source, archive.path(file)).ok()?;
                guarded(|| look(file, &text)).ok()
            })
            .collect();
        for made in made {
            match made {
                Some(made) => take(made),
                None => failed += 1,
            }
        }
    }
    failed
}

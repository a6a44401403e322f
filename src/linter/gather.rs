//! Pages read on all cores, and what is made of each handed on in the order of the paths.

use rayon::prelude::*;

use super::guard::guarded;
use super::page_files::read_text;
use crate::archive::Archive;
use crate::archive::page_source::PageSource;
use crate::span::{FileId, SourceText};

/// How many pages' worth of what is made of them is held at once.
const AT_ONCE: usize = 1024;

/// Reads pages, and hands what `look` makes of each to `take`, in their order. Returns how many
/// could not be read, or made `look` panic.
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

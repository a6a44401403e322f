//! Search for pages by words of their titles.

use std::cmp::Reverse;

use crate::session::PageIndex;
use crate::span::FileId;

/// Returns at most `most` of some pages of an index whose titles or paths contain all words of a query, the latest
/// first.
pub(super) fn pages(
    index: &PageIndex,
    among: impl Iterator<Item = FileId>,
    query: &str,
    most: usize,
) -> Vec<FileId> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let is_found = |file: &FileId| {
        let title = index.page(*file).title.as_deref().unwrap_or_default().to_lowercase();
        let path = index.archive().path(*file).to_lowercase();
        words.iter().all(|word| title.contains(word) || path.contains(word))
    };
    let mut found: Vec<FileId> = among.filter(is_found).collect();
    found.sort_by_key(|file| Reverse(index.page(*file).date));
    found.truncate(most);
    found
}

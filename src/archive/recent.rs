//! A cache of values for recently used files.

use std::collections::HashMap;

use crate::span::FileId;

/// A bounded cache that maps files to values. It keeps values that are used regularly, because it
/// may be slow to compute them again.
#[derive(Debug)]
pub struct Recent<V> {
    /// Half of the capacity.
    half: usize,
    /// The values that were used last, up to `half` of them.
    newer: HashMap<FileId, V>,
    /// Values that were last used before all values in `newer`.
    older: HashMap<FileId, V>,
}

impl<V: Clone> Recent<V> {
    /// Creates a cache of at most `most` values. It always keeps the `most / 2` values that were
    /// used last.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { half: (most / 2).max(1), newer: HashMap::new(), older: HashMap::new() }
    }

    /// Returns the value of a file, if the cache contains it.
    pub fn get(&mut self, file: FileId) -> Option<V> {
        if let Some(value) = self.newer.get(&file) {
            return Some(value.clone());
        }
        let value = self.older.remove(&file)?;
        self.insert(file, value.clone());
        Some(value)
    }

    /// Adds the value of a file to the cache.
    pub fn insert(&mut self, file: FileId, value: V) {
        if self.newer.len() >= self.half {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(file, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_every_other_one_asks_for_is_not_dropped_with_those() {
        let mut recent = Recent::new(8);
        let day_page = FileId(0);
        recent.insert(day_page, "day");
        for event in 1..1000 {
            recent.insert(FileId(event), "event");
            assert_eq!(recent.get(day_page), Some("day"), "after event {event}");
            assert!(recent.newer.len() + recent.older.len() <= 8);
        }
        assert_eq!(recent.get(FileId(999)), Some("event"));
        assert_eq!(recent.get(FileId(1)), None);
    }
}

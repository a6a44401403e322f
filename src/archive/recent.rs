//! A cache of values for recently used files.

use std::collections::HashMap;

use crate::span::FileId;

/// A bounded cache of values by file. A value that is used regularly stays, because computing it again may
/// be slow.
#[derive(Debug)]
pub struct Recent<V> {
    /// Half of the capacity.
    half: usize,
    newer: HashMap<FileId, V>,
    /// Those that were used before all of the newer ones.
    older: HashMap<FileId, V>,
}

impl<V: Clone> Recent<V> {
    /// Creates a cache for at most `most` values, including the `most / 2` that were used last.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { half: (most / 2).max(1), newer: HashMap::new(), older: HashMap::new() }
    }

    /// Returns the value of a file, if it is kept.
    pub fn get(&mut self, file: FileId) -> Option<V> {
        if let Some(value) = self.newer.get(&file) {
            return Some(value.clone());
        }
        let value = self.older.remove(&file)?;
        self.insert(file, value.clone());
        Some(value)
    }

    /// Keeps the value of a file.
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

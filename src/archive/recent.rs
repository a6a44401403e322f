//! A cache of values for recently used files.

use std::collections::HashMap;

use crate::span::FileId;

/// A bounded cache that maps files to values. It keeps values that are used regularly, because it
/// may be slow to compute them again.
#[derive(Debug)]
pub struct Recent<V> {
    /// Half of the capacity in values.
    half: usize,
    /// Half of the capacity in bytes.
    half_of_bytes: usize,
    /// The values that were used last, up to half of the capacity, with their lengths in bytes.
    newer: HashMap<FileId, (V, usize)>,
    /// The number of bytes in `newer`.
    bytes: usize,
    /// Values that were last used before all values in `newer`.
    older: HashMap<FileId, (V, usize)>,
}

impl<V: Clone> Recent<V> {
    /// Creates a cache of at most `most` values. It always keeps the `most / 2` values that were
    /// used last, unless they have more than half of `most_bytes` bytes. It always keeps the last one.
    #[must_use]
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self {
            half: (most / 2).max(1),
            half_of_bytes: most_bytes / 2,
            newer: HashMap::new(),
            bytes: 0,
            older: HashMap::new(),
        }
    }

    /// Returns the value of a file, if the cache contains it.
    pub fn get(&mut self, file: FileId) -> Option<V> {
        if let Some((value, _)) = self.newer.get(&file) {
            return Some(value.clone());
        }
        let (value, bytes) = self.older.remove(&file)?;
        self.insert(file, value.clone(), bytes);
        Some(value)
    }

    /// Adds the value of a file to the cache. The value has this length in bytes.
    pub fn insert(&mut self, file: FileId, value: V, bytes: usize) {
        if self.newer.len() >= self.half || self.bytes + bytes > self.half_of_bytes {
            self.older = std::mem::take(&mut self.newer);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.newer.insert(file, (value, bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_every_other_one_asks_for_is_not_dropped_with_those() {
        let mut recent = Recent::new(8, 800);
        let day_page = FileId(0);
        recent.insert(day_page, "day", 100);
        for event in 1..1000 {
            recent.insert(FileId(event), "event", 1);
            assert_eq!(recent.get(day_page), Some("day"), "after event {event}");
            assert!(recent.newer.len() + recent.older.len() <= 8);
        }
        assert_eq!(recent.get(FileId(999)), Some("event"));
        assert_eq!(recent.get(FileId(1)), None);
    }

    #[test]
    fn the_bytes_of_the_values_are_limited() {
        let mut recent = Recent::new(100, 10);
        for file in 0..10 {
            recent.insert(FileId(file), file, 4);
        }
        assert_eq!((0..10).filter(|file| recent.get(FileId(*file)).is_some()).count(), 2);
        recent.insert(FileId(10), 10, 4000);
        assert_eq!(recent.get(FileId(10)), Some(10));
    }
}

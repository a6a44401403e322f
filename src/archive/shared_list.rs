//! Lists that several owners share.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A part of a list that several owners share. A list of its own for each of a million pages would need as many
/// allocations, and as many gaps between them.
pub struct SharedList<T> {
    /// The whole list, or `None` until there is one.
    all: Option<Arc<Vec<T>>>,
    start: u32,
    end: u32,
}

impl<T> SharedList<T> {
    /// Creates a part of a list that is still being written. It is empty until [`Self::share`] is called.
    ///
    /// # Panics
    /// Panics if the list is longer than 4,294,967,295.
    #[must_use]
    pub fn part(range: Range<usize>) -> Self {
        let index = |index: usize| {
            let index = u32::try_from(index);
            #[expect(clippy::expect_used, reason = "as many facts take more than 32 GiB")]
            index.expect("the list is short")
        };
        Self { all: None, start: index(range.start), end: index(range.end) }
    }

    /// Sets the list of which this is a part.
    pub fn share(&mut self, all: &Arc<Vec<T>>) {
        debug_assert!(self.all.is_none(), "the part is shared already");
        self.all = (self.start < self.end).then(|| Arc::clone(all));
    }
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self { all: None, start: 0, end: 0 }
    }
}

impl<T> From<Vec<T>> for SharedList<T> {
    fn from(list: Vec<T>) -> Self {
        let mut part = Self::part(0..list.len());
        part.share(&Arc::new(list));
        part
    }
}

impl<T> Deref for SharedList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.all.as_ref().map_or(&[], |all| &all[self.start as usize..self.end as usize])
    }
}

impl<T: fmt::Debug> fmt::Debug for SharedList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<'a, T> IntoIterator for &'a SharedList<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_list_are_their_own_items_only() {
        let all = Arc::new(vec![1, 2, 3]);
        let mut parts = [0..0, 0..2, 2..3, 3..3].map(SharedList::part);
        assert!(parts.iter().all(|part: &SharedList<i32>| part.is_empty()));
        for part in &mut parts {
            part.share(&all);
        }
        let items: Vec<&[i32]> = parts.iter().map(|part| &**part).collect();
        assert_eq!(items, [&[][..], &[1, 2], &[3], &[]]);
        assert_eq!(&*SharedList::from(vec![4, 5]), [4, 5]);
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_part_takes_no_more_memory_than_a_list() {
        assert_eq!(size_of::<SharedList<u64>>(), size_of::<Box<[u64]>>());
    }
}

//! The values and the keys of front matter, found by their dotted paths.

use std::cmp::Ordering;

/// The indices of items, ordered by path without regard to case. Settings can name many places, and a page can
/// have tens of thousands of keys, so a place is not compared with each of them.
#[derive(Clone, Debug, Default)]
pub(super) struct PathIndex(Vec<u32>);

impl PathIndex {
    /// Orders `len` items by path. `path` returns the path of an item. Items with the same path keep their
    /// order.
    pub(super) fn new<'a>(len: usize, path: impl Fn(u32) -> &'a str) -> Self {
        let mut order: Vec<u32> = (0..).take(len).collect();
        order.sort_by(|one, other| {
            let (one, other) = (path(*one), path(*other));
            without_case(one, other).then_with(|| one.cmp(other))
        });
        Self(order)
    }

    /// Returns the items with this path, in order. If there are none, returns the items whose paths differ from
    /// it only in case. `path` must be the function with which the index was made.
    pub(super) fn at<'a>(&self, wanted: &str, path: impl Fn(u32) -> &'a str) -> &[u32] {
        let alike = range(&self.0, |item| without_case(path(item), wanted));
        let same = range(alike, |item| path(item).cmp(wanted));
        if same.is_empty() { alike } else { same }
    }
}

/// Returns the items that `order` finds equal. The items must be sorted by it.
fn range(items: &[u32], order: impl Fn(u32) -> Ordering) -> &[u32] {
    let start = items.partition_point(|item| order(*item).is_lt());
    let rest = &items[start..];
    &rest[..rest.partition_point(|item| order(*item).is_eq())]
}

/// Compares two paths without regard to case.
fn without_case(one: &str, other: &str) -> Ordering {
    let one = one.chars().flat_map(char::to_lowercase);
    one.cmp(other.chars().flat_map(char::to_lowercase))
}

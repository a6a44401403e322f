//! The values and the keys of front matter, found by their dotted paths.

/// The indices of items, ordered by path. Settings can name many places, and a page can have tens of
/// thousands of keys, so a place is not compared with each of them.
#[derive(Clone, Debug, Default)]
pub(super) struct PathIndex(Vec<u32>);

impl PathIndex {
    /// Orders `len` items by path. `path` returns the path of an item. Items with the same path keep their
    /// order.
    pub(super) fn new<'a>(len: usize, path: impl Fn(u32) -> &'a str) -> Self {
        let mut order: Vec<u32> = (0..).take(len).collect();
        order.sort_by_key(|item| path(*item));
        Self(order)
    }

    /// Returns the items with this path, in order. `path` must be the function with which the index was made.
    pub(super) fn at<'a>(&self, wanted: &str, path: impl Fn(u32) -> &'a str) -> &[u32] {
        let start = self.0.partition_point(|item| path(*item) < wanted);
        let rest = &self.0[start..];
        &rest[..rest.partition_point(|item| path(*item) == wanted)]
    }
}

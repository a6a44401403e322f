//! The values and the keys of front matter, found by their dotted paths.

/// The indices of items, ordered by path. Settings can name many places, and a page can have tens of thousands
/// of keys, so a place is not compared with each of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(Vec<u32>);

impl Index {
    /// Orders `len` items by path. Items with the same path keep their order.
    pub(super) fn new<'a>(len: usize, path: impl Fn(u32) -> &'a str) -> Self {
        let mut order: Vec<u32> = (0..).take(len).collect();
        order.sort_by_key(|item| path(*item));
        Self(order)
    }

    /// Returns the items with this path, in order.
    pub(super) fn at<'a>(&self, wanted: &str, path: impl Fn(u32) -> &'a str) -> &[u32] {
        let start = self.0.partition_point(|item| path(*item) < wanted);
        let behind = &self.0[start..];
        &behind[..behind.partition_point(|item| path(*item) == wanted)]
    }
}

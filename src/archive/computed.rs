//! Values that are computed on first use, on all cores.

use std::sync::OnceLock;

/// Returns the value in `cell`, and computes it on first use.
///
/// Does not compute it within the lock of `cell`: while a thread waits for others, it may do work that needs the value,
/// too. If several threads need it at the same time, each of them computes it, and the first result is kept.
pub(super) fn get_or_compute<T>(cell: &OnceLock<T>, compute: impl FnOnce() -> T) -> &T {
    if let Some(known) = cell.get() {
        return known;
    }
    let computed = compute();
    cell.get_or_init(|| computed)
}

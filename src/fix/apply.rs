//! Edits applied to the bytes of a file.

use crate::diagnostic::Edit;
use crate::rewrite;

/// Applies edits to the bytes of a file, in whatever order they are given. `None` where two of them
/// overlap, or one does not fit the text: then the file is not the one that they were made for. A file that is not UTF-8
/// is not edited.
#[must_use]
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    rewrite::edited(str::from_utf8(bytes).ok()?, 0, edits).map(String::into_bytes)
}

/// What a file becomes by edits of what it was; none where they were not made for it. A file that was
/// not there is made by one edit.
pub(super) fn edited(before: Option<&[u8]>, edits: &[&Edit]) -> Option<Vec<u8>> {
    match before {
        Some(bytes) => apply(bytes, edits),
        None => edits.first().map(|edit| edit.replacement.clone().into_bytes()),
    }
}

//! Applies edits to the bytes of a file.

use crate::diagnostic::Edit;
use crate::rewrite;

/// Applies edits to the bytes of a file. The edits can be in any order. Returns `None` if the file
/// is not UTF-8, if two edits overlap, or if an edit does not fit the text. An edit that does not
/// fit was made for different content.
#[must_use]
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    rewrite::edited(str::from_utf8(bytes).ok()?, 0, edits).map(String::into_bytes)
}

/// Applies edits to the content `before` of a file. Returns `None` if the edits do not fit. If
/// there is no file yet, the first edit provides the whole content.
pub(super) fn edited(before: Option<&[u8]>, edits: &[&Edit]) -> Option<Vec<u8>> {
    match before {
        Some(bytes) => apply(bytes, edits),
        None => edits.first().map(|edit| edit.replacement.clone().into_bytes()),
    }
}

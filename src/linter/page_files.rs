//! Determines which files are pages, and reads pages as text.

use crate::archive::page_source::PageSource;
use crate::archive::page_texts::read_source;
use crate::encoding;
use crate::rule::PageFailure;
use crate::span::SourceText;

/// Returns whether `path` is the path of a page: a Markdown file that is neither hidden nor in a
/// hidden folder.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let is_hidden = path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some();
    path.ends_with(".md") && !is_hidden
}

/// Reads a page as text.
///
/// # Errors
/// Returns the failure if the page cannot be read or is not text.
pub(super) fn read_text(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    check_text(read_source(source, path).map_err(PageFailure::Unreadable)?)
}

/// Returns `source` unchanged if it is text.
///
/// # Errors
/// Returns [`PageFailure::NotText`] if it is not text.
pub(super) fn check_text(source: SourceText) -> Result<SourceText, PageFailure> {
    match encoding::garbled(&source) {
        None => Ok(source),
        Some(_) => Err(PageFailure::NotText),
    }
}

//! Reads pages as text.

use crate::archive::page_source::PageSource;
use crate::archive::page_texts::read_source;
use crate::encoding;
use crate::rule::PageFailure;
use crate::span::SourceText;

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

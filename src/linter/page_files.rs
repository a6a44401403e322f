//! Which files are pages, and how one is read.

use crate::archive::page_source::PageSource;
use crate::archive::page_texts::read_source;
use crate::encoding;
use crate::rule::PageFailure;
use crate::span::SourceText;

/// Whether a path of an archive is a page: Markdown, and not in a hidden folder.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let is_hidden = path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some();
    path.ends_with(".md") && !is_hidden
}

/// Reads a page as text, and fails if it is not text.
pub(super) fn read_text(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    check_text(read_source(source, path).map_err(PageFailure::Unreadable)?)
}

/// Fails if a source is not a text.
pub(super) fn check_text(source: SourceText) -> Result<SourceText, PageFailure> {
    match encoding::garbled(&source) {
        None => Ok(source),
        Some(_) => Err(PageFailure::NotText),
    }
}

//! Pages, and where their bytes come from.

use crate::encoding;
use crate::rule::PageFailure;
use crate::span::SourceText;

/// Where the bytes of pages come from.
pub trait PageSource: Sync {
    /// The bytes of the page at `path`, relative to the archive's root.
    ///
    /// # Errors
    /// Why they cannot be had, in words.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// Whether a path of an archive is a page: Markdown, and not in a hidden folder.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let is_hidden = path.starts_with('.') || memchr::memmem::find(path.as_bytes(), b"/.").is_some();
    path.ends_with(".md") && !is_hidden
}

pub(super) fn read_page(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    let bytes = source.read(path).map_err(PageFailure::Unreadable)?;
    if u32::try_from(bytes.len()).is_err() {
        let reason = "it is larger than 4 GiB".to_owned();
        return Err(PageFailure::Unreadable(reason));
    }
    Ok(SourceText::from_bytes(&bytes))
}

/// Reads a page of which more than its bytes is to be known.
pub(super) fn read_text(source: &dyn PageSource, path: &str) -> Result<SourceText, PageFailure> {
    let text = read_page(source, path)?;
    match encoding::garbled(&text) {
        None => Ok(text),
        Some(_) => Err(PageFailure::NotText),
    }
}

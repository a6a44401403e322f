//! The texts of pages that are read again, for reports and for rules that look at other pages.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Archive;
use super::page_source::{PageSource, ReadError};
use super::recent::Recent;
use crate::document::{Document, Syntax, anchors};
use crate::encoding;
use crate::span::{FileId, LineIndex, Position, SourceText, Span};

/// The maximum number of texts in the cache. The report reads the pages with findings, which are in the cache
/// unless there are more of them.
const MOST_KEPT: usize = 2048;

/// The maximum number of bytes of texts in the cache.
const MOST_BYTES_KEPT: usize = 16 << 20;

/// The text of a page. Its lines and its document are computed on first use.
#[derive(Debug, Default)]
pub struct ReadPage {
    /// The text. Empty if the page cannot be read.
    pub source: SourceText,
    syntax: Arc<Syntax>,
    is_readable: bool,
    is_garbled: OnceLock<bool>,
    lines: OnceLock<LineIndex>,
    document: OnceLock<Document>,
    anchors: OnceLock<Vec<String>>,
    /// The number of UTF-16 code units before each block of [`UTF16_BLOCK`] bytes.
    utf16: OnceLock<Vec<u32>>,
}

/// The number of bytes after which the number of UTF-16 code units is known. Lines can be long, so counting them from
/// the start of the line for each position would take quadratic time.
const UTF16_BLOCK: usize = 4096;

impl ReadPage {
    /// Wraps the text of a page that could be read.
    #[must_use]
    pub fn new(source: SourceText) -> Self {
        Self { source, is_readable: true, ..Self::default() }
    }

    /// Sets what the page contains besides Markdown.
    #[must_use]
    pub fn with_syntax(self, syntax: &Arc<Syntax>) -> Self {
        Self { syntax: Arc::clone(syntax), ..self }
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// Returns the document. Parses it on first use.
    #[must_use]
    pub fn document(&self) -> &Document {
        self.document.get_or_init(|| Document::parse_with(self.text(), &self.syntax))
    }

    /// Returns the known anchors (see [`anchors`]). Collects them on first use.
    #[must_use]
    pub fn anchors(&self) -> &[String] {
        self.anchors.get_or_init(|| anchors(self.text(), &self.syntax).known)
    }

    /// Returns the line and the column of a byte offset.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.source, offset)
    }

    /// Returns the span of a line without its line ending. Lines are counted from 0.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        self.lines().line_span(&self.source, line)
    }

    /// Returns whether the page could be read.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.is_readable
    }

    /// Returns whether the page could be read and is text.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        let is_garbled = || encoding::garbled(&self.source).is_some();
        self.is_readable && !*self.is_garbled.get_or_init(is_garbled)
    }

    /// Returns the number of UTF-16 code units before a byte offset.
    #[must_use]
    pub fn utf16_offset(&self, offset: u32) -> u32 {
        let bytes = self.text().as_bytes();
        let blocks = self.utf16.get_or_init(|| {
            let counts = bytes.chunks(UTF16_BLOCK).map(utf16_units);
            let sums = counts.scan(0, |sum, count| Some(std::mem::replace(sum, *sum + count)));
            sums.collect()
        });
        let offset = (offset as usize).min(bytes.len());
        let block = offset / UTF16_BLOCK;
        match blocks.get(block) {
            Some(before) => before + utf16_units(&bytes[block * UTF16_BLOCK..offset]),
            None => blocks.last().copied().unwrap_or_default() + utf16_units(last_block(bytes)),
        }
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.source))
    }
}

/// Returns the number of UTF-16 code units of the characters that start in `bytes`.
fn utf16_units(bytes: &[u8]) -> u32 {
    let units = |byte: &u8| u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0);
    bytes.iter().map(units).sum()
}

/// Returns the last block of a text whose length is a multiple of the block's.
fn last_block(bytes: &[u8]) -> &[u8] {
    bytes.chunks(UTF16_BLOCK).next_back().unwrap_or_default()
}

/// A reader of pages with a cache of the texts that were used last.
pub struct PageTexts<'a> {
    archive: &'a Archive,
    source: &'a dyn PageSource,
    kept: KeptTexts,
}

/// A cache of the texts that were used last. It can outlive its archive, for example until the
/// findings of a check have been reported.
#[derive(Clone, Debug)]
pub struct KeptTexts(Arc<Mutex<Recent<Arc<ReadPage>>>>);

impl Default for KeptTexts {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Recent::new(MOST_KEPT, MOST_BYTES_KEPT))))
    }
}

impl<'a> PageTexts<'a> {
    /// Creates a reader that reads the pages of `archive` from `source`.
    #[must_use]
    pub fn new(archive: &'a Archive, source: &'a dyn PageSource) -> Self {
        Self::with_kept(archive, source, KeptTexts::default())
    }

    /// Creates a reader that starts with an existing cache of the same pages.
    #[must_use]
    pub fn with_kept(archive: &'a Archive, source: &'a dyn PageSource, kept: KeptTexts) -> Self {
        Self { archive, source, kept }
    }

    /// Returns the cache, which the reader continues to use.
    #[must_use]
    pub fn kept(&self) -> KeptTexts {
        self.kept.clone()
    }

    /// Returns the archive.
    #[must_use]
    pub fn archive(&self) -> &'a Archive {
        self.archive
    }

    /// Reads a page without the cache.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the bytes cannot be read or exceed 4 GiB.
    pub fn read(&self, file: FileId) -> Result<SourceText, ReadError> {
        read_source(self.source, self.archive.path(file))
    }

    /// Returns the text of a page, from the cache if possible. It is empty if the page cannot be
    /// read.
    #[must_use]
    pub fn get(&self, file: FileId) -> Arc<ReadPage> {
        if let Some(text) = self.lock().get(file) {
            return text;
        }
        let page = self.read(file).map_or_else(|_| ReadPage::default(), |source| self.page(source));
        self.insert(file, page)
    }

    /// Adds the text of a page to the cache.
    pub fn keep(&self, file: FileId, source: SourceText) {
        self.insert(file, self.page(source));
    }

    fn page(&self, source: SourceText) -> ReadPage {
        ReadPage::new(source).with_syntax(&self.archive.syntax)
    }

    fn insert(&self, file: FileId, page: ReadPage) -> Arc<ReadPage> {
        let (bytes, page) = (page.text().len(), Arc::new(page));
        self.lock().insert(file, Arc::clone(&page), bytes);
        page
    }

    fn lock(&self) -> MutexGuard<'_, Recent<Arc<ReadPage>>> {
        self.kept.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the page at `path`.
///
/// # Errors
/// Returns [`ReadError`] if the bytes cannot be read or exceed 4 GiB.
pub fn read_source(source: &dyn PageSource, path: &str) -> Result<SourceText, ReadError> {
    let bytes = source.read(path)?;
    if u32::try_from(bytes.len()).is_err() {
        return Err(ReadError::new("it is larger than 4 GiB"));
    }
    Ok(SourceText::from_bytes(&bytes))
}

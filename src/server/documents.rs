//! The documents that the client has open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::edited_text::EditedText;
use super::positions::Encoding;
use super::uris;
use crate::archive::page_texts::ReadPage;
use crate::span::SourceText;

/// An open document.
pub(super) struct Document {
    /// The URI, as the client writes it.
    pub(super) uri: Uri,
    /// The version that the client has given the text.
    pub(super) version: i32,
    /// The text, with its lines.
    pub(super) page: Arc<ReadPage>,
}

impl Document {
    fn new(uri: Uri, version: i32, text: &str) -> Self {
        let page = Arc::new(ReadPage::new(SourceText::from_bytes(text.as_bytes())));
        Self { uri, version, page }
    }
}

/// The open documents, by their canonical paths.
#[derive(Default)]
pub(super) struct Documents(BTreeMap<PathBuf, Document>);

impl Documents {
    /// Adds a document, or replaces it. Returns its path, or `None` if it is not a file.
    pub(super) fn open(&mut self, item: TextDocumentItem) -> Option<PathBuf> {
        let path = uris::path(&item.uri)?;
        self.0.insert(path.clone(), Document::new(item.uri, item.version, &item.text));
        Some(path)
    }

    /// Changes the text of a document. Returns its path, or `None` if it is not open.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<PathBuf> {
        let path = uris::path(uri)?;
        let document = self.0.get_mut(&path)?;
        let mut text = EditedText::new(document.page.text().to_owned());
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                    text = EditedText::new(whole.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    text.replace(part.range, &part.text, encoding);
                }
            }
        }
        *document = Document::new(document.uri.clone(), version, &text.into_text());
        Some(path)
    }

    /// Removes a document. Returns its path, or `None` if it is not open.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = uris::path(uri)?;
        self.0.remove(&path).map(|_| path)
    }

    /// Returns the open document at a path.
    pub(super) fn at(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// Returns the paths of all open documents.
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.0.keys()
    }

    /// Returns the texts of all open documents.
    pub(super) fn texts(&self) -> BTreeMap<PathBuf, Arc<[u8]>> {
        let text = |document: &Document| Arc::from(document.page.text().as_bytes());
        self.0.iter().map(|(path, document)| (path.clone(), text(document))).collect()
    }

    /// Returns the URI of a file, as the client writes it if the file is open.
    pub(super) fn uri(&self, path: &Path) -> Uri {
        self.at(path).map_or_else(|| uris::uri(path), |document| document.uri.clone())
    }

    /// Returns the version of the document at a path, or `None` if it is not open.
    pub(super) fn version(&self, path: &Path) -> Option<i32> {
        self.at(path).map(|document| document.version)
    }
}

//! Where the server looks up what is at a position.

use std::sync::Arc;

use gen_lsp_types::{
    Location, Position, Range, TextDocumentIdentifier, TextDocumentPositionParams,
};

use super::checks::Checked;
use super::message::Failure;
use super::state::State;
use crate::archive::page::Page;
use crate::archive::page_texts::ReadPage;
use crate::span::{FileId, Span};

/// A position in an open page.
pub(super) struct PagePosition {
    /// The page, as it was checked last.
    pub(super) checked: Arc<Checked>,
    /// The file of the page.
    pub(super) file: FileId,
    /// The text of the page.
    pub(super) page: Arc<ReadPage>,
    /// The byte offset of the position.
    pub(super) offset: u32,
}

impl PagePosition {
    /// Finds a position. Fails if the document is not open, or is not a page of an archive.
    pub(super) fn new(
        state: &mut State,
        params: &TextDocumentPositionParams,
    ) -> Result<Self, Failure> {
        let (path, document) = state.document(&params.text_document.uri)?;
        let page = Arc::clone(&document.page);
        let offset = state.support.encoding.offset(&page, params.position);
        let checked = state.check(&path)?;
        let archive = checked.report.archive();
        let file = archive.paths.file(&checked.name).filter(|file| archive.is_page(*file));
        let file = file.ok_or_else(|| Failure::outside("this is not a page of the archive"))?;
        Ok(Self { checked, file, page, offset })
    }

    /// Finds the start of a page.
    pub(super) fn at_start(
        state: &mut State,
        document: &TextDocumentIdentifier,
    ) -> Result<Self, Failure> {
        let (text_document, position) = (document.clone(), Position::default());
        Self::new(state, &TextDocumentPositionParams { text_document, position })
    }

    /// Returns the file that the link at the position leads to. `page` is the parsed page.
    pub(super) fn target(&self, page: &Page<'_>) -> Option<FileId> {
        page.target_file(self.checked.report.archive(), page.link_at(self.offset)?)
    }

    /// Parses the page.
    pub(super) fn parsed(&self) -> Page<'_> {
        self.checked.session.parse(self.checked.report.archive(), self.file, &self.page.source)
    }
}

/// Returns the location of the title of a page, or the start of a file without one.
pub(super) fn title_location(state: &State, checked: &Checked, file: FileId) -> Location {
    let archive = checked.report.archive();
    let path = checked.path(archive.path(file));
    let uri = state.documents.uri(&path);
    if !archive.is_page(file) {
        return Location { uri, range: Range::default() };
    }
    let text = checked.report.texts().get(file);
    let title = checked.session.parse(archive, file, &text.source).title();
    let span = title.map_or(Span::default(), |(span, _)| span);
    Location { uri, range: state.ranges().of(&path, &text, span) }
}

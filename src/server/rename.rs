//! Renames of titles, with the texts of all links that name them.

use std::sync::Arc;

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, RenameParams, TextDocumentPositionParams,
    WorkspaceEdit,
};

use super::edits::Edits;
use super::indexes;
use super::message::Failure;
use super::places::Place;
use super::search::Freshness;
use super::state::State;
use crate::archive::normal_form::{are_same_words, one_line};
use crate::archive::page::Page;
use crate::archive::page_texts::ReadPage;
use crate::document::{LinkKind, inline_words};
use crate::rewrite::link_text;
use crate::session::PageIndex;
use crate::span::{FileId, Span};

/// Returns the title at a position, or that of the page to which the link at the position leads.
pub(super) fn prepare(
    state: &mut State,
    params: &PrepareRenameParams,
) -> Result<Option<PrepareRenamePlaceholder>, Failure> {
    let position = &params.text_document_position_params;
    let place = Place::new(state, position)?;
    let page = place.parsed();
    let own = page.title().filter(|(span, _)| is_in(*span, place.offset));
    let (range, text) = match (own, page.link_at(place.offset)) {
        (Some((span, _)), _) => (span, span.of(page.text()).to_owned()),
        (None, Some(link)) => {
            let Some(file) = place.target(&page) else { return Ok(None) };
            let text = place.checked.report.texts().get(file);
            let target =
                place.checked.session.parse(place.checked.report.archive(), file, &text.source);
            let Some((span, _)) = target.title() else { return Ok(None) };
            (page.document.links[link].span, span.of(target.text()).to_owned())
        }
        (None, None) => return Ok(None),
    };
    let range = state.support.encoding.range(&place.page, range);
    Ok(Some(PrepareRenamePlaceholder { range, placeholder: text }))
}

/// Changes a title, and the text of every link that names it.
pub(super) fn rename(
    state: &mut State,
    params: &RenameParams,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let new = params.new_name.trim();
    if new.is_empty() || new.contains(['\n', '\r']) {
        return Err(Failure::invalid_params("a title must be one line"));
    }
    let renamed = Renamed::find(state, &params.text_document_position_params)?;
    let mut edits = Edits::default();
    let written = renamed.write_title(new, &mut edits, state)?;
    let index = &renamed.index;
    for from in index.linking_to(&[renamed.file]) {
        let Some(text) = indexes::text(index, from, &state.documents) else { continue };
        let page = index.parse(from, &text.source);
        for span in renamed.texts_in(&page) {
            let path = index.path(from);
            edits.replace(&path, &text, span, written.clone(), state.support.encoding);
        }
    }
    Ok(edits.for_client(&state.documents, state.support))
}

/// A page whose title changes.
struct Renamed {
    index: Arc<PageIndex>,
    file: FileId,
    text: Arc<ReadPage>,
    span: Span,
    /// The visible text of the title.
    words: String,
}

impl Renamed {
    fn find(state: &mut State, position: &TextDocumentPositionParams) -> Result<Self, Failure> {
        let place = Place::new(state, position)?;
        let page = place.parsed();
        let is_own = page.title().is_some_and(|(span, _)| is_in(span, place.offset));
        let file = if is_own { Some(place.file) } else { place.target(&page) };
        let none = || Failure::failed("there is no title, and no link to a page, at this position");
        let file = file.ok_or_else(none)?;
        let path = place.checked.path(place.checked.report.archive().path(file));
        let index = state.index(place.checked.session.root(), Freshness::Current)?;
        let file = index.file(&path).ok_or_else(none)?;
        let text = indexes::text(&index, file, &state.documents).ok_or_else(none)?;
        let (span, words) = index.parse(file, &text.source).title().ok_or_else(none)?;
        Ok(Self { index, file, text, span, words })
    }

    /// Adds the edit of the title. Returns the new title as the text of a link.
    fn write_title(&self, new: &str, edits: &mut Edits, state: &State) -> Result<String, Failure> {
        let page = self.index.parse(self.file, &self.text.source);
        let no_title = || Failure::invalid_params("this text cannot be a title");
        let (written, words) = match page.front_title() {
            Some(value) => {
                let written = value.rewrite(page.text(), new).ok_or_else(no_title)?;
                (written, one_line(new))
            }
            None => (new.to_owned(), inline_words(new).ok_or_else(no_title)?),
        };
        let path = self.index.path(self.file);
        edits.replace(&path, &self.text, self.span, written, state.support.encoding);
        link_text(new, &words).ok_or_else(no_title)
    }

    /// Returns the spans of the link texts on a page that name the title.
    fn texts_in(&self, page: &Page<'_>) -> Vec<Span> {
        let archive = self.index.archive();
        let links = page.document.links.iter().enumerate();
        let naming = links.filter(|(number, link)| {
            // The text of a reference link can be its label.
            link.kind == LinkKind::Inline
                && !link.image
                && page.target_file(archive, *number) == Some(self.file)
                // The edit of the title replaces a link in it.
                && !(page.file == self.file && self.span.contains(link.span))
                && are_same_words(page.document.words(link.text), &self.words)
        });
        naming.map(|(_, link)| link.content).collect()
    }
}

fn is_in(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

//! Renames of titles, with the texts of all links that name them.

use std::sync::Arc;

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, RenameParams, TextDocumentPositionParams,
    WorkspaceEdit,
};

use super::edits::Edits;
use super::indexes::{self, Freshness};
use super::message::Failure;
use super::page_position::PagePosition;
use super::state::State;
use crate::archive::normal_form::{are_same_words, one_line};
use crate::archive::page::Page;
use crate::archive::page_texts::ReadPage;
use crate::document::{Link, LinkKind};
use crate::encoding::is_invisible;
use crate::rewrite::link_text;
use crate::session::PageIndex;
use crate::span::{FileId, SourceText, Span};

/// Returns the title at a position, or that of the page to which the link at the position leads.
pub(super) fn prepare(
    state: &mut State,
    params: &PrepareRenameParams,
) -> Result<Option<PrepareRenamePlaceholder>, Failure> {
    let position = PagePosition::new(state, &params.text_document_position_params)?;
    let page = position.parsed();
    let Some((file, link)) = meant(&position, &page) else { return Ok(None) };
    let (session, report) = (&position.checked.session, &position.checked.report);
    let text = report.texts().get(file);
    let target = session.parse(report.archive(), file, &text.source);
    let Some((span, placeholder)) = editable_title(&target) else { return Ok(None) };
    let span = link.map_or(span, |link| page.document.links[link].span);
    let range = state.support.encoding.range(&position.page, span);
    Ok(Some(PrepareRenamePlaceholder { range, placeholder }))
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
    let mut edits = state.edits();
    let written = renamed.write_title(new, &mut edits)?;
    let index = &renamed.index;
    let mut left = 0;
    for from in index.linking_to(&[renamed.file]) {
        let text = indexes::text(index, from, &state.documents);
        if !text.is_readable() {
            left += 1;
            continue;
        }
        let page = index.parse(from, &text.source);
        let naming = renamed.naming(&page);
        if !indexes::is_editable(&text) {
            left += naming.count() as u64;
            continue;
        }
        for link in naming {
            if has_text_of_its_own(&page, link) {
                edits.replace(&index.path(from), &text, link.content, written.clone());
            } else {
                left += 1;
            }
        }
    }
    let edit = edits.for_client();
    state.warn_of_links_left(left);
    Ok(edit)
}

/// Returns the page whose title is at a position, or to which the link at the position leads, and the
/// index of this link.
fn meant(position: &PagePosition, page: &Page<'_>) -> Option<(FileId, Option<usize>)> {
    let is_in = |span: Span| span.start <= position.offset && position.offset <= span.end;
    if page.title().is_some_and(|(span, _)| is_in(span)) {
        return Some((position.file, None));
    }
    let archive = position.checked.report.archive();
    let file = position.target(page).filter(|file| archive.is_page(*file))?;
    Some((file, page.link_at(position.offset)))
}

/// Returns the title of a page as somebody edits it: as Markdown or, in front matter, without quotes. It
/// is one line.
fn editable_title(page: &Page<'_>) -> Option<(Span, String)> {
    if let Some(value) = page.front_title() {
        return Some((value.unquoted(page.text()), one_line(&value.text)));
    }
    let (span, _) = page.title()?;
    Some((span, one_line(span.of(page.text()))))
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
        let position = PagePosition::new(state, position)?;
        let checked = &position.checked;
        let none = || Failure::failed("there is no title, and no link to a page, at this position");
        let (file, _) = meant(&position, &position.parsed()).ok_or_else(none)?;
        let path = checked.path(checked.report.archive().path(file));
        let index = state.index(checked.session.root(), Freshness::Current)?;
        let file = index.file(&path).ok_or_else(none)?;
        let text = indexes::text(&index, file, &state.documents);
        if !indexes::is_editable(&text) {
            return Err(Failure::failed("the page with this title is not valid UTF-8"));
        }
        let (span, words) = index.parse(file, &text.source).title().ok_or_else(none)?;
        Ok(Self { index, file, text, span, words })
    }

    /// Adds the edit of the title. Returns the new title as the text of a link.
    fn write_title(&self, new: &str, edits: &mut Edits<'_>) -> Result<String, Failure> {
        let no_title = || Failure::invalid_params("this text cannot be a title");
        let page = self.index.parse(self.file, &self.text.source);
        let (written, words) = match page.front_title() {
            Some(value) => {
                let written = value.rewrite(page.text(), new).ok_or_else(no_title)?;
                (written, one_line(new))
            }
            None => (new.to_owned(), self.words_of_heading(&page, new).ok_or_else(no_title)?),
        };
        if words.chars().all(is_invisible) {
            return Err(no_title());
        }
        edits.replace(&self.index.path(self.file), &self.text, self.span, written);
        link_text(new, &words).ok_or_else(no_title)
    }

    /// Returns the visible text of the title if its heading contains `new`. Returns `None` if it is then no
    /// longer this heading: for example, an underlined heading that begins with `- ` is a list.
    fn words_of_heading(&self, page: &Page<'_>, new: &str) -> Option<String> {
        let mut text = page.text().to_owned();
        text.replace_range(self.span.range(), new);
        let source = SourceText::from_bytes(text.as_bytes());
        let after = self.index.parse(self.file, &source);
        let (span, words) = after.title()?;
        let start = self.span.start as usize;
        let is_same = span == Span::new(start, start + new.len())
            && after.document.headings.len() == page.document.headings.len()
            && after.document.items.len() == page.document.items.len();
        is_same.then_some(words)
    }

    /// Returns the links of a page whose text is the title.
    fn naming<'p>(&self, page: &'p Page<'_>) -> impl Iterator<Item = &'p Link> {
        let archive = self.index.archive();
        let links = page.document.links.iter().enumerate();
        let naming = links.filter(move |(number, link)| {
            matches!(link.kind, LinkKind::Inline | LinkKind::Reference)
                && !link.image
                && page.target_file(archive, *number) == Some(self.file)
                // The edit of the title replaces a link in it.
                && !(page.file == self.file && self.span.contains(link.span))
                && are_same_words(page.document.words(link.text), &self.words)
        });
        naming.map(|(_, link)| link)
    }
}

/// Returns whether the text of a link can be replaced: it is not also the label of a definition, and
/// contains no image.
fn has_text_of_its_own(page: &Page<'_>, link: &Link) -> bool {
    let behind = Span { start: link.content.end, end: link.span.end }.of(page.text());
    let is_label = link.kind == LinkKind::Reference && matches!(behind, "]" | "][]");
    let mut links = page.document.links.iter();
    !is_label && !links.any(|other| other.image && link.content.contains(other.span))
}

//! Symbols: the headings of a page, and the pages of an archive by title.

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, Location, Range, SymbolKind,
    WorkspaceSymbol, WorkspaceSymbolLocation, WorkspaceSymbolParams,
};

use super::indexes::Freshness;
use super::message::Failure;
use super::page_position::PagePosition;
use super::search;
use super::state::State;

/// The maximum number of pages in the answer to a search.
const MOST_FOUND: usize = 200;

/// Returns the headings of a page, each with those below it.
pub(super) fn document_symbols(
    state: &mut State,
    params: &DocumentSymbolParams,
) -> Result<Vec<DocumentSymbol>, Failure> {
    let position = PagePosition::at_start(state, &params.text_document)?;
    let document = position.parsed().document;
    let end = position.page.text().len() as u32;
    let headings = &document.headings;
    let symbols = headings.iter().enumerate().map(|(index, heading)| {
        let next = headings[index + 1..].iter().find(|next| next.level <= heading.level);
        let mut span = heading.span;
        span.end = next.map_or(end, |next| next.span.start).max(span.end);
        let words = document.words(heading.text);
        #[expect(deprecated, reason = "the type requires the field")]
        let symbol = DocumentSymbol {
            // An empty name is not allowed.
            name: if words.is_empty() { "#".repeat(heading.level.into()) } else { words.into() },
            detail: None,
            kind: SymbolKind::String,
            tags: None,
            deprecated: None,
            range: state.support.encoding.range(&position.page, span),
            selection_range: state.support.encoding.range(&position.page, heading.place()),
            children: None,
        };
        (heading.level, symbol)
    });
    Ok(nested(symbols.collect()))
}

/// Puts each symbol below the last one before it with a smaller level.
fn nested(symbols: Vec<(u8, DocumentSymbol)>) -> Vec<DocumentSymbol> {
    let mut top = Vec::new();
    let mut open: Vec<(u8, DocumentSymbol)> = Vec::new();
    let close = |open: &mut Vec<(u8, DocumentSymbol)>, top: &mut Vec<DocumentSymbol>| {
        let Some((_, symbol)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, above)) => above.children.get_or_insert_default().push(symbol),
            None => top.push(symbol),
        }
    };
    for (level, symbol) in symbols {
        while open.last().is_some_and(|(above, _)| *above >= level) {
            close(&mut open, &mut top);
        }
        open.push((level, symbol));
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}

/// Returns the pages whose titles or paths contain the words of a query.
pub(super) fn workspace_symbols(
    state: &mut State,
    params: &WorkspaceSymbolParams,
) -> Vec<WorkspaceSymbol> {
    let mut symbols = Vec::new();
    for index in state.indexes(Freshness::MayBeOld) {
        for file in search::pages(&index, index.files(), &params.query, MOST_FOUND) {
            let page = index.page(file);
            let path = index.archive().path(file);
            let title = page.title.as_deref().filter(|title| !title.is_empty());
            let uri = state.documents.uri(&index.path(file));
            symbols.push(WorkspaceSymbol {
                location: WorkspaceSymbolLocation::Location(Location {
                    uri,
                    range: Range::default(),
                }),
                data: None,
                base_symbol_information: BaseSymbolInformation {
                    name: title.unwrap_or(path).to_owned(),
                    kind: SymbolKind::File,
                    tags: None,
                    container_name: Some(path.to_owned()),
                },
            });
        }
    }
    symbols
}

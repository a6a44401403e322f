//! Links: their targets, and the links to a page.

use gen_lsp_types::{
    DefinitionParams, DocumentLink, DocumentLinkParams, Location, ReferenceParams, Uri,
};

use super::indexes::{self, Freshness};
use super::message::Failure;
use super::page_position::{PagePosition, title_location};
use super::state::State;
use crate::archive::destination::Destination;

/// Returns the location of the page that the link at a position leads to.
pub(super) fn definition(
    state: &mut State,
    params: &DefinitionParams,
) -> Result<Option<Location>, Failure> {
    let position = PagePosition::new(state, &params.text_document_position_params)?;
    let file = position.target(&position.parsed());
    Ok(file.map(|file| title_location(state, &position.checked, file)))
}

/// Returns the links to the target of the link at a position or, elsewhere, to the page itself. Returns
/// nothing for a link that leads to no file.
pub(super) fn references(
    state: &mut State,
    params: &ReferenceParams,
) -> Result<Vec<Location>, Failure> {
    let position = PagePosition::new(state, &params.text_document_position_params)?;
    let page = position.parsed();
    let target = if page.link_at(position.offset).is_some() {
        position.target(&page)
    } else {
        Some(position.file)
    };
    let Some(file) = target else { return Ok(Vec::new()) };
    let mut locations = Vec::new();
    if params.context.include_declaration {
        locations.push(title_location(state, &position.checked, file));
    }
    let path = position.checked.path(position.checked.report.archive().path(file));
    let index = state.index(position.checked.session.root(), Freshness::Current)?;
    let Some(file) = index.file(&path) else { return Ok(locations) };
    for from in index.linking_to(&[file]) {
        let text = indexes::text(&index, from, &state.documents);
        let page = index.parse(from, &text.source);
        let path = index.path(from);
        let uri = state.documents.uri(&path);
        for (link, number) in page.document.links.iter().zip(0..) {
            if page.target_file(index.archive(), number) == Some(file) {
                let range = state.ranges().of(&path, &text, link.span);
                locations.push(Location { uri: uri.clone(), range });
            }
        }
    }
    Ok(locations)
}

/// Returns the links of a page that lead to files or to URLs.
pub(super) fn document_links(
    state: &mut State,
    params: &DocumentLinkParams,
) -> Result<Vec<DocumentLink>, Failure> {
    let position = PagePosition::at_start(state, &params.text_document)?;
    let (page, checked) = (position.parsed(), &position.checked);
    let archive = checked.report.archive();
    let mut links = Vec::new();
    for (link, number) in page.document.links.iter().zip(0..) {
        let target = match page.target_file(archive, number) {
            Some(file) => state.documents.uri(&checked.path(archive.path(file))),
            None => match page.destination(number as u32) {
                Destination::Web(_) => Uri(link.target(page.text()).to_owned()),
                _ => continue,
            },
        };
        links.push(DocumentLink {
            range: state.support.encoding.range(&position.page, link.destination),
            target: Some(target),
            tooltip: None,
            data: None,
        });
    }
    Ok(links)
}

//! Links: their targets, and the links to a page.

use gen_lsp_types::{
    DefinitionParams, DocumentLink, DocumentLinkParams, Location, ReferenceParams, Uri,
};

use super::indexes;
use super::message::Failure;
use super::page_position::{PagePosition, title_location};
use super::search::Freshness;
use super::state::State;
use crate::archive::destination::Destination;

/// Returns the location of the page that the link at a position leads to.
pub(super) fn definition(
    state: &mut State,
    params: &DefinitionParams,
) -> Result<Option<Location>, Failure> {
    let place = PagePosition::new(state, &params.text_document_position_params)?;
    let file = place.target(&place.parsed());
    Ok(file.map(|file| title_location(state, &place.checked, file)))
}

/// Returns the links to the target of the link at a position or, elsewhere, to the page itself. Returns
/// nothing for a link that leads to no file.
pub(super) fn references(
    state: &mut State,
    params: &ReferenceParams,
) -> Result<Vec<Location>, Failure> {
    let place = PagePosition::new(state, &params.text_document_position_params)?;
    let page = place.parsed();
    let target =
        if page.link_at(place.offset).is_some() { place.target(&page) } else { Some(place.file) };
    let Some(file) = target else { return Ok(Vec::new()) };
    let mut locations = Vec::new();
    if params.context.include_declaration {
        locations.push(title_location(state, &place.checked, file));
    }
    let path = place.checked.path(place.checked.report.archive().path(file));
    let index = state.index(place.checked.session.root(), Freshness::Current)?;
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
    let place = PagePosition::at_start(state, &params.text_document)?;
    let (page, checked) = (place.parsed(), &place.checked);
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
            range: state.support.encoding.range(&place.page, link.destination),
            target: Some(target),
            tooltip: None,
            data: None,
        });
    }
    Ok(links)
}

//! The anchors of a page: the fragments that links to its parts can have.
//!
//! A [`Document`](super::Document) does not store them, because only the pages that links with fragments lead
//! to need them.

mod attributes;
mod autolinks;
mod footnotes;
mod heading_text;
mod numbering;
mod reader;
mod slug;

use self::numbering::Numbering;
use self::reader::{NamedHeading, Reader};
use super::anchor_style::AnchorStyle;
use super::syntax::Syntax;

/// Returns the anchors of a page: those of its headings, in order, and then those that it sets in other
/// ways and those of its footnotes. They are in the normal form in which the page is written.
///
/// HTML sets anchors in every style, even though Hugo prints HTML only if the site's settings say so.
#[must_use]
pub fn anchors(source: &str, syntax: &Syntax) -> Vec<String> {
    let style = syntax.anchors;
    let Reader { headings, ids, .. } = Reader::read(source, syntax);
    let mut numbering = Numbering::new(style);
    // These two generate no anchor that the page sets further down.
    if matches!(style, AnchorStyle::Zola | AnchorStyle::Python) {
        for id in headings.iter().filter_map(|heading| heading.id.as_deref()) {
            numbering.take(id);
        }
    }
    let anchor = |heading: NamedHeading| match heading.id {
        Some(id) => {
            numbering.take(&id);
            id
        }
        None => numbering.unique(slug::slug(&heading.text, style)),
    };
    let mut anchors: Vec<String> = headings.into_iter().map(anchor).collect();
    anchors.extend(ids);
    anchors
}

#[cfg(test)]
mod tests;

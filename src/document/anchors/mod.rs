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

/// The anchors of a page, in the normal form in which the page is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// The anchors of headings, in order, and then those that the page sets in other ways and those of its
    /// footnotes.
    pub known: Vec<String>,
    /// The beginnings of the anchors in which a template tag stands. The rest of such an anchor is unknown.
    pub beginnings: Vec<String>,
}

/// Returns the anchors of a page.
///
/// HTML sets anchors in every style, even though Hugo prints HTML only if the site's settings say so.
#[must_use]
pub fn anchors(source: &str, syntax: &Syntax) -> Anchors {
    let style = syntax.anchors;
    let Reader { headings, ids, mut beginnings, .. } = Reader::read(source, syntax);
    let mut numbering = Numbering::new(style);
    // These two generate no anchor that the page sets further down.
    if matches!(style, AnchorStyle::Zola | AnchorStyle::Python) {
        for id in headings.iter().filter_map(|heading| heading.id.as_deref()) {
            numbering.take(id);
        }
    }
    let mut known = Vec::with_capacity(headings.len() + ids.len());
    for NamedHeading { text, id, ends_at_tag } in headings {
        match id {
            Some(id) => {
                numbering.take(&id);
                known.push(id);
            }
            None if ends_at_tag => beginnings.push(slug::beginning(&text, style)),
            None => known.push(numbering.unique(slug::slug(&text, style))),
        }
    }
    known.extend(ids);
    Anchors { known, beginnings }
}

#[cfg(test)]
mod tests;

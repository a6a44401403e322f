//! Collects the reference links without a definition.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, LinkType};

use super::body::shifted;
use super::broken_links;
use super::model::{Document, Link, UndefinedReference};
use crate::span::Span;

/// The reference links without a definition that the parser finds: their ranges in the parsed text,
/// and their labels.
#[derive(Default)]
pub(super) struct Undefined(Vec<(Range<usize>, Box<str>)>);

impl Undefined {
    /// Records a link without a definition.
    pub(super) fn record(&mut self, link: &BrokenLink<'_>) {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            // The parser leaves the empty brackets of `[label][]` out of the span.
            let collapsed = link.link_type == LinkType::Collapsed;
            let end = link.span.end + if collapsed { 2 } else { 0 };
            self.0.push((link.span.start..end, Box::<str>::from(&*link.reference)));
        }
    }

    /// Adds the links to the document, as undefined references or as broken links. `page` is the page
    /// as the parser reads it, and `skipped` is the number of bytes that the parser does not get.
    pub(super) fn add_to(self, document: &mut Document, page: &str, skipped: usize) {
        for (span, label) in self.0 {
            let span = Span::from(shifted(&span, skipped));
            if meets_a_link(&document.links, span) || document.has_tag_in(span) {
                continue;
            }
            if let Some(fault) = broken_links::bracketed(page, span, &label) {
                document.faults.push(fault);
            } else if is_label(&label) {
                document.undefined.push(UndefinedReference { span, label });
            }
        }
        document.undefined.sort_by_key(|reference| reference.span);
    }
}

/// Returns whether the text in the second pair of brackets of `[text][label]` can be the label of a
/// definition. A number is a citation, a URL is left over from wiki markup, and a caret starts a
/// footnote.
fn is_label(label: &str) -> bool {
    let scheme = label.find(':').map(|end| &label[..end]);
    !label.starts_with('^')
        && !label.bytes().all(|byte| byte.is_ascii_digit())
        && !scheme.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Returns whether `span` is inside a link, or overlaps the start of a link that ends after it. In
/// `[a][b](/c.md)`, for example, the brackets around `b` belong to a link. `links` must be ordered
/// by their start.
fn meets_a_link(links: &[Link], span: Span) -> bool {
    let before = links.partition_point(|link| link.span.start <= span.start);
    if links.get(before).is_some_and(|link| link.span.start < span.end && link.span.end > span.end)
    {
        return true;
    }
    // Images inside the link's text come after the link in the list, so check several entries.
    links[..before].iter().rev().take(8).any(|link| link.span.contains(span))
}

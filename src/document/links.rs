//! The part of the builder that turns the parser's events into links.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use super::broken_links::{LinkFault, LinkFaultKind};
use super::builder::{Builder, OpenLink};
use super::destination_span;
use super::model::{Link, LinkKind, TextRange};
use crate::span::Span;

impl<'a> Builder<'a> {
    /// Records the start of a link or an image.
    pub(super) fn start_link(
        &mut self,
        link_type: LinkType,
        destination: CowStr<'a>,
        label: CowStr<'a>,
        range: &Range<usize>,
        image: bool,
    ) {
        let first_link = self.document.items.last().map(|item| item.links.start);
        if self.in_item && self.open_links.is_empty() && first_link != Some(self.links_so_far()) {
            self.stray(range);
        }
        self.touch(range);
        let here = self.here();
        let index = self.document.links.len();
        let text_end = range.start + if image { 2 } else { 1 };
        self.document.links.push(Link {
            span: range.clone().into(),
            destination: Span::at(range.end),
            resolved: None,
            content: Span::at(text_end),
            text: TextRange { start: here, end: here },
            kind: kind(link_type),
            image,
            faulty: false,
            in_table: self.in_table && kind(link_type) == LinkKind::Inline,
            shared: false,
        });
        self.open_links.push(OpenLink { index, destination, label, link_type, text_end });
    }

    /// Records the end of a link or an image. `definition` is the span of the definition of a
    /// reference link.
    pub(super) fn end_link(&mut self, range: &Range<usize>, definition: Option<Span>) {
        let Some(open) = self.open_links.pop() else { return };
        if let Some(outer) = self.open_links.last_mut() {
            outer.text_end = range.end;
        }
        let words = self.here();
        let borrowed = destination_span::borrowed_span(self.source, &open.destination);
        let span = borrowed.unwrap_or_else(|| match (open.link_type, definition) {
            (LinkType::Inline, _) => {
                destination_span::inline_span(self.source, open.text_end, range.end)
            }
            (LinkType::Autolink | LinkType::Email, _) => {
                Span::new(range.start + 1, range.end.saturating_sub(1))
            }
            (_, Some(definition)) => destination_span::definition_span(self.source, definition),
            (_, None) => range.clone().into(),
        });
        let fault = destination_span::fault(&open.destination);
        let link = &mut self.document.links[open.index];
        link.text.end = words;
        link.content.end = (open.text_end as u32).max(link.content.start);
        link.destination = span;
        link.faulty = fault.is_some();
        if open.link_type == LinkType::Email {
            // In CommonMark, the destination of an email autolink starts with `mailto:`, which the
            // parser leaves out.
            link.resolved = Some(format!("mailto:{}", open.destination).into());
        } else if borrowed.is_none() {
            link.resolved = Some(Box::from(&*open.destination));
        }
        if let Some(kind) = fault {
            let span = fault_span(self.source, link, &kind);
            let of = Some(open.index as u32);
            self.document.faults.push(LinkFault { span, kind, link: None, of });
        }
        if !link.image {
            self.brackets.link(range.clone());
        }
    }

    /// Marks links that take their destination from a definition that another link also uses.
    pub(super) fn mark_shared(&mut self) {
        let references = |link: &&mut Link| link.kind == LinkKind::Reference;
        let mut users: HashMap<Span, u32> = HashMap::new();
        for link in self.document.links.iter_mut().filter(references) {
            *users.entry(link.destination).or_default() += 1;
        }
        for link in self.document.links.iter_mut().filter(references) {
            link.shared = users.get(&link.destination).is_some_and(|users| *users > 1);
        }
    }
}

fn kind(link_type: LinkType) -> LinkKind {
    match link_type {
        LinkType::Inline => LinkKind::Inline,
        LinkType::Autolink | LinkType::Email => LinkKind::Autolink,
        _ => LinkKind::Reference,
    }
}

/// Returns the span to report for an invalid destination: the destination, or the empty
/// parentheses.
fn fault_span(source: &str, link: &Link, kind: &LinkFaultKind) -> Span {
    if *kind != LinkFaultKind::EmptyDestination || link.kind != LinkKind::Inline {
        return if link.destination.is_empty() { link.span } else { link.destination };
    }
    let tail = Span { start: link.content.end, end: link.span.end };
    match tail.of(source).rfind("](") {
        Some(open) => Span { start: tail.start + open as u32 + 1, end: link.span.end },
        None => link.span,
    }
}

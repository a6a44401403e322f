//! The part of the builder that turns the parser's events into links.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};

use super::body::shifted;
use super::broken_links::{LinkFault, LinkFaultKind};
use super::builder::{Builder, OpenLink};
use super::destination_span;
use super::front_matter::{FrontMatter, FrontValue};
use super::html::{self, HtmlPart, decode_references};
use super::model::{Document, Link, LinkKind, TextRange};
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
        let index = self.document.links.len();
        let opening = if image { 2 } else { 1 };
        let text_end = range.start
            + match link_type {
                LinkType::WikiLink { has_pothole: true } => opening + destination.len() + 2,
                LinkType::WikiLink { has_pothole: false } => opening + 1,
                _ => opening,
            };
        let kind = kind(link_type);
        self.push_link(Link {
            content: Span::at(text_end),
            image,
            in_table: self.in_table && kind == LinkKind::Inline,
            ..self.new_link(range, kind)
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
        let is_wiki = matches!(open.link_type, LinkType::WikiLink { .. });
        let span = if is_wiki { without_escape(self.source, span) } else { span };
        let has_tag = self.has_tag(&span.range());
        let is_checked = !has_tag && !is_wiki;
        let fault = is_checked.then(|| destination_span::fault(&open.destination)).flatten();
        let written = has_tag.then(|| self.written_destination(&span.range()));
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
            let resolved = written.unwrap_or_else(|| open.destination.to_string());
            link.resolved = (resolved != span.of(self.written)).then(|| resolved.into());
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

    /// Records front matter, with the links in it.
    pub(super) fn front_matter(&mut self, front_matter: FrontMatter) {
        self.document.verbatim.push(front_matter.span);
        let keys = &self.syntax.link_keys;
        let is_link = |value: &&FrontValue| !value.is_nothing();
        let mut values: Vec<&FrontValue> =
            keys.iter().flat_map(|key| front_matter.values_of(key)).filter(is_link).collect();
        values.sort_by_key(|value| value.span);
        values.dedup();
        for value in values {
            let target = value.text.trim();
            let destination = value.unquoted(self.source);
            let link = Link {
                destination,
                resolved: (destination.of(self.source) != target).then(|| target.into()),
                content: destination,
                ..self.new_link(&value.span.range(), LinkKind::FrontMatter)
            };
            self.document.links.push(link);
        }
        self.document.front_matter = Some(Box::new(front_matter));
    }

    /// Records the links and images in the HTML at `range`.
    pub(super) fn html(&mut self, range: &Range<usize>) {
        let source = self.source;
        let html = source.get(range.clone()).unwrap_or_default();
        for part in html::read(html) {
            match part {
                HtmlPart::Link { tag, destination, target, image } => {
                    let (tag, destination) =
                        (shifted(&tag, range.start), shifted(&destination, range.start));
                    self.start_html_link(&tag, &destination, target, image);
                }
                HtmlPart::Text(text) => self.html_text(&shifted(&text, range.start)),
                HtmlPart::LinkEnd(tag) => self.end_html_link(shifted(&tag, range.start)),
                HtmlPart::Anchor(_) | HtmlPart::HeadingStart | HtmlPart::HeadingEnd => {}
            }
        }
    }

    /// Records text in HTML. It is the text of the HTML link that is open, or else can contain template tags
    /// that are references.
    fn html_text(&mut self, range: &Range<usize>) {
        if self.html_link.is_some() {
            let written = self.written.get(range.clone()).unwrap_or_default();
            self.push_words(&decode_references(written));
        } else if !self.is_in_link() {
            self.tag_links(range);
        }
    }

    /// Records the start of an HTML link, or an image in HTML.
    fn start_html_link(
        &mut self,
        tag: &Range<usize>,
        destination: &Range<usize>,
        target: String,
        image: bool,
    ) {
        // Browsers do not nest links.
        if !image && !self.open_links.is_empty() {
            return;
        }
        if !image {
            self.end_html_link(tag.start..tag.start);
        }
        let index = self.document.links.len();
        // Template tags stay as written, with the line endings in them.
        let is_literal =
            self.source.get(destination.clone()) == Some(&target) || self.has_tag(destination);
        self.push_link(Link {
            destination: destination.clone().into(),
            resolved: (!is_literal).then(|| target.into()),
            content: Span::at(tag.end),
            image,
            ..self.new_link(tag, LinkKind::Html)
        });
        if !image {
            self.html_link = Some(index);
        }
    }

    /// Records the end of the HTML link that is open, if any. `tag` is its end tag.
    pub(super) fn end_html_link(&mut self, tag: Range<usize>) {
        let Some(index) = self.html_link.take() else { return };
        let words = self.here();
        let link = &mut self.document.links[index];
        link.text.end = words;
        link.content.end = (tag.start as u32).max(link.content.start);
        link.span.end = (tag.end as u32).max(link.span.end);
    }

    /// Records a URL without brackets.
    pub(super) fn bare_link(&mut self, url: &Range<usize>) {
        let raw = self.written.get(url.clone()).unwrap_or_default();
        let target = self.written_destination(url);
        let fault = if self.has_tag(url) { None } else { destination_span::fault(&target) };
        let link = Link {
            destination: url.clone().into(),
            resolved: (target != raw).then(|| Box::from(&*target)),
            content: url.clone().into(),
            faulty: fault.is_some(),
            ..self.new_link(url, LinkKind::Bare)
        };
        let index = self.document.links.len();
        self.push_link(link);
        if let Some(kind) = fault {
            let (span, of) = (url.clone().into(), Some(index as u32));
            self.document.faults.push(LinkFault { span, kind, link: None, of });
        }
        self.append_words(raw);
        self.document.links[index].text.end = self.here();
    }

    /// Returns a link at `range` without a destination.
    pub(super) fn new_link(&self, range: &Range<usize>, kind: LinkKind) -> Link {
        let here = self.here();
        Link {
            span: range.clone().into(),
            destination: Span::at(range.end),
            resolved: None,
            content: Span::at(range.end),
            text: TextRange { start: here, end: here },
            kind,
            image: false,
            faulty: false,
            in_table: false,
            shared: false,
        }
    }

    pub(super) fn push_link(&mut self, link: Link) {
        let range = link.span.start as usize..link.span.end as usize;
        let first_link = self.document.items.last().map(|item| item.links.start);
        if self.in_item && !self.is_in_link() && first_link != Some(self.links_so_far()) {
            self.stray(&range);
        }
        self.touch(&range);
        self.document.links.push(link);
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

impl Document {
    /// Removes the faults of bare URLs that are inside other faults. The destination of a broken link is
    /// plain text, so it may be a bare URL, too.
    pub(super) fn drop_repeated_faults(&mut self) {
        let links = &self.links;
        let is_bare = |fault: &LinkFault| {
            let link = fault.of.and_then(|link| links.get(link as usize));
            link.is_some_and(|link| link.kind == LinkKind::Bare)
        };
        if !self.faults.iter().any(is_bare) {
            return;
        }
        let others: Vec<Span> =
            self.faults.iter().filter(|fault| !is_bare(fault)).map(|fault| fault.span).collect();
        self.faults.retain(|fault| {
            let before = others.partition_point(|other| other.start < fault.span.end);
            // Faults may be nested, so check several.
            let is_within =
                others[..before].iter().rev().take(8).any(|other| other.overlaps(fault.span));
            !is_bare(fault) || !is_within
        });
    }
}

/// Returns the span of the name in a wiki link, without the backslash of `\|`. In a table cell, a `|` without
/// a backslash would end the cell.
fn without_escape(source: &str, name: Span) -> Span {
    let is_escaped = source.get(name.end as usize..).is_some_and(|rest| rest.starts_with('|'));
    match name.of(source).strip_suffix('\\').filter(|_| is_escaped) {
        Some(kept) => Span { end: name.start + kept.len() as u32, ..name },
        None => name,
    }
}

fn kind(link_type: LinkType) -> LinkKind {
    match link_type {
        LinkType::Inline => LinkKind::Inline,
        LinkType::Autolink | LinkType::Email => LinkKind::Autolink,
        LinkType::WikiLink { .. } => LinkKind::Wiki,
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

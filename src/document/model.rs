//! The parts of a parsed page.

use std::ops::Range;

use super::broken_links::LinkFault;
use super::front_matter::{Forms, FrontMatter};
use super::reference_patterns::Reference;
use crate::span::{BYTE_ORDER_MARK, Span};

/// A byte range of the document's visible text. [`Document::words`] returns the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextRange {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A heading of any level.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The whole heading, including its markers.
    pub span: Span,
    /// The inline content, without markers. Empty for a heading without content.
    pub content: Span,
    /// The level, from 1 to 6.
    pub level: u8,
    /// The visible text.
    pub text: TextRange,
    /// The indices in [`Document::links`] of the links and images in the heading.
    pub links: Range<u32>,
    /// Whether there is any content other than white space between this heading and the next one.
    pub has_content: bool,
}

impl Heading {
    /// Returns the span of the heading's content, or of the whole heading if it has no content.
    #[must_use]
    pub fn place(&self) -> Span {
        if self.content.is_empty() { self.span } else { self.content }
    }
}

/// The syntax of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)`.
    Inline,
    /// `[text][label]`, `[label][]` or `[label]`, with a definition elsewhere in the page.
    Reference,
    /// `<https://…>` or `<someone@…>`.
    Autolink,
    /// A URL in an item, without brackets.
    Bare,
    /// `<a href="…">` or `<img src="…">`.
    Html,
    /// A value of front matter that the settings define as a link. It has no text.
    FrontMatter,
    /// A template tag in text that is a reference, such as `{% link a.md %}`. It has no text.
    Tag,
    /// `[[name]]` or `[[name|text]]`.
    Wiki,
}

/// A link or an image.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole link, including brackets and destination.
    pub span: Span,
    /// The destination as written in the source, without angle brackets. For a reference link, this
    /// is the destination in the definition.
    pub destination: Span,
    /// The destination with escapes and character references resolved, or `None` if it is the same
    /// as in the source. For an email autolink, it starts with `mailto:`.
    pub resolved: Option<Box<str>>,
    /// The text between the brackets.
    pub content: Span,
    /// The visible text.
    pub text: TextRange,
    /// The syntax of the link.
    pub kind: LinkKind,
    /// Whether this is an image.
    pub image: bool,
    /// Whether the destination is invalid. If so, [`Document::faults`] contains the problem, and
    /// other rules ignore the link.
    pub faulty: bool,
    /// Whether the destination is written in a table cell, where a `|` must be escaped.
    pub in_table: bool,
    /// Whether another link takes its destination from the same definition.
    pub shared: bool,
}

impl Link {
    /// Returns the destination as CommonMark resolves it. `source` is the page's text.
    #[must_use]
    pub fn target<'a>(&'a self, source: &'a str) -> &'a str {
        self.resolved.as_deref().unwrap_or_else(|| self.destination.of(source))
    }

    /// Returns the destination for a message: as written in the source, but without the quotation marks
    /// of front matter.
    #[must_use]
    pub fn shown<'a>(&'a self, source: &'a str) -> &'a str {
        match self.kind {
            LinkKind::FrontMatter => self.target(source),
            _ => self.destination.of(source),
        }
    }
}

/// An item of an outermost list.
#[derive(Clone, Debug)]
pub struct Item {
    /// The whole item, including its marker.
    pub span: Span,
    /// The content, from the first text to the last. Empty for an item without content.
    pub content: Span,
    /// The index in [`Document::headings`] of the nearest heading above the item.
    pub heading: Option<u32>,
    /// The indices in [`Document::links`] of the links and images in the item.
    pub links: Range<u32>,
    /// The first content that is neither part of the item's first link nor an emphasised remark
    /// after that link. A second link and a second remark are also stray.
    pub stray: Option<Span>,
}

/// A line such as `When: 16 March 2021`, in a paragraph or an item.
#[derive(Clone, Debug)]
pub struct LabelledLine {
    /// The index of the label in [`Syntax::labels`](super::Syntax::labels).
    pub label: u32,
    /// The visible text after the colon, without white space around it. Never empty.
    pub words: Box<str>,
    /// The span of this text.
    pub span: Span,
}

/// A reference link `[text][label]` or `[label][]` whose label is not defined in the page.
#[derive(Clone, Debug)]
pub struct UndefinedReference {
    /// The whole reference.
    pub span: Span,
    /// The label as written.
    pub label: Box<str>,
}

/// A rule or group named in a suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The span of the name in the page.
    pub span: Span,
    /// The name as written.
    pub text: Box<str>,
}

/// A suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The span of the whole comment.
    pub comment: Span,
    /// The selectors in the comment, in order, including those that match no rule or group.
    pub selectors: Box<[Selector]>,
    /// The span to which the comment applies, or `None` if it applies to the whole page.
    pub scope: Option<Span>,
    /// Whether the comment gives a reason.
    pub has_reason: bool,
}

/// A parsed page.
#[derive(Debug, Default)]
pub struct Document {
    /// All headings, in order.
    pub headings: Vec<Heading>,
    /// All links and images, ordered by where they start.
    pub links: Vec<Link>,
    /// All items of outermost lists, in order. Items of nested lists are part of their outermost
    /// item.
    pub items: Vec<Item>,
    /// The broken links, in order.
    pub faults: Vec<LinkFault>,
    /// The reference links without a definition, in order.
    pub undefined: Vec<UndefinedReference>,
    /// The character references, such as `&amp;`, in the text of headings and links, in order.
    pub references: Vec<Span>,
    /// The front matter at the top of the page, if there is any.
    pub front_matter: Option<Box<FrontMatter>>,
    /// The lines with the labels that the settings define, in order.
    pub lines: Vec<LabelledLine>,
    /// The spans that are not read as text, in order: code, front matter, comments, template tags, and
    /// HTML blocks such as scripts.
    pub verbatim: Vec<Span>,
    /// The template syntax outside tags of the archive's template language, in order: `${…}`,
    /// `{% … %}` and `<% … %>`.
    pub template_leftovers: Vec<Span>,
    /// The template tags, in order. Blocks such as `{% comment %}…{% endcomment %}` are one tag.
    pub template_tags: Vec<Span>,
    /// Whether the settings name the language of template tags.
    pub(super) has_templates: bool,
    /// The links that are references, in the order of their links.
    pub site_references: Vec<Reference>,
    /// The suppression comments, in order.
    pub suppressions: Vec<Suppression>,
    /// The visible text of all headings and links.
    pub(super) words: String,
}

impl Document {
    /// Returns the visible text of a range, with each run of white space folded to one space and
    /// none at either end.
    #[must_use]
    pub fn words(&self, range: TextRange) -> &str {
        self.words.get(range.start as usize..range.end as usize).unwrap_or_default().trim()
    }

    /// Returns the links and images at `indices`.
    #[must_use]
    pub fn links_in(&self, indices: &Range<u32>) -> &[Link] {
        self.links.get(indices.start as usize..indices.end as usize).unwrap_or_default()
    }

    /// Returns whether a broken link starts in `span`. Rules use this to avoid reporting the
    /// consequences of a broken link.
    #[must_use]
    pub fn has_fault_in(&self, span: Span) -> bool {
        let first = self.faults.partition_point(|fault| fault.span.start < span.start);
        self.faults.get(first).is_some_and(|fault| fault.span.start < span.end)
    }

    /// Returns whether a reference link without a definition starts in `span`.
    #[must_use]
    pub fn has_undefined_in(&self, span: Span) -> bool {
        let first = self.undefined.partition_point(|reference| reference.span.start < span.start);
        self.undefined.get(first).is_some_and(|reference| reference.span.start < span.end)
    }

    /// Returns whether `span` contains a character reference in the text of a heading or a link.
    #[must_use]
    pub fn has_reference_in(&self, span: Span) -> bool {
        let first = self.references.partition_point(|reference| reference.start < span.start);
        self.references.get(first).is_some_and(|reference| span.contains(*reference))
    }

    /// Returns whether the byte at `offset` is part of code, a comment or other content that is not
    /// read as text.
    #[must_use]
    pub fn is_verbatim(&self, offset: u32) -> bool {
        let before = self.verbatim.partition_point(|span| span.start <= offset);
        self.verbatim[..before].last().is_some_and(|span| offset < span.end)
    }

    /// Returns whether the byte at `offset` is part of front matter or of text that readers see. Code and
    /// comments may contain any characters.
    #[must_use]
    pub fn is_prose(&self, offset: u32) -> bool {
        let is_in_front = self.front_matter.as_ref().is_some_and(|front| offset < front.span.end);
        is_in_front || !self.is_verbatim(offset)
    }

    /// Returns the offset at which the page's text starts, after byte order marks, front matter and
    /// the line endings that follow it. `source` is the page's text.
    #[must_use]
    pub fn body_start(&self, source: &str) -> u32 {
        let text = source.trim_start_matches(BYTE_ORDER_MARK);
        let Some(front) = &self.front_matter else { return (source.len() - text.len()) as u32 };
        let end = front.span.end;
        let rest = source.get(end as usize..).unwrap_or_default();
        end + (rest.len() - rest.trim_start_matches(['\n', '\r']).len()) as u32
    }

    /// Returns whether nothing in the front matter is hidden by a syntax error. A page without front matter
    /// has no such error. `source` is the page's text.
    #[must_use]
    pub fn has_readable_front_matter(&self, source: &str, forms: Forms) -> bool {
        match &self.front_matter {
            Some(front) => front.is_valid(),
            None => FrontMatter::unclosed(source, forms).is_none(),
        }
    }

    /// Returns whether `span` overlaps template syntax: a tag, or a leftover.
    #[must_use]
    pub fn has_template_in(&self, span: Span) -> bool {
        self.has_tag_in(span) || overlaps_any(&self.template_leftovers, span)
    }

    /// Returns whether `span` overlaps a template tag.
    #[must_use]
    pub fn has_tag_in(&self, span: Span) -> bool {
        overlaps_any(&self.template_tags, span)
    }

    /// Returns the index of the item that contains `span`.
    #[must_use]
    pub fn item_around(&self, span: Span) -> Option<usize> {
        let before = self.items.partition_point(|item| item.span.start <= span.start);
        let index = before.checked_sub(1)?;
        self.items.get(index)?.span.contains(span).then_some(index)
    }

    /// Returns the index of the heading that contains `span`.
    #[must_use]
    pub fn heading_around(&self, span: Span) -> Option<usize> {
        let before = self.headings.partition_point(|heading| heading.span.start <= span.start);
        let index = before.checked_sub(1)?;
        self.headings.get(index)?.span.contains(span).then_some(index)
    }
}

/// Returns whether `span` overlaps one of these spans, which are in order and do not overlap.
pub(super) fn overlaps_any(spans: &[Span], span: Span) -> bool {
    let before = spans.partition_point(|other| other.start < span.end);
    spans[..before].last().is_some_and(|other| other.overlaps(span))
}

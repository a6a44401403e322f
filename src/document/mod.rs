//! The parsed form of a page: headings, links, list items and broken links. This is the only module
//! that uses pulldown-cmark.
//!
//! Parsing never fails: any text produces a [`Document`]. Spans are byte ranges of the page's
//! [`SourceText`](crate::span::SourceText). The visible text of headings and links is stored in one
//! buffer, with each run of white space folded to one space. A [`TextRange`] refers to a part of
//! that buffer.

mod anchor_style;
mod anchors;
mod bare_urls;
mod body;
mod broken_links;
mod builder;
mod comments;
mod destination;
mod destination_span;
mod front_matter;
mod html;
mod inline;
mod items;
mod labelled_lines;
mod links;
mod meant_destination;
mod model;
mod open_line;
mod plain_text;
mod reference_patterns;
mod references;
mod shortcode;
mod structure;
mod syntax;
mod template_leftovers;
mod template_tags;
mod template_words;
mod undefined_references;
mod wiki;

pub use anchor_style::AnchorStyle;
pub use anchors::{Anchors, anchors};
pub use broken_links::{LinkFault, LinkFaultKind};
pub use destination::{Rewritten, decode_destination, encode_destination};
pub use front_matter::{Form, Forms, FrontKey, FrontMatter, FrontProblem, FrontValue, Style};
pub use html::decode_references;
pub use inline::{decode_reference, heading_words, inline_words};
pub use model::{
    Document, Heading, Item, LabelledLine, Link, LinkKind, Selector, Suppression, TextRange,
    UndefinedReference,
};
pub use plain_text::text_spans;
pub use reference_patterns::{
    Notation, Reference, ReferencePattern, ReferencePatternError, ReferenceVariable, has_keyword,
};
pub use structure::Structure;
pub use syntax::Syntax;
pub use template_tags::TemplateLanguage;

#[cfg(test)]
mod tests;

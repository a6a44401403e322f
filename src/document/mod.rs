//! The parsed form of a page: headings, links, list items and broken links. No other module uses
//! pulldown-cmark.
//!
//! Any text gives a [`Document`]; there is no failure. Spans are bytes of the page's
//! [`SourceText`](crate::span::SourceText). The words a reader sees are gathered in one buffer with
//! white space runs folded, and referred to by [`TextRange`].

mod body;
mod broken_links;
mod builder;
mod comments;
mod destination;
mod destination_span;
mod front_matter;
mod inline;
mod links;
mod model;
mod plain_text;
mod structure;
mod template_leftovers;
mod wiki;

pub use broken_links::{LinkFault, LinkFaultKind};
pub use destination::{Rewritten, decode_destination, encode_destination};
pub use inline::{decode_reference, heading_words, inline_words};
pub use model::{
    Document, Heading, Item, Link, LinkKind, Selector, Suppression, TextRange, UndefinedReference,
};
pub use plain_text::text_spans;
pub use structure::Structure;

#[cfg(test)]
mod tests;

//! The anchors of a page: the fragments that links to its parts can have.
//!
//! A [`Document`](super::Document) does not store them, because only the pages that links with fragments lead
//! to need them.

mod attributes;
mod footnotes;
mod heading_text;
mod numbering;
mod reader;
mod slug;

use self::numbering::Numbering;
use self::reader::{NamedHeading, Reader};
use super::syntax::Syntax;

/// The program that generates the anchors of headings and footnotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnchorStyle {
    /// GitHub.
    #[default]
    Github,
    /// kramdown with its parser for GitHub's Markdown, as in Jekyll.
    Kramdown,
    /// Hugo.
    Hugo,
    /// Zola.
    Zola,
    /// Python-Markdown with its extensions `extra` and `toc`, as in Pelican.
    Python,
}

impl AnchorStyle {
    /// All styles.
    const ALL: [Self; 5] = [Self::Github, Self::Kramdown, Self::Hugo, Self::Zola, Self::Python];

    /// The names of all styles in the settings.
    pub const NAMES: [&'static str; 5] = [
        Self::ALL[0].name(),
        Self::ALL[1].name(),
        Self::ALL[2].name(),
        Self::ALL[3].name(),
        Self::ALL[4].name(),
    ];

    /// Returns the name of the style in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Kramdown => "kramdown",
            Self::Hugo => "hugo",
            Self::Zola => "zola",
            Self::Python => "python",
        }
    }

    /// Returns the style with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// Returns whether `{#id}` at the end of a heading is not part of its text.
    pub(super) fn has_heading_attributes(self) -> bool {
        self != Self::Github
    }
}

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

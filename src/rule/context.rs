//! What the rules of sources and of suppressions are given to look at.

use crate::document::Suppression;
use crate::span::{FileId, SourceText, Span};
use crate::verdict::Outcome;

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy, Debug)]
pub struct OnlineContext<'a> {
    /// Where the URL stands.
    pub destination: Span,
    /// What is known of it.
    pub outcome: &'a Outcome,
}

/// Why a selector of a suppression is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// What it names found nothing there.
    Unused,
    /// It names no rule and no group; what it may have meant.
    Unknown(Option<String>),
    /// It asks for everything to be silenced, which is not to be had.
    Everything,
    /// There is no selector in the comment.
    Nothing,
    /// The page has so many comments that this one is not obeyed.
    TooMany,
}

/// What the rule of suppressions sees: one comment of a page that is not wholly of use.
#[derive(Clone, Copy, Debug)]
pub struct SuppressionContext<'a> {
    /// The page.
    pub file: FileId,
    /// Its text.
    pub source: &'a SourceText,
    /// The comment.
    pub suppression: &'a Suppression,
    /// Which of its selectors are of no use, by index, and why; index 0 if it has none.
    pub lapses: &'a [(usize, Lapse)],
}

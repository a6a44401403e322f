//! What the rules of sources and of suppressions are given to look at.

use url::Url;

use crate::diagnostic::{Edit, Finding, Fix};
use crate::document::Suppression;
use crate::span::{FileId, SourceText, Span};
use crate::verdict::Outcome;

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy, Debug)]
pub struct OnlineContext<'a> {
    /// The page.
    pub file: FileId,
    /// Where the URL stands.
    pub destination: Span,
    /// What is known of it.
    pub outcome: &'a Outcome,
}

impl OnlineContext<'_> {
    /// A finding on a source that is lost, with what to do: cite the archived copy, if one is known.
    #[must_use]
    pub fn lost(&self, message: String, else_do: &str) -> Finding {
        let finding = Finding::new(self.destination, message);
        let copy = self.outcome.evidence.archived.as_deref();
        let fixed = copy.and_then(|copy| Some((copy, self.cite(copy, "cite the archived copy")?)));
        match fixed {
            None => finding.help(else_do),
            Some((copy, fix)) => finding.help(format!("cite the archived copy {copy}")).fix(fix),
        }
    }

    /// Cites another address in its place, which changes what is cited.
    #[must_use]
    pub fn cite(&self, url: &str, message: &str) -> Option<Fix> {
        let edit = Edit::replace(self.file, self.destination, destination(url)?);
        Some(Fix::uncertain(message, vec![edit]))
    }
}

/// A URL as it can stand between the parentheses of a link, or between angle brackets.
fn destination(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let mut written = String::new();
    for char in url.as_str().chars() {
        match char {
            '(' => written.push_str("%28"),
            ')' => written.push_str("%29"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '\\' => written.push_str("%5C"),
            char if char.is_whitespace() || char.is_control() => return None,
            char => written.push(char),
        }
    }
    Some(written)
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

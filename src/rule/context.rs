//! What the rules of bytes, of sources and of suppressions are given to look at.

use url::Url;

use super::pages::Pages;
use crate::diagnostic::{Edit, Finding, Fix};
use crate::document::Suppression;
use crate::encoding::Garbled;
use crate::source_status::Outcome;
use crate::span::{FileId, SourceText, Span};

/// What a rule of bytes sees: a page's file, decoded as far as it can be.
#[derive(Clone, Copy, Debug)]
pub struct SourceContext<'a> {
    /// Its text.
    pub source: &'a SourceText,
    /// Why nothing but its bytes is looked at, if that is so.
    pub garbled: Option<Garbled>,
}

/// What an online rule sees: one source URL at one place.
#[derive(Clone, Copy)]
pub struct OnlineContext<'a> {
    /// The page.
    pub file: FileId,
    /// Where the URL stands.
    pub destination: Span,
    /// The link that cites it, as an index in the page's links.
    pub link: u32,
    /// What is known of it.
    pub outcome: &'a Outcome,
    /// The pages, to be read anew.
    pub pages: &'a dyn Pages,
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
        // It may come from a ledger that somebody else filled.
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let page = self.pages.reread(self.file)?;
        let (source, document) = (page.text(), page.document());
        let link = document.links.get(self.link as usize);
        let link = link.filter(|link| link.destination == self.destination)?;
        let rewritten = link.rewrite(source, 0..link.target(source).len(), url.as_str())?;
        let edit = Edit::replace(self.file, self.destination, rewritten.whole);
        Some(Fix::uncertain(message, vec![edit]))
    }
}

/// Why a selector of a suppression is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// What it names found nothing there.
    Unused,
    /// It names no rule and no group; what it may have meant.
    Unknown(Option<String>),
    /// It asks for everything to be suppressed, which is not to be had.
    Everything,
    /// There is no selector in the comment.
    Nothing,
    /// The page has so many comments that this one has no effect.
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

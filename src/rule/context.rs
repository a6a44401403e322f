//! The contexts of rules on bytes, of online rules, and of rules on suppression comments.

use url::Url;

use super::pages::Pages;
use crate::diagnostic::{Edit, Finding, Fix};
use crate::document::Suppression;
use crate::encoding::Garbled;
use crate::source_status::Outcome;
use crate::span::{FileId, SourceText, Span};

/// The context of a rule on bytes: the file of a page, decoded as far as possible.
#[derive(Clone, Copy, Debug)]
pub struct SourceContext<'a> {
    /// The decoded text.
    pub source: &'a SourceText,
    /// The reason why the file is not text, or `None` if it is. If the file is not text, only rules
    /// on bytes check it.
    pub garbled: Option<Garbled>,
}

/// The context of an online rule: one source URL at one place.
#[derive(Clone, Copy)]
pub struct OnlineContext<'a> {
    /// The page.
    pub file: FileId,
    /// The span of the URL.
    pub destination: Span,
    /// The index of the link with this URL among the links of the page's document.
    pub link: u32,
    /// The verdict on the URL, and the evidence for it.
    pub outcome: &'a Outcome,
    /// Access to the texts of pages.
    pub pages: &'a dyn Pages,
}

impl OnlineContext<'_> {
    /// Creates a finding about a lost source. The help and the fix cite the archived copy, if one
    /// is known. Otherwise, the help is `else_do`.
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

    /// Creates a fix that replaces the URL with another one. The fix is unsafe, because it changes
    /// what the page cites.
    #[must_use]
    pub fn cite(&self, url: &str, message: &str) -> Option<Fix> {
        // Validate the URL, because it may come from a ledger that someone else has written.
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let page = self.pages.reread(self.file)?;
        let (source, document) = (page.text(), page.document());
        let link = document.links.get(self.link as usize);
        let link = link.filter(|link| link.destination == self.destination)?;
        let rewritten =
            document.rewrite(link, source, 0..link.target(source).len(), url.as_str())?;
        let edit = Edit::replace(self.file, rewritten.place, rewritten.whole);
        Some(Fix::uncertain(message, vec![edit]))
    }
}

/// The reason why a selector of a suppression comment has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// The selected rules report nothing where the comment applies.
    Unused,
    /// The selector names no rule and no group. Contains a help text, if there is a useful one.
    Unknown(Option<String>),
    /// The selector names all rules. A comment cannot suppress all rules.
    Everything,
    /// The comment has no selector.
    Nothing,
    /// The page has so many comments that this one has no effect.
    TooMany,
}

/// The context of a rule on suppression comments: one comment that has no effect, at least in part.
#[derive(Clone, Copy, Debug)]
pub struct SuppressionContext<'a> {
    /// The page.
    pub file: FileId,
    /// The text of the page.
    pub source: &'a SourceText,
    /// The comment.
    pub suppression: &'a Suppression,
    /// The selectors without an effect, by index, with the reasons. The index is 0 if the reason
    /// concerns the whole comment.
    pub lapses: &'a [(usize, Lapse)],
}

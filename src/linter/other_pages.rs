//! What other pages know of a page. If a change leaves that as it is, no other page can have new findings because of it.

use jiff::civil::Date;

use super::pages::Linter;
use super::panics::guarded;
use crate::archive::layout::PageKind;
use crate::archive::page::Page;
use crate::archive::page_facts::{LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::document::{Heading, anchors};
use crate::encoding;
use crate::rule::AnchorHashes;
use crate::rules::related::one_way;
use crate::span::{FileId, SourceText};

impl Linter<'_> {
    /// Returns whether other pages may have other findings if the text of a page was `before` and is now `after`.
    /// Returns `true` if this is unknown.
    #[must_use]
    pub fn may_affect_others(&self, file: FileId, before: &SourceText, after: &SourceText) -> bool {
        let known = |source| guarded(|| self.known_to_others(file, source)).ok().flatten();
        match (known(before), known(after)) {
            (Some(before), Some(after)) => before != after,
            _ => true,
        }
    }

    /// Returns `None` for a file that is not text.
    fn known_to_others(&self, file: FileId, source: &SourceText) -> Option<KnownToOthers> {
        if encoding::garbled(source).is_some() {
            return None;
        }
        let page = Page::read(self.archive, &self.reader(), file, source);
        let (facts, document, text) = (page.facts(false), &page.document, source.text());
        let heading = |heading: &Heading| (heading.level, heading.content.of(text).to_owned());
        let front_matter = document.front_matter.as_ref();
        // Rules compare what day pages list and, if the user wants it, what related pages name.
        let is_day_page = self.archive.place(file).kind == PageKind::Day;
        let lists = is_day_page || self.settings.rules.may_run(one_way::RULE.id);
        let link = |link: &LinkFact| {
            (link.role, link.target(), link.content.of(text).to_owned(), link.damaged)
        };
        Some(KnownToOthers {
            headings: document.headings.iter().map(heading).collect(),
            front_matter: front_matter.map(|front| front.span.of(text).to_owned()),
            anchors: AnchorHashes::new(&anchors(text, &self.archive.syntax)),
            title: facts.title.map(|title| (title.content.of(text).to_owned(), title.sole)),
            date: facts.date,
            hidden: facts.hidden,
            is_utf8: facts.is_utf8,
            source_keys: facts.source_keys.clone(),
            links: if lists { facts.links.iter().map(link).collect() } else { Vec::new() },
            damaged: facts.damaged().to_vec(),
        })
    }
}

/// What other pages know of a page.
#[derive(PartialEq)]
struct KnownToOthers {
    headings: Vec<(u8, String)>,
    front_matter: Option<String>,
    anchors: AnchorHashes,
    title: Option<(String, bool)>,
    date: Option<Date>,
    hidden: bool,
    is_utf8: bool,
    source_keys: Box<[u64]>,
    links: Vec<(LinkRole, Target, String, bool)>,
    damaged: Vec<FileId>,
}

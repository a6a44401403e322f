//! What other pages know of a page. If a change leaves that as it is, no other page can have new findings because of
//! it.

use jiff::civil::Date;

use super::pages::Linter;
use super::panics::guarded;
use crate::archive::layout::PageKind;
use crate::archive::page::Page;
use crate::archive::page_facts::{Facts, LinkFact, LinkRole, TitleFact};
use crate::archive::resolve::Target;
use crate::archive::shared_list::SharedList;
use crate::document::{Document, Heading, Link, LinkFaultKind, anchors};
use crate::encoding;
use crate::rule::{AnchorHashes, Need};
use crate::span::{FileId, SourceText, Span};

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
        let (document, text) = (&page.document, source.text());
        // A fact that is added here must be compared, unless it concerns only the page itself.
        let Facts { title, date, hidden, is_utf8, links, source_keys, rare } = page.facts(false);
        let rare = rare.unwrap_or_default();
        let is_day_page = self.archive.place(file).kind == PageKind::Day;
        let lists = is_day_page || self.needs(Need::RelatedLinks);
        let link = |link: &LinkFact| KnownLink {
            role: link.role,
            target: link.target(),
            destination: link.destination.of(text).to_owned(),
            resolved: link.find(document).map(|link| link.target(text).to_owned()),
            content: link.content.of(text).to_owned(),
            words: link.text,
            damaged: link.damaged,
        };
        let title = title.map(|TitleFact { content, text: words, sole }| {
            (content.of(text).to_owned(), words, sole)
        });
        let front_matter = document.front_matter.as_ref();
        Some(KnownToOthers {
            headings: document
                .headings
                .iter()
                .map(|heading| known(document, text, heading))
                .collect(),
            front_matter: front_matter.map(|front| front.span.of(text).to_owned()),
            anchors: AnchorHashes::new(&anchors(text, &self.archive.syntax)),
            title,
            date,
            hidden,
            is_utf8,
            source_keys,
            links: if lists { links.iter().map(link).collect() } else { Vec::new() },
            damaged: rare.damaged,
        })
    }
}

/// What other pages know of a page.
#[derive(PartialEq)]
struct KnownToOthers {
    headings: Vec<KnownHeading>,
    front_matter: Option<String>,
    anchors: AnchorHashes,
    /// The text of the title, a hash of its words, and whether the page has no other.
    title: Option<(String, u64, bool)>,
    date: Option<Date>,
    hidden: bool,
    is_utf8: bool,
    source_keys: SharedList<u64>,
    /// The links of a day page, or if a rule needs them, those of any page.
    links: Vec<KnownLink>,
    damaged: Vec<FileId>,
}

/// A heading, which may be the title or the topic of the page.
#[derive(PartialEq)]
struct KnownHeading {
    level: u8,
    content: String,
    /// The visible text, which depends on definitions elsewhere on the page.
    words: String,
    faults: Vec<LinkFaultKind>,
    has_undefined: bool,
    destinations: Vec<String>,
}

/// A link of a page.
#[derive(PartialEq)]
struct KnownLink {
    role: LinkRole,
    target: Target,
    destination: String,
    resolved: Option<String>,
    content: String,
    words: u64,
    damaged: bool,
}

fn known(document: &Document, text: &str, heading: &Heading) -> KnownHeading {
    let is_inside = |span: Span| heading.span.contains(span);
    let faults = document.faults.iter().filter(|fault| is_inside(fault.span));
    let destination = |link: &Link| link.target(text).to_owned();
    KnownHeading {
        level: heading.level,
        content: heading.content.of(text).to_owned(),
        words: document.words(heading.text).to_owned(),
        faults: faults.map(|fault| fault.kind.clone()).collect(),
        has_undefined: document.has_undefined_in(heading.span),
        destinations: document.links_in(&heading.links).iter().map(destination).collect(),
    }
}

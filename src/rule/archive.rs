//! The context of archive rules, and edits that several of them share.

use std::cell::OnceCell;
use std::collections::HashSet;

use jiff::civil::Date;

use super::faulty_text::may_be_same;
use super::findings::Findings;
use super::pages::{PageFailure, Pages};
use super::title::{self, StaleText, Title};
use crate::archive::Archive;
use crate::archive::destination::path_range;
use crate::archive::layout::ParsedPath;
use crate::archive::normal_form::{are_same_words, one_line};
use crate::archive::page_facts::{Facts, LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::config::Settings;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, is_unprintable, quote_pair};
use crate::document::{Heading, LinkKind, encode_destination};
use crate::rewrite;
use crate::span::{FileId, Span};
use crate::suggest::nearest_index;

/// The context of an archive rule: one page, and the facts of all others.
#[derive(Clone, Copy)]
pub struct ArchiveContext<'a> {
    /// The page to check.
    pub file: FileId,
    /// The kind and the date of the page, according to its path.
    pub place: ParsedPath,
    /// The facts of the page, or the reason why it has none.
    pub facts: Result<&'a Facts, &'a PageFailure>,
    /// The archive.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// Access to other pages.
    pub pages: &'a dyn Pages,
}

impl ArchiveContext<'_> {
    /// Returns the destination of a link of the page as messages show it (see
    /// [`Link::shown`](crate::document::Link::shown)).
    #[must_use]
    pub fn shown(&self, link: &LinkFact) -> String {
        let Some(page) = self.pages.reread(self.file) else { return String::new() };
        let (document, text) = (page.document(), page.text());
        let shown = link.find(document).map(|link| link.shown(text));
        shown.unwrap_or_else(|| link.destination.of(text)).to_owned()
    }

    /// Returns the span of the page's first character, where findings about the whole page are
    /// reported.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        self.first_character(self.file)
    }

    fn first_character(&self, file: FileId) -> Span {
        let page = self.pages.reread(file);
        page.map_or_else(Span::default, |page| page.source.first_character())
    }

    /// Returns the visible text of a link of the page.
    #[must_use]
    pub fn link_words(&self, link: &LinkFact) -> Option<String> {
        let page = self.pages.reread(self.file)?;
        Some(page.document().words(link.find(page.document())?.text).to_owned())
    }

    /// Returns the destination of a link of the page as CommonMark resolves it.
    #[must_use]
    pub fn target(&self, link: &LinkFact) -> String {
        let target = self.pages.reread(self.file).and_then(|page| {
            let link = link.find(page.document())?;
            Some(link.target(page.text()).to_owned())
        });
        target.unwrap_or_default()
    }

    /// Returns the title of a page, if it has one.
    #[must_use]
    pub fn title(&self, file: FileId) -> Option<Title> {
        let fact = self.pages.facts(file)?.title?;
        let page = self.pages.reread(file)?;
        Title::of(&page, fact)
    }

    /// Returns the span of a page's title, or of its first character if it has no title.
    #[must_use]
    pub fn title_span(&self, file: FileId) -> Span {
        let title = self.pages.facts(file).and_then(|facts| facts.title);
        title.map_or_else(|| self.first_character(file), |title| title.content)
    }

    /// Returns the span of a page's first heading, or of its first character if it has no heading.
    #[must_use]
    pub fn first_heading(&self, file: FileId) -> Span {
        let Some(page) = self.pages.reread(file) else { return Span::default() };
        let heading = page.document().headings.first().map(Heading::place);
        heading.unwrap_or_else(|| page.source.first_character())
    }

    /// Returns the day of the page: that of its path or, if the path contains no date, that of its fields.
    /// Returns `None` if the path names no valid day, or is not written as the layout requires.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.day_of(self.file)
    }

    /// Returns the day of another page (see [`Self::day`]).
    #[must_use]
    pub fn day_of(&self, file: FileId) -> Option<Date> {
        let of_fields = self.pages.facts(file).and_then(|facts| facts.date);
        self.archive.place(file).day_or(of_fields)
    }

    /// Returns the day of the day page that a link refers to according to the layout. The day page
    /// does not have to exist.
    #[must_use]
    pub fn linked_day(&self, link: &LinkFact) -> Option<Date> {
        let page = self.pages.reread(self.file)?;
        let (document, link) = (page.document(), link.find(page.document())?);
        self.archive.day_meant(self.file, document, link, link.target(page.text()))
    }

    /// Returns the text of the heading that gives `date` in one of the archive's formats, if the
    /// event page has such a heading. Leaves out a time of day after the date.
    #[must_use]
    pub fn written_day(&self, file: FileId, date: Date) -> Option<String> {
        let page = self.pages.reread(file)?;
        let texts = &self.settings.event.date.texts;
        let mut words =
            page.document().headings.iter().map(|heading| page.document().words(heading.text));
        let words = words.find(|words| texts.read(words).is_valid_for(date))?;
        words.get(texts.range(words)?).map(str::to_owned)
    }

    /// Returns the heading that lists an event on a day page. Returns `None` if the event has no
    /// title that can be copied.
    #[must_use]
    pub fn entry(&self, file: FileId) -> Option<String> {
        let text = self.title(file)?.text?;
        let path = self.archive.spell_from_root(self.file, self.archive.path(file))?;
        let destination = encode_destination(&path)?;
        let marks = "#".repeat(self.settings.day.entry_level.into());
        Some(format!("{marks} [{text}]({destination})"))
    }

    /// Returns whether the text of a link equals the title of a page.
    pub(super) fn names_title(&self, link: &LinkFact, file: FileId) -> bool {
        self.title(file)
            .zip(self.link_words(link))
            .is_some_and(|(title, words)| are_same_words(&title.words, &words))
    }

    /// Returns the anchor of a page that is most similar to `anchor`, which the page does not have.
    #[must_use]
    pub fn nearest_anchor(&self, file: FileId, anchor: &str) -> Option<String> {
        let page = self.pages.reread(file)?;
        let anchors = page.anchors();
        let index = nearest_index(anchor, anchors.iter().map(String::as_str).take(MOST_ANCHORS))?;
        anchors.get(index).filter(|near| !near.is_empty()).cloned()
    }

    /// Reports the links with the given role whose text differs from the title of their target.
    /// `describe` turns the quoted text of a link into the message.
    pub fn report_stale(
        &self,
        role: LinkRole,
        findings: &mut Findings,
        describe: impl Fn(&str) -> String,
    ) {
        let Ok(facts) = self.facts else { return };
        let repeated = OnceCell::new();
        for link in facts.links_with(role).filter(|link| self.may_be_stale(link)) {
            findings.push_with(|| {
                let stale = self.stale_text(link)?;
                let (text, title) = (one_line(&stale.words), one_line(&stale.title.words));
                let (text, title) = quote_pair(&text, &title);
                let finding = Finding::new(link.content, describe(&text))
                    .help(format!("the title is {title}"));
                let repeated = repeated.get_or_init(|| repeated_targets(facts, role));
                let is_repeated = repeated.contains(&stale.file);
                Some(self.name_title(link, is_repeated, finding, &stale))
            });
        }
    }

    /// Returns whether other links use the same definition as the link. An edit that is right for
    /// one of them may be wrong for another.
    #[must_use]
    pub fn is_shared(&self, link: &LinkFact) -> bool {
        let page = self.pages.reread(self.file);
        page.is_some_and(|page| link.find(page.document()).is_some_and(|link| link.shared))
    }

    /// Adds the title of a link's target to a finding: as a label, and in a fix of the link's text.
    fn name_title(
        &self,
        link: &LinkFact,
        is_repeated: bool,
        finding: Finding,
        stale: &StaleText,
    ) -> Finding {
        let title = &stale.title;
        let text = title.text.as_ref().filter(|_| self.is_inline(link));
        let fix = text.map(|text| {
            // If the page links to the target twice, the text may be the only trace of a different
            // event. Replacing a text that is not plain would also remove its markup.
            // An invisible character in the title is probably a mistake, which the fix would copy.
            let is_visible = !text.contains(is_unprintable);
            let is_sure = !is_repeated && title.sole && self.is_plain(link) && is_visible;
            let applicability = Applicability::safe_if(is_sure);
            let edits = vec![Edit::replace(self.file, link.content, &**text)];
            Fix::new(applicability, "write the title", edits)
        });
        finding.label(stale.file, title.span, "the title is here").fix(fix)
    }

    /// Returns whether the link is inline. The text of a reference link may be its label, so
    /// changing it could break the link.
    fn is_inline(&self, link: &LinkFact) -> bool {
        let Some(page) = self.pages.reread(self.file) else { return false };
        link.find(page.document()).is_some_and(|link| link.kind == LinkKind::Inline)
    }

    /// Returns whether the text of a link contains no image, code, HTML or emphasis.
    fn is_plain(&self, link: &LinkFact) -> bool {
        let Some(page) = self.pages.reread(self.file) else { return false };
        let (document, content) = (page.document(), link.content);
        let next = document.links.partition_point(|other| other.span.start < content.start);
        let holds_link = document.links.get(next).is_some_and(|other| content.overlaps(other.span));
        !holds_link && !content.of(page.text()).contains(['<', '`', '*', '_', '~'])
    }

    /// Returns a fix that removes the item around a link. Returns `None` if the item contains other
    /// links. The fix is safe if the item contains nothing except the link.
    #[must_use]
    pub fn remove_item(&self, link: &LinkFact) -> Option<Fix> {
        let page = self.pages.reread(self.file)?;
        let (text, link) = (page.text(), link.find(page.document())?);
        let index = page.document().item_around(link.span)?;
        let item = page.document().items.get(index).filter(|item| item.links.len() == 1)?;
        let edit = rewrite::remove_item(self.file, text, page.document(), index)?;
        // Removing the item also removes any other text in it.
        let behind = Span { start: link.span.end, end: item.span.end }.of(text);
        let is_bare = item.content.start == link.span.start
            && behind.trim().is_empty()
            && link.kind == LinkKind::Inline
            && path_range(link.target(text)).end == link.target(text).len()
            && link.title(text).is_empty();
        let applicability = Applicability::safe_if(is_bare);
        Some(Fix::new(applicability, "remove the item", vec![edit]))
    }

    /// Returns whether the text of a link differs from the title of its target, including in white
    /// space. Returns `false` for a link to its own page and for a link in a damaged item, because
    /// other rules report these.
    fn may_be_stale(&self, link: &LinkFact) -> bool {
        let (Target::File(file) | Target::Rendered(file)) = link.target() else { return false };
        if file == self.file || link.damaged {
            return false;
        }
        let facts = self.pages.facts(file);
        // Readers do not see the title of a hidden page.
        let is_draft = facts.is_some_and(|facts| facts.hidden) && link.role == LinkRole::Entry;
        let title = facts.and_then(|facts| facts.title).filter(|_| !is_draft);
        title.is_some_and(|title| {
            title.text != link.text && title.content.len() <= LONGEST_COMPARED_TITLE
        })
    }

    /// Returns the text of a link and the title of its target if they differ in more than white
    /// space and normal form. Returns `None` if a rule reports one of them for a fault of its own and
    /// the two may be the same once the fault is repaired.
    fn stale_text(&self, link: &LinkFact) -> Option<StaleText> {
        let file = link.target().file()?;
        let (title, words) = (self.title(file)?, self.link_words(link)?);
        let is_explained = || {
            !title.is_sound && may_be_same(&title.words, &words)
                || !self.is_legible(link.content, &words) && may_be_same(&words, &title.words)
        };
        let is_stale = !are_same_words(&title.words, &words) && !is_explained();
        is_stale.then_some(StaleText { file, title, words })
    }

    /// Returns whether no rule reports the characters in the text of a link. Wiki markup in it is
    /// reported only if the text differs from the title of the link's target.
    fn is_legible(&self, content: Span, words: &str) -> bool {
        let page = self.pages.reread(self.file);
        page.is_some_and(|page| title::is_legible(page.document(), content, words))
    }
}

/// Returns the files that more than one link with this role refers to.
fn repeated_targets(facts: &Facts, role: LinkRole) -> HashSet<FileId> {
    let mut known = HashSet::new();
    let targets = facts.links_with(role).filter_map(|link| link.target().file());
    targets.filter(|file| !known.insert(*file)).collect()
}

/// The maximum length of a title that is compared with the texts of links, in bytes. Many links may
/// refer to a hostile page with a title of megabytes.
const LONGEST_COMPARED_TITLE: usize = 1 << 14;

/// The maximum number of anchors of a page that one fragment is compared with.
const MOST_ANCHORS: usize = 1000;

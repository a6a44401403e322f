//! The context of page rules, and edits that several of them share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use jiff::civil::Date;

use crate::archive::Archive;
use crate::archive::outline::{DateHeading, EventPage, Outline};
use crate::archive::page::Page;
use crate::config::Settings;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::document::{Link, LinkKind};
use crate::rewrite;
use crate::span::Span;

/// The context of a page rule.
#[derive(Clone, Copy, Debug)]
pub struct PageContext<'a> {
    /// The page to check.
    pub page: &'a Page<'a>,
    /// The archive.
    pub archive: &'a Archive,
    /// The settings.
    pub settings: &'a Settings,
    /// Today's date, in UTC.
    pub today: Date,
}

impl<'a> PageContext<'a> {
    /// Returns the outline of the page, if it is an event page.
    #[must_use]
    pub fn event(&self) -> Option<&'a EventPage> {
        match &self.page.outline {
            Outline::Event(event) => Some(event),
            Outline::Day(_) | Outline::Other => None,
        }
    }

    /// Returns whether nothing in the page's front matter is hidden by a syntax error. A page without front
    /// matter has no such error.
    #[must_use]
    pub fn has_readable_front_matter(&self) -> bool {
        let forms = self.archive.syntax.forms;
        self.page.document.has_readable_front_matter(self.page.text(), forms)
    }

    /// Returns the span of the page's first character, where findings about the whole page are
    /// reported.
    #[must_use]
    pub fn whole_page(&self) -> Span {
        self.page.source.first_character()
    }
}

impl PageContext<'_> {
    /// Returns an edit that replaces the text at `span` with `words`. Returns `None` if the text
    /// contains code or a comment.
    #[must_use]
    pub fn reword(&self, span: Span, words: &str) -> Option<Edit> {
        let verbatim = &self.page.document.verbatim;
        let first = verbatim.partition_point(|found| found.end <= span.start);
        let is_plain = verbatim.get(first).is_none_or(|found| found.start >= span.end);
        is_plain.then(|| Edit::replace(self.page.file, span, words))
    }

    /// Returns an edit that makes the link in the date heading refer to the page of `day`. Returns
    /// `None` if the heading has no link, or if the link is a reference, cannot be edited, or leads to that
    /// page already. Also returns `None` if other links use the same definition, because the edit would change them
    /// as well.
    #[must_use]
    pub fn link_to_day(&self, date: &DateHeading, day: Date) -> Option<Edit> {
        let (text, links) = (self.page.text(), &self.page.document.links);
        let link = links.get(date.link? as usize).filter(|link| !link.shared)?;
        if self.page.document.reference_of(link).is_some() {
            return None;
        }
        let target = link.target(text);
        let part = self.archive.parse_destination(target).path_range()?;
        let written = target.get(part.clone())?;
        if self.archive.day_of(self.page.file, written) == Some(day) {
            return None;
        }
        let path = self.archive.respell(self.page.file, written, &self.day_page(day)?)?;
        let rewritten = self.page.document.rewrite(link, text, part, &path)?;
        Some(Edit::replace(self.page.file, rewritten.place, rewritten.whole))
    }

    /// Returns the path of the day page of `day`. If there is no day page, returns the path that it
    /// should have.
    #[must_use]
    pub fn day_page(&self, day: Date) -> Option<String> {
        let file = self.page.file;
        let page = self.archive.day(file, day).and_then(|day| day.pages.first());
        match page {
            Some(page) => Some(self.archive.path(*page).to_owned()),
            None => self.archive.day_page(file, day),
        }
    }

    /// Returns a fix that removes the second of two items that refer to the same thing. The fix is
    /// safe if the second item adds nothing to the first. Returns `None` if the second item
    /// contains other links, or if both links are in the same item.
    #[must_use]
    pub fn remove_second_item(&self, first: &Link, second: &Link) -> Option<Fix> {
        let page = self.page;
        let items = &page.document.items;
        let around = |link: &Link| page.document.item_around(link.span);
        let (one, other) = (around(first)?, around(second)?);
        if one == other || items.get(other)?.links.len() != 1 {
            return None;
        }
        let edit = rewrite::remove_item(page.file, page.text(), &page.document, other)?;
        let remark = |item: usize, link: &Link| {
            let end = items.get(item).map_or(link.span.end, |item| item.span.end);
            Span { start: link.span.end, end }.of(page.text()).trim()
        };
        let rest = remark(other, second);
        let says_no_more = self.names_no_more(first, second)
            && items.get(other)?.content.start == second.span.start
            && (rest.is_empty() || rest == remark(one, first));
        let applicability = Applicability::safe_if(says_no_more);
        Some(Fix::new(applicability, "remove the second item", vec![edit]))
    }

    /// Returns whether the second of two links to the same target adds nothing to the first: no
    /// different text, query, fragment or title. Links to a source must have exactly the same URL.
    #[must_use]
    pub fn names_no_more(&self, first: &Link, second: &Link) -> bool {
        let (text, document) = (self.page.text(), &self.page.document);
        let tail = |link: &Link| {
            let target = link.target(text);
            let path = self.archive.parse_destination(target).path_range();
            target.get(path.map_or(0, |path| path.end)..).unwrap_or_default().to_owned()
        };
        let is_inline = [first, second].iter().all(|link| link.kind == LinkKind::Inline);
        is_inline
            && document.words(first.text) == document.words(second.text)
            && first.title(text) == second.title(text)
            && tail(first) == tail(second)
    }
}

/// Returns pairs of links with the same key. The second link of a pair is a repetition, and the
/// first one is the first link with that key. Ignores links without a key.
pub fn repeated<'a, K: Eq + Hash>(
    links: impl Iterator<Item = (&'a Link, Option<K>)>,
) -> Vec<(&'a Link, &'a Link)> {
    let mut seen: HashMap<K, &Link> = HashMap::new();
    let mut repeated = Vec::new();
    for (link, key) in links {
        match key.map(|key| seen.entry(key)) {
            Some(Entry::Occupied(first)) => repeated.push((*first.get(), link)),
            Some(Entry::Vacant(place)) => {
                place.insert(link);
            }
            None => {}
        }
    }
    repeated
}

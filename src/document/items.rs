//! The part of the builder that reads the items of lists.

use std::ops::Range;

use super::bare_urls;
use super::builder::{Builder, trimmed};
use super::model::Item;
use crate::span::Span;

impl Builder<'_> {
    pub(super) fn start_item(&mut self, range: &Range<usize>) {
        let links = self.links_so_far();
        self.in_item = true;
        self.has_remark = false;
        self.document.items.push(Item {
            span: trimmed(self.source, range),
            content: Span::at(range.start),
            heading: (self.document.headings.len() as u32).checked_sub(1),
            links: links..links,
            stray: None,
        });
    }

    /// Records emphasised text. An item may contain one emphasised remark outside its link. Any
    /// other such text is stray.
    pub(super) fn start_emphasis(&mut self, range: &Range<usize>) {
        if self.in_item && self.open_links.is_empty() && self.emphasis_depth == 0 {
            if self.has_remark {
                self.stray(range);
            }
            self.has_remark = true;
        }
        self.emphasis_depth += 1;
    }

    /// Records text in an item. The URLs in it, and the template tags that are references, are links.
    pub(super) fn item_text(&mut self, range: &Range<usize>) {
        let start = range.start.max(self.bare_end.min(range.end));
        self.touch(&(range.start..start));
        let mut at = start;
        let mut tags = self.tag_references(&(start..range.end)).into_iter().peekable();
        let urls = bare_urls::find(self.source, start..range.end, self.block.end);
        for url in urls.into_iter().map(Some).chain([None]) {
            let next = url.as_ref().map_or(range.end, |url| url.start);
            while let Some(tag) = tags.next_if(|tag| (tag.start as usize) < next) {
                self.item_words(&(at..tag.start as usize));
                self.tag_link(tag);
                at = (tag.end as usize).min(range.end);
            }
            let Some(url) = url else { break };
            while tags.next_if(|tag| (tag.start as usize) < url.end).is_some() {}
            self.item_words(&(at..url.start));
            self.bare_link(&url);
            (at, self.bare_end) = (url.end.min(range.end), url.end);
        }
        self.item_words(&(at..range.end));
    }

    fn item_words(&mut self, range: &Range<usize>) {
        if !self.source.get(range.clone()).unwrap_or_default().trim().is_empty() {
            self.visible(range);
        }
    }

    /// Returns whether the text that is being read is the text of a link.
    pub(super) fn is_in_link(&self) -> bool {
        !self.open_links.is_empty() || self.html_link.is_some()
    }

    /// Records visible content at `range`, and marks it as stray if the item should not contain it.
    pub(super) fn visible(&mut self, range: &Range<usize>) {
        self.touch(range);
        if self.in_item && !self.is_in_link() {
            let behind_a_link = self
                .document
                .items
                .last()
                .is_some_and(|item| item.links.start < self.links_so_far());
            if self.emphasis_depth == 0 || !behind_a_link {
                self.stray(range);
            }
        }
    }

    /// Records `range` as the stray content of the current item, unless the item already has some.
    pub(super) fn stray(&mut self, range: &Range<usize>) {
        if let Some(item) = self.document.items.last_mut() {
            let span = trimmed(self.source, range);
            let blank = span.len() - span.of(self.source).trim_start().len();
            item.stray.get_or_insert(Span { start: span.start + blank as u32, ..span });
        }
    }
}

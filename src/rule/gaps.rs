//! Where entries go on a day page.

use std::collections::HashMap;

use super::title::Topic;
use crate::archive::template::DayTemplate;
use crate::diagnostic::Edit;
use crate::document::{Document, Heading};
use crate::rewrite;
use crate::span::{FileId, SourceText};

/// The places of a day page that entries can be put at. They are found once for all the events that
/// the page does not list: it may be as long as they are many.
#[derive(Debug)]
pub struct Gaps {
    /// Behind the entries of each topic, by what a reader sees of the topic.
    topics: HashMap<Box<str>, Gap>,
    /// Before the first topic.
    first: Gap,
    /// Behind all entries.
    last: Gap,
    /// How the page ends its lines.
    ending: &'static str,
}

/// The beginning of a line, and how what is put before it is set off.
#[derive(Clone, Copy, Debug)]
struct Gap {
    offset: u32,
    /// Whether the line above is not ended, as it may be where the page ends.
    is_open: bool,
    /// Whether the page has blank lines around its entries.
    is_spaced: bool,
    /// Whether a blank line stands above.
    is_below_blank: bool,
    /// Whether the page ends here.
    is_at_end: bool,
}

impl Gaps {
    /// Finds the places of a page that is written by the template `day`.
    #[must_use]
    pub fn new(source: &SourceText, document: &Document, day: &DayTemplate) -> Self {
        let is_previous = |heading: &Heading| {
            let words = document.words(heading.text);
            day.previous_texts.iter().any(|text| text == words)
        };
        let ending = source.line_ending();
        let blank = format!("{ending}{ending}");
        let has_blank_lines = source.text().contains(&blank);
        let before = |heading: Option<&Heading>| {
            let text = source.text();
            let offset = heading.map_or(text.len() as u32, |heading| {
                rewrite::heading_start(text, document, heading)
            });
            let above = &text[..offset as usize];
            let is_at_end = above.len() == text.len();
            let is_below_blank = above.ends_with(&blank);
            Gap {
                offset,
                is_open: is_at_end && !above.is_empty() && !above.ends_with(['\n', '\r']),
                is_spaced: is_below_blank || (is_at_end && has_blank_lines),
                is_below_blank,
                is_at_end,
            }
        };
        let headings = &document.headings;
        let end = headings.iter().position(is_previous).unwrap_or(headings.len());
        let last = before(headings.get(end));
        // From the last topic to the first: the entries of each end where the next one begins.
        let (mut topics, mut first) = (HashMap::new(), last);
        for heading in headings[..end].iter().rev() {
            if heading.level == day.topic_level {
                let behind = std::mem::replace(&mut first, before(Some(heading)));
                topics.entry(document.words(heading.text).into()).or_insert(behind);
            }
        }
        Self { topics, first, last, ending }
    }

    /// Puts an entry behind those of its topic; else, with its topic, behind all entries; without a
    /// topic, before the first one. None where its topic would have to be spread and is at fault
    /// itself.
    #[must_use]
    pub fn insert(&self, page: FileId, topic: Option<&Topic>, entry: &str) -> Option<Edit> {
        let known = topic.map(|topic| self.topics.get(&*topic.words));
        let (gap, heading) = match (topic, known) {
            (None, _) => (&self.first, None),
            (Some(_), Some(Some(gap))) => (gap, None),
            (Some(topic), _) => (&self.last, Some(topic.heading.as_ref()?)),
        };
        let mut lines = String::new();
        if gap.is_open {
            lines.push_str(self.ending);
        }
        if gap.is_spaced && !gap.is_below_blank {
            lines.push_str(self.ending);
        }
        if let Some(heading) = heading {
            lines.extend([heading, self.ending]);
        }
        lines.push_str(entry);
        if !gap.is_open {
            lines.push_str(self.ending);
        }
        if gap.is_spaced && !gap.is_at_end {
            lines.push_str(self.ending);
        }
        Some(Edit::insert(page, gap.offset, lines))
    }
}

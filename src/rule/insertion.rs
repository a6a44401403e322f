//! The insertion points for entries on a day page.

use std::collections::{BTreeMap, HashMap};

use super::title::Topic;
use crate::archive::template::DayTemplate;
use crate::diagnostic::Edit;
use crate::document::{Document, Heading, Syntax};
use crate::rewrite;
use crate::span::{FileId, SourceText};

/// The insertion points for entries on a day page. They are computed once for all missing events,
/// because both the page and the list of missing events may be long.
#[derive(Debug)]
pub struct InsertionPoints {
    /// The points after the entries of each topic, by the visible text of the topic.
    topics: HashMap<Box<str>, InsertionPoint>,
    /// The point before the first topic.
    first: InsertionPoint,
    /// The point after all entries.
    last: InsertionPoint,
    /// The line ending of the page.
    ending: &'static str,
    /// For each offset, whether an entry there is parsed as an entry and leaves the rest of the
    /// page unchanged.
    fits: BTreeMap<u32, bool>,
}

/// An insertion point: the start of a line, and what surrounds it.
#[derive(Clone, Copy, Debug)]
struct InsertionPoint {
    offset: u32,
    /// Whether the line above has no line ending, which can happen only at the end of the page.
    is_open: bool,
    /// Whether an entry here needs blank lines around it.
    is_spaced: bool,
    /// Whether the line above is blank.
    is_below_blank: bool,
    /// Whether this is the end of the page.
    is_at_end: bool,
}

impl InsertionPoints {
    /// Finds the insertion points of a page that follows the template `day`.
    #[must_use]
    pub fn new(
        source: &SourceText,
        document: &Document,
        syntax: &Syntax,
        day: &DayTemplate,
    ) -> Self {
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
            InsertionPoint {
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
        // Start with the last topic, because the entries of a topic end where the next topic
        // begins.
        let (mut topics, mut first) = (HashMap::new(), last);
        for heading in headings[..end].iter().rev() {
            if heading.level == day.topic_level {
                let behind = std::mem::replace(&mut first, before(Some(heading)));
                topics.entry(document.words(heading.text).into()).or_insert(behind);
            }
        }
        let mut points = Self { topics, first, last, ending, fits: BTreeMap::new() };
        points.fits = points.probe(source.text(), document, syntax, day.entry_level);
        points
    }

    /// Inserts an entry at every point, parses the page again, and returns which points are
    /// suitable. For example, an entry within an unclosed comment or code block is not a heading.
    /// In other places, an entry may change how the text after it is parsed.
    fn probe(
        &self,
        text: &str,
        document: &Document,
        syntax: &Syntax,
        level: u8,
    ) -> BTreeMap<u32, bool> {
        let points = self.topics.values().chain([&self.first, &self.last]);
        let points: BTreeMap<u32, &InsertionPoint> =
            points.map(|point| (point.offset, point)).collect();
        let entry = format!("{} [entry](/entry)", "#".repeat(level.into()));
        let mut probed = String::with_capacity(text.len() + points.len() * (entry.len() + 4));
        let mut done = 0;
        let mut places = Vec::with_capacity(points.len());
        for (&offset, point) in &points {
            probed.push_str(&text[done..offset as usize]);
            done = offset as usize;
            let lines = point.lines(None, &entry, self.ending);
            let before = lines.len() - lines.trim_start_matches(['\n', '\r']).len();
            places.push((probed.len() + before) as u32);
            probed.push_str(&lines);
        }
        probed.push_str(&text[done..]);
        let after = Document::parse_with(&probed, syntax);
        let is_entry = |heading: &Heading| {
            places.binary_search(&heading.span.start).is_ok()
                && heading.level == level
                && heading.links.len() == 1
        };
        let entries: Vec<u32> = after
            .headings
            .iter()
            .filter(|found| is_entry(found))
            .map(|found| found.span.start)
            .collect();
        let outline = |document: &Document, heading: &Heading| {
            (heading.level, document.words(heading.text).to_owned())
        };
        let old = document.headings.iter().map(|heading| outline(document, heading));
        let rest = after.headings.iter().filter(|found| !is_entry(found));
        let is_same = old.eq(rest.map(|heading| outline(&after, heading)))
            && after.links.len() == document.links.len() + entries.len()
            && after.items.len() == document.items.len()
            && after.faults.len() == document.faults.len()
            && after.verbatim.len() == document.verbatim.len();
        let fits = |place: &u32| is_same && entries.binary_search(place).is_ok();
        points.keys().zip(&places).map(|(&offset, place)| (offset, fits(place))).collect()
    }

    /// Returns an edit that inserts an entry after the entries of its topic. If the page lacks the
    /// topic, the edit inserts the topic and the entry after all entries. An entry without a topic
    /// is inserted before the first topic.
    ///
    /// Returns `None` if the inserted text would not be parsed as an entry or would change how the
    /// rest of the page is parsed. Also returns `None` if the topic has no heading that can be
    /// copied.
    #[must_use]
    pub fn insert(&self, page: FileId, topic: Option<&Topic>, entry: &str) -> Option<Edit> {
        let known = topic.map(|topic| self.topics.get(&*topic.words));
        let (point, heading) = match (topic, known) {
            (None, _) => (&self.first, None),
            (Some(_), Some(Some(point))) => (point, None),
            (Some(topic), _) => (&self.last, Some(topic.heading.as_ref()?)),
        };
        if self.fits.get(&point.offset) != Some(&true) {
            return None;
        }
        let heading = heading.map(String::as_str);
        Some(Edit::insert(page, point.offset, point.lines(heading, entry, self.ending)))
    }
}

impl InsertionPoint {
    /// Returns the text to insert: the entry, the heading of its topic if given, and the line
    /// endings and blank lines around them.
    fn lines(self, topic: Option<&str>, entry: &str, ending: &str) -> String {
        let mut lines = String::new();
        if self.is_open {
            lines.push_str(ending);
        }
        if self.is_spaced && !self.is_below_blank {
            lines.push_str(ending);
        }
        if let Some(topic) = topic {
            lines.extend([topic, ending]);
        }
        lines.push_str(entry);
        if !self.is_open {
            lines.push_str(ending);
        }
        if self.is_spaced && !self.is_at_end {
            lines.push_str(ending);
        }
        lines
    }
}

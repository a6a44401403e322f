//! Topics of events, for rules to copy to day pages.

use super::archive::ArchiveContext;
use super::title::{self, Topic, UnknownTopic};
use crate::archive::layout::PageKind;
use crate::archive::outline::{Outline, OutlineReader};
use crate::archive::page_texts::ReadPage;
use crate::archive::template::FrontText;
use crate::rewrite;
use crate::span::{FileId, Span};

impl ArchiveContext<'_> {
    /// Returns the topic of an event page, if it has one.
    ///
    /// # Errors
    /// Returns [`UnknownTopic`] if the page may have another topic than the one that can be read.
    pub fn topic(&self, file: FileId) -> Result<Option<Topic>, UnknownTopic> {
        let Some(page) = self.pages.reread(file) else { return Ok(None) };
        let Some(content) = self.topic_content(file, &page)? else { return Ok(None) };
        let Some((words, markdown)) = title::text_at(&page, content) else { return Ok(None) };
        let document = page.document();
        let is_copied = title::is_sound(&page.source, document, content, &words)
            && !document.has_reference_in(content);
        let text = rewrite::heading_text(&markdown, &words).filter(|_| is_copied);
        let marks = "#".repeat(self.settings.day.topic_level.into());
        let heading = text.map(|text| format!("{marks} {text}"));
        Ok(Some(Topic { words, heading }))
    }

    /// Returns the span of the topic of an event page: the content of a heading, or a value in front matter.
    fn topic_content(&self, file: FileId, page: &ReadPage) -> Result<Option<Span>, UnknownTopic> {
        let document = page.document();
        let is_readable =
            document.has_readable_front_matter(page.text(), self.archive.syntax.forms);
        if self.settings.event.topic.has_front() && !is_readable {
            return Err(UnknownTopic);
        }
        let day_of = |link: u32| {
            let link = document.links.get(link as usize)?;
            self.archive.day_meant(file, document, link, link.target(page.text()))
        };
        let reader = OutlineReader {
            event: &self.settings.event,
            day: &self.settings.day,
            syntax: &self.archive.syntax,
        };
        let Outline::Event(event) = reader.read(PageKind::Event, document, &day_of) else {
            return Ok(None);
        };
        let front = document.front_matter.as_deref();
        match event.front_topic {
            FrontText::Several => Err(UnknownTopic),
            FrontText::Value(index) => {
                Ok(front.and_then(|front| Some(front.values.get(index as usize)?.span)))
            }
            FrontText::Missing => {
                let topics = event.topics.iter().map(|topic| &document.headings[*topic as usize]);
                let mut topics = topics.filter(|topic| !document.words(topic.text).is_empty());
                Ok(topics.next().map(|topic| topic.content))
            }
        }
    }
}

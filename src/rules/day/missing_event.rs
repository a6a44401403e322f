//! Events that their day's page does not list.

use crate::archive::layout::PageKind;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{Document, Heading};
use crate::rewrite;
use crate::rule::{ArchiveContext, Check, Findings, Rule, Topic};
use crate::span::{FileId, SourceText};

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/missing-event",
    summary: "an event page that its day's page does not list",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["layout.day"],
    page: include_str!("../../../rules/day/missing-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(day) = context.day().filter(|_| context.place.kind == PageKind::Event) else { return };
    let pages = context.archive.days().day(day).map_or(&[][..], |day| day.pages);
    // Where one of the pages cannot be read, it may be the one that lists the event.
    let is_read = |page: &FileId| context.pages.facts(*page).is_some();
    let Some(&first) = pages.first().filter(|_| pages.iter().all(is_read)) else { return };
    if context.facts.is_err() || pages.iter().any(|&page| context.pages.names(page, context.file)) {
        return;
    }
    let paths: Vec<_> = pages.iter().map(|page| quote(context.archive.path(*page))).collect();
    findings.push(
        Finding::new(
            context.title_span(context.file),
            format!("the page of {day} does not list this event"),
        )
        .about("")
        .help(format!("add it to {}", paths.join(" and ")))
        .label(first, context.first_heading(first), "the day's page is here")
        .fix(list(context, pages)),
    );
}

/// Lists the event on each of its day's pages.
fn list(context: &ArchiveContext<'_>, pages: &[FileId]) -> Option<Fix> {
    let entry = context.entry(context.file)?;
    let topic = context.topic(context.file);
    let edits: Option<Vec<Edit>> = pages
        .iter()
        .map(|&page| {
            let read = context.pages.reread(page)?;
            let place = Place::find(context, &read, topic.as_ref())?;
            Some(place.insert(page, &read.0, &entry))
        })
        .collect();
    Some(Fix::safe("list the event on the page of its day", edits?))
}

/// Where an entry goes on a day page.
struct Place {
    /// The beginning of the line that it goes before.
    offset: u32,
    /// The topic that is to stand above it, where the page does not have it.
    topic: Option<String>,
}

impl Place {
    /// Behind the entries of its topic; else, with its topic, behind all entries; without a topic,
    /// before the first one. None where its topic would have to be spread and is at fault itself.
    fn find(
        context: &ArchiveContext<'_>,
        (source, document): &(SourceText, Document),
        topic: Option<&Topic>,
    ) -> Option<Self> {
        let level = context.settings.day.topic_level;
        let texts = &context.settings.day.previous_texts;
        let is_previous =
            |heading: &Heading| texts.iter().any(|text| text == document.words(heading.text));
        let end = document.headings.iter().position(is_previous);
        let end = end.unwrap_or(document.headings.len());
        let is_topic = |heading: &Heading| heading.level == level;
        let headings = document.headings.get(..end)?;
        let group = topic.and_then(|topic| {
            let bears = |heading: &Heading| document.words(heading.text) == topic.words;
            headings.iter().rposition(|heading| is_topic(heading) && bears(heading))
        });
        let from = match (topic, group) {
            (Some(_), None) => end,
            (Some(_), Some(group)) => group + 1,
            (None, _) => 0,
        };
        let before =
            from + headings.iter().skip(from).take_while(|heading| !is_topic(heading)).count();
        let offset = document.headings.get(before).map_or(source.text().len() as u32, |heading| {
            rewrite::heading_start(source.text(), document, heading)
        });
        let topic = match topic.filter(|_| group.is_none()) {
            Some(topic) => Some(topic.heading.clone()?),
            None => None,
        };
        Some(Self { offset, topic })
    }

    /// Puts the entry there, with blank lines around it if the page has them.
    fn insert(&self, page: FileId, source: &SourceText, entry: &str) -> Edit {
        let (text, ending) = (source.text(), source.line_ending());
        let before = text.get(..self.offset as usize).unwrap_or(text);
        let at_end = self.offset as usize == text.len();
        let open = at_end && !before.is_empty() && !before.ends_with(['\n', '\r']);
        let blank = format!("{ending}{ending}");
        let spaced = before.ends_with(&blank) || (at_end && text.contains(&blank));
        let mut lines = String::new();
        if open {
            lines.push_str(ending);
        }
        if spaced && !before.ends_with(&blank) {
            lines.push_str(ending);
        }
        if let Some(topic) = &self.topic {
            lines.extend([topic, ending]);
        }
        lines.push_str(entry);
        if !open {
            lines.push_str(ending);
        }
        if spaced && !at_end {
            lines.push_str(ending);
        }
        Edit::insert(page, self.offset, lines)
    }
}

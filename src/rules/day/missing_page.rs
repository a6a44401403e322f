//! Days that have events but no day page.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::archive::layout::PageKind;
use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::encode_destination;
use crate::rule::{ArchiveContext, Check, Findings, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/missing-page",
    summary: "a day with events has no day page",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: Some(Applicability::Unsafe),
    options: &[
        "layout.day",
        "day.previous",
        "event.date",
        "event.title",
        "event.topic",
        "event.hidden",
    ],
    needs: &[],
    page: include_str!("../../../rules/day/missing-page.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(date) = context.day().filter(|_| context.place.kind == PageKind::Event) else {
        return;
    };
    if context.archive.day(context.file, date).is_some_and(|day| !day.pages.is_empty()) {
        return;
    }
    let events = context.pages.events(context.file, date);
    // Report each day once, on the first of its events that is checked. The search goes back from
    // each event and stops at the nearest event that is checked. All events of a day together
    // therefore take linear time.
    let is_read = |file: &&FileId| context.pages.facts(**file).is_some_and(|facts| !facts.hidden);
    let is_checked =
        |file: &&FileId| !context.settings.exclude.matches(context.archive.path(**file));
    let Some(path) = context.archive.day_page(context.file, date) else { return };
    let Ok(index) = events.binary_search(&context.file) else { return };
    let is_reported_on = |file: &FileId| is_read(&file) && is_checked(&file);
    if !is_reported_on(&context.file) || events[..index].iter().rev().any(is_reported_on) {
        return;
    }
    let events: Vec<FileId> = events.iter().filter(is_read).copied().collect();
    let facts = context.facts.ok();
    let link = facts.and_then(|facts| {
        facts.links_with(LinkRole::Date).find(|link| link.target() == Target::Missing)
    });
    let span = link.map_or_else(|| context.whole_page(), |link| link.destination);
    let count = match events.len() {
        1 => "an event".to_owned(),
        many => format!("{many} events"),
    };
    findings.push(
        Finding::new(span, format!("{date} has {count} but no day page"))
            .about(&path)
            .help(format!("create the day page {}", quote(&path)))
            .fix(create(context, date, path, &events)),
    );
}

/// Returns a fix that creates the page of a day, or `None` if an entry cannot be written for one of
/// the events.
fn create(
    context: &ArchiveContext<'_>,
    date: Date,
    path: String,
    events: &[FileId],
) -> Option<Fix> {
    // Events without a topic come first, because below a topic heading they would seem to belong to
    // it.
    let mut topics: Vec<(Option<String>, Vec<String>)> = vec![(None, Vec::new())];
    let mut known: HashMap<Option<String>, usize> = HashMap::from([(None, 0)]);
    for &event in events {
        let (topic, entry) = (context.topic(event).ok()?, context.entry(event)?);
        let heading = match &topic {
            Some(topic) => Some(topic.heading.clone()?),
            None => None,
        };
        let group = *known.entry(topic.map(|topic| topic.words)).or_insert(topics.len());
        if group == topics.len() {
            topics.push((heading, Vec::new()));
        }
        topics[group].1.push(entry);
    }
    let template = &context.settings.day;
    let heading = |level: u8, text: &str, path: &str| {
        let destination =
            encode_destination(&context.archive.spell_from_root(context.file, path)?)?;
        Some(format!("{} [{text}]({destination})\n", "#".repeat(level.into())))
    };
    // Write the date as the first event does, if the day template accepts that format.
    let written = events.first().and_then(|event| context.written_day(*event, date));
    let written = written.filter(|day| template.date.texts.read(day).is_valid_for(date));
    let written = written.unwrap_or_else(|| template.date.texts.write(date));
    let mut page = heading(template.date.level, &written, &path)?;
    for (topic, entries) in topics {
        for (index, entry) in entries.iter().enumerate() {
            page.push('\n');
            if let Some(topic) = topic.as_ref().filter(|_| index == 0) {
                page.extend([topic, "\n"]);
            }
            page.extend([entry, "\n"]);
        }
    }
    if let Some(text) = template.previous_texts.first()
        && let Some(previous) = context.archive.last_day_before(context.file, date)
    {
        let path = context.archive.path(*previous.pages.first()?);
        page.push('\n');
        page.push_str(&heading(template.previous_level, text, path)?);
    }
    let message = format!("create {}", quote(&path));
    Some(Fix::uncertain(message, vec![Edit::create(path, page)]))
}

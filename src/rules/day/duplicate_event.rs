//! Events that a day page lists twice.

use crate::archive::page::Page;
use crate::archive::page_facts::LinkRole;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::document::{Heading, Link};
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule, repeated};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/duplicate-event",
    summary: "a day page lists an event twice",
    severity: Some(Severity::Warning),
    check: Check::Page(check),
    fix: Some(Applicability::Safe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/day/duplicate-event.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let entries = page.links_with(LinkRole::Entry);
    let repeated = repeated(entries.map(|(link, target)| (link, target.file())));
    if repeated.is_empty() {
        return;
    }
    let topics = topics(context);
    for (first, link) in repeated {
        findings.push_with(|| {
            let destination = quote(link.destination.of(page.text()));
            let message = format!("the event {destination} is already listed");
            let finding = Finding::new(link.destination, message)
                .help("remove one of the two entries")
                .label(page.file, first.destination, "first listed here");
            Some(finding.fix(removal(context, &topics, first, link)))
        });
    }
}

/// Returns, for each heading of the page, the index of the last topic heading above it.
fn topics(context: &PageContext<'_>) -> Vec<Option<usize>> {
    let level = context.settings.day.topic_level;
    let mut above = None;
    let topic_above = |(index, heading): (usize, &Heading)| {
        let own = above;
        if heading.level == level {
            above = Some(index);
        }
        own
    };
    context.page.document.headings.iter().enumerate().map(topic_above).collect()
}

/// Returns a fix that removes the second entry. It also removes the topic of the second entry if
/// the topic has no other entry.
fn removal(
    context: &PageContext<'_>,
    topics: &[Option<usize>],
    first: &Link,
    second: &Link,
) -> Option<Fix> {
    let page = context.page;
    let document = &page.document;
    let one = PageEntry::of(context, topics, first)?;
    let other = PageEntry::of(context, topics, second)?;
    // If one heading contains both links, a person has to decide which part of the heading to keep.
    if one.heading == other.heading {
        return None;
    }
    let mut edit = rewrite::remove_part(page.file, page.text(), document, other.heading)?;
    let topic = other.topic.filter(|topic| topic + 1 == other.heading);
    let alone = topic.filter(|_| !is_entry(context, other.heading + 1));
    if let Some(topic) = alone {
        let start = document.headings.get(topic)?.span.start;
        let span = Span { start: rewrite::line_start(page.text(), start), ..edit.span };
        // At the end of the page, also remove the blank lines before the topic.
        edit = if span.end as usize == page.text().len() {
            let end = page.text().trim_end().len() as u32;
            rewrite::remove_lines(page.file, page.text(), Span { start, end })?
        } else {
            Edit::remove(page.file, span)
        };
    }
    let words = |topic: Option<usize>| topic.map(|topic| page.heading_words(topic as u32));
    let is_whole = document.headings.get(other.heading)?.content == second.span;
    // Removing a topic also removes the links in it, and the text between it and the entry.
    let is_plain_topic = alone.and_then(|topic| document.headings.get(topic)).is_none_or(|topic| {
        let entry = document.headings.get(other.heading);
        topic.links.is_empty()
            && entry.is_some_and(|entry| {
                rewrite::is_blank(page.text(), topic.span.end, entry.span.start)
            })
    });
    let says_no_more = context.names_no_more(first, second)
        && is_whole
        && is_plain_topic
        && (other.body.is_empty() || other.body == one.body)
        && words(one.topic) == words(other.topic);
    let applicability = Applicability::safe_if(says_no_more);
    Some(Fix::new(applicability, "remove the second entry", vec![edit]))
}

/// An entry of the page.
struct PageEntry<'a> {
    /// The index of the entry's heading.
    heading: usize,
    /// The index of the topic heading above the entry.
    topic: Option<usize>,
    /// The text below the entry's heading, without leading and trailing white space.
    body: &'a str,
}

impl<'a> PageEntry<'a> {
    fn of(context: &PageContext<'a>, topics: &[Option<usize>], link: &Link) -> Option<Self> {
        let page: &Page<'a> = context.page;
        let headings = &page.document.headings;
        let heading = page.document.heading_around(link.span)?;
        let topic = *topics.get(heading)?;
        let end =
            headings.get(heading + 1).map_or(page.text().len() as u32, |next| next.span.start);
        let body = Span { start: headings.get(heading)?.span.end, end }.of(page.text()).trim();
        Some(Self { heading, topic, body })
    }
}

fn is_entry(context: &PageContext<'_>, heading: usize) -> bool {
    let heading = context.page.document.headings.get(heading);
    heading.is_some_and(|heading| heading.level == context.settings.day.entry_level)
}

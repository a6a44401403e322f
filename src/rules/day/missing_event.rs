//! Events that the page of their day does not list.

use crate::archive::layout::PageKind;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/missing-event",
    summary: "an event that the page of its day does not list",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["layout.day", "event.date", "event.title", "event.topic", "event.hidden"],
    needs: &[Need::DayEntries],
    page: include_str!("../../../rules/day/missing-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Some(day) = context.day().filter(|_| context.place.kind == PageKind::Event) else { return };
    let pages = context.archive.day(context.file, day).map_or(&[][..], |day| day.pages);
    // A page of the day that cannot be read might list the event.
    let is_read = |page: &FileId| context.pages.facts(*page).is_some();
    let Some(&first) = pages.first().filter(|_| pages.iter().all(is_read)) else { return };
    let is_hidden = context.facts.is_ok_and(|facts| facts.hidden);
    if context.facts.is_err()
        || is_hidden
        || pages.iter().any(|&page| context.pages.names(page, context.file))
    {
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

/// Returns a fix that adds the event to every page of its day.
fn list(context: &ArchiveContext<'_>, pages: &[FileId]) -> Option<Fix> {
    let entry = context.entry(context.file)?;
    let topic = context.topic(context.file).ok()?;
    let insert = |&page| context.pages.insertion_points(page)?.insert(page, topic.as_ref(), &entry);
    let edits: Option<Vec<Edit>> = pages.iter().map(insert).collect();
    Some(Fix::safe("list the event on the page of its day", edits?))
}

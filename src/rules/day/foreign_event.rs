//! Entries of a day page that list an event of another day.

use jiff::civil::Date;

use crate::archive::layout::PageKind;
use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/foreign-event",
    summary: "a day page lists an event of another day",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: None,
    options: &[],
    needs: &[Need::DayEntries],
    page: include_str!("../../../rules/day/foreign-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let (Ok(facts), Some(own)) = (context.facts, context.day()) else { return };
    for link in facts.links_with(LinkRole::Entry) {
        let (Target::File(file) | Target::Rendered(file)) = link.target() else { continue };
        if context.archive.place(file).kind != PageKind::Event {
            continue;
        }
        let Some(day) = context.day_of(file).filter(|day| *day != own) else { continue };
        let destination = quote(&context.shown(link));
        findings.push(
            Finding::new(
                link.destination,
                format!("{destination} is an event of {day}, not of {own}"),
            )
            .help(if is_listed_at_home(context, file, day) {
                format!("remove the entry: the page of {day} lists the event")
            } else {
                format!("list the event on the page of {day}, or move its page to {own}")
            }),
        );
    }
}

/// Returns whether a page of the event's own day lists the event.
fn is_listed_at_home(context: &ArchiveContext<'_>, event: FileId, day: Date) -> bool {
    let pages = context.archive.day(event, day).map_or(&[][..], |day| day.pages);
    pages.iter().any(|page| context.pages.names(*page, event))
}

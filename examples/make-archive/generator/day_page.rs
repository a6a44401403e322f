//! Day pages.

use super::Archive;
use super::defects::Defect;
use super::event::{Event, day_path};
use super::page::Page;

/// Returns the page of a day with its events and their defects.
pub fn day_page(archive: &Archive, day: u64, events: &[(Event, Option<Defect>)]) -> Page {
    let date = archive.calendar.date(day);
    let path = day_path(date);
    let mut page = Page::new(path.clone());
    page.push_paragraph(&format!("## [{date}](/{path})"));
    for (event, defect) in events {
        push_entries(&mut page, event, *defect);
    }
    if let Some(before) = day.checked_sub(1) {
        let path = day_path(archive.calendar.date(before));
        page.push(&format!("## [Previous Day...](/{path})\n"));
    }
    page
}

/// Appends the entries of an event: one, unless the event has a defect.
fn push_entries(page: &mut Page, event: &Event, defect: Option<Defect>) {
    if defect == Some(Defect::MissingEntry) {
        return;
    }
    page.push(&format!("##### {}\n### [", event.place));
    let mut text = &event.title;
    if defect == Some(Defect::StaleEntry) {
        page.expect("day/stale-text");
        text = &event.former_title;
    }
    let path = event.path();
    page.push(&format!("{text}](/{path})\n_Context: {}_\n\n", event.place));
    if defect == Some(Defect::DuplicateEntry) {
        page.push("### [");
        page.push(&format!("{}](", event.title));
        page.expect("day/duplicate-event");
        page.push_paragraph(&format!("/{path})"));
    }
}

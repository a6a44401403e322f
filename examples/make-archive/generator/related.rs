//! The related events of a page.

use super::Archive;
use super::defects::Defect;
use super::event::Event;
use super::page::Page;
use super::random::Random;

/// The numbers of related events from which each page takes one.
const COUNTS: [usize; 10] = [0, 2, 3, 4, 5, 5, 5, 5, 5, 5];
/// How far the index of a related event is at most from that of the event, in most cases.
const NEAR: u64 = 200;

/// A related item.
pub struct Item {
    text: String,
    /// The path of the link from the root of the archive. `None` if the item is not a link.
    path: Option<String>,
    /// What the two events have in common.
    context: &'static str,
    fault: Option<Fault>,
}

/// What a check finds in an item: the rule, by the place of the finding.
enum Fault {
    Text(&'static str),
    Destination(&'static str),
}

impl Item {
    fn new(event: &Event) -> Self {
        let (text, path) = (event.title.clone(), Some(event.path()));
        Self { text, path, context: event.place, fault: None }
    }

    /// Appends the item to a page, as an item of a numbered list.
    pub fn push_to(&self, page: &mut Page, number: usize) {
        let Self { text, path, context, fault } = self;
        page.push(&format!("{number}. "));
        if path.is_some() {
            page.push("[");
        }
        if let Some(Fault::Text(rule)) = fault {
            page.expect(rule);
        }
        page.push(text);
        if let Some(path) = path {
            page.push("](");
            if let Some(Fault::Destination(rule)) = fault {
                page.expect(rule);
            }
            page.push(&format!("/{path}) _Context: {context}_"));
        }
        page.push("\n");
    }
}

/// Returns the related items of an event. A defect of these items adds one below the others.
pub fn related_items(
    archive: &Archive,
    event: &Event,
    defect: Option<Defect>,
    random: &mut Random,
) -> Vec<Item> {
    let at_least = usize::from(defect == Some(Defect::DuplicateRelated));
    let count = (*random.pick(&COUNTS)).max(at_least);
    let mut others = others(archive, event, count + 1, random);
    let other = if others.len() > count { others.pop() } else { None };
    let defective = other.zip(defect).and_then(|(other, defect)| {
        defective_item(defect, event, &other, others.first().unwrap_or(&other))
    });
    others.iter().map(Item::new).chain(defective).collect()
}

/// Returns an item with a defect. `other` is an event that the page does not list yet, and `first`
/// one that it lists. Returns `None` for a defect of another part of the page.
fn defective_item(defect: Defect, event: &Event, other: &Event, first: &Event) -> Option<Item> {
    let item = Item::new(other);
    let not_found = Some(Fault::Destination("related/not-found"));
    Some(match defect {
        Defect::DeadRelated => Item { path: Some(other.dead_path()), fault: not_found, ..item },
        Defect::MisspeltRelated => {
            Item { path: Some(other.misspelt_path()), fault: not_found, ..item }
        }
        Defect::StaleRelated => {
            let fault = Some(Fault::Text("related/stale-text"));
            Item { text: other.former_title.clone(), fault, ..item }
        }
        Defect::SelfRelated => {
            Item { fault: Some(Fault::Destination("related/self")), ..Item::new(event) }
        }
        Defect::DuplicateRelated => {
            Item { fault: Some(Fault::Destination("related/duplicate")), ..Item::new(first) }
        }
        Defect::UnlinkedRelated => {
            Item { path: None, fault: Some(Fault::Text("related/malformed-item")), ..item }
        }
        _ => return None,
    })
}

/// Returns `count` different events other than `event`, or all of them if there are fewer. Most
/// happened in the same weeks.
fn others(archive: &Archive, event: &Event, count: usize, random: &mut Random) -> Vec<Event> {
    let events = archive.calendar.events;
    let most = usize::try_from(events - 1).unwrap_or(usize::MAX);
    let mut indices: Vec<u64> = Vec::with_capacity(count);
    while indices.len() < count.min(most) {
        let near = (event.index + random.below(2 * NEAR + 1)).checked_sub(NEAR);
        let index = match near {
            Some(near) if near < events && random.below(10) < 7 => near,
            _ => random.below(events),
        };
        if index != event.index && !indices.contains(&index) {
            indices.push(index);
        }
    }
    indices.into_iter().map(|index| archive.event(index)).collect()
}

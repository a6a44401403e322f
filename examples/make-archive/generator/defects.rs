//! Defects and the events that have one.

use super::random::{Purpose, Random};

/// A defect of one event. Each causes exactly one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// A related item leads to a page that never existed.
    DeadRelated,
    /// The slug in the path of a related item has an extra letter.
    MisspeltRelated,
    /// The text of a related item is not the title of its page.
    StaleRelated,
    /// Two related items lead to the same page.
    DuplicateRelated,
    /// A related item leads to its own page.
    SelfRelated,
    /// A related item has no link.
    UnlinkedRelated,
    /// The heading of related events has no items below it.
    EmptyRelated,
    /// The date heading gives another day.
    WrongDate,
    /// The topic heading has no text.
    EmptyTopic,
    /// The topic contains wiki markup.
    WikiTopic,
    /// The text contains a placeholder of a template.
    Placeholder,
    /// The text contains a link with a space between its text and its destination.
    BrokenLink,
    /// The scheme of a source is misspelt.
    MalformedSource,
    /// A source is listed twice.
    DuplicateSource,
    /// The day page does not list the event.
    MissingEntry,
    /// The day page lists the event under another title.
    StaleEntry,
    /// The day page lists the event twice.
    DuplicateEntry,
}

/// All defects, in the order in which events get them.
pub const DEFECTS: [Defect; 17] = [
    Defect::DeadRelated,
    Defect::MissingEntry,
    Defect::MisspeltRelated,
    Defect::WrongDate,
    Defect::StaleRelated,
    Defect::MalformedSource,
    Defect::StaleEntry,
    Defect::DuplicateRelated,
    Defect::EmptyTopic,
    Defect::SelfRelated,
    Defect::BrokenLink,
    Defect::DuplicateEntry,
    Defect::UnlinkedRelated,
    Defect::WikiTopic,
    Defect::DuplicateSource,
    Defect::Placeholder,
    Defect::EmptyRelated,
];

/// Decides, from the first event to the last, which events have a defect: a random sample without
/// replacement (Knuth, "Seminumerical algorithms", 3.4.2, algorithm S). It needs no memory for the
/// events.
pub struct Sample {
    random: Random,
    /// The number of events that are still to be decided.
    events: u64,
    /// The number of defects that are still to be given.
    defects: u64,
    given: usize,
}

impl Sample {
    /// Starts a sample of `defects` of `events` events.
    pub fn new(seed: u64, events: u64, defects: u64) -> Self {
        Self { random: Random::new(seed, Purpose::Defects, 0), events, defects, given: 0 }
    }

    /// Returns the defect of the next event, if it has one.
    pub fn next(&mut self) -> Option<Defect> {
        let is_chosen = self.random.below(self.events) < self.defects;
        self.events -= 1;
        if !is_chosen {
            return None;
        }
        self.defects -= 1;
        self.given += 1;
        Some(DEFECTS[(self.given - 1) % DEFECTS.len()])
    }
}

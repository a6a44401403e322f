//! Rules about day pages: their entries and their link to the previous day.

pub mod copies_differ;
pub mod duplicate_event;
pub mod foreign_event;
pub mod missing_event;
pub mod missing_page;
pub mod stale_text;
pub mod unknown_event;
pub mod wrong_previous;

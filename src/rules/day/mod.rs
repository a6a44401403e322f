//! Day pages: do they list their events, once, under their titles, and lead to the day before?

pub mod copies_differ;
pub mod duplicate_event;
pub mod foreign_event;
pub mod missing_event;
pub mod missing_page;
pub mod stale_text;
pub mod unknown_event;
pub mod wrong_previous;

//! Rules about the archive as a whole.

pub mod duplicate_event;
pub mod duplicate_url;
pub mod name_collision;
pub mod unreadable;
pub mod unused_suppression;

//! Rules about related items.

pub mod duplicate;
// `self` is a keyword.
#[path = "self.rs"]
pub mod itself;
pub mod malformed_item;
pub mod not_an_event;
pub mod not_found;
pub mod one_way;
pub mod stale_text;

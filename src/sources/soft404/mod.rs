//! Detects soft 404s: compares a page with the server's response to a random, nonexistent path.

pub(in crate::sources) mod cache;
pub(in crate::sources) mod detect;
pub mod page_text;

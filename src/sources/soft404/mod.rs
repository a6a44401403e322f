//! Detects soft 404s by comparing a page with the server's reply for a random, nonexistent path.

pub(in crate::sources) mod cache;
pub(in crate::sources) mod detect;
pub mod page_text;

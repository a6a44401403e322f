//! Pages that answer with success and are none: compared with what the server says to a random path.

pub(in crate::sources) mod cache;
pub(in crate::sources) mod detect;
pub mod page_text;

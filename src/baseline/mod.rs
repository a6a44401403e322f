//! Recorded findings: by what they are recognized, and which findings of a run are among them.
//!
//! A finding is known by its rule, its page and the offending text, never by its line: edits
//! elsewhere in the page change nothing.

mod entries;
mod file;
mod key;
#[cfg(test)]
mod tests;

pub use self::entries::{Baseline, FindingKey, Matched};
pub use self::file::BaselineError;
pub use self::key::{offending_text, text_at};

//! Baselines: recorded findings, which are hidden when a later run finds them again.
//!
//! A baseline identifies a finding by its rule, its page and the offending text, but not by its line. Edits
//! elsewhere on the page therefore do not matter.

mod entries;
mod file;
mod key;
#[cfg(test)]
mod tests;

pub use self::entries::{Baseline, FindingKey, Matched};
pub use self::file::BaselineError;
pub use self::key::{offending_text, text_at};

//! Tests of fixes: what they write, and what they leave unchanged.

mod command_line;
mod destinations;
mod front_matter;
mod many_findings;
mod passes;
mod properties;
#[cfg(unix)]
mod writing;

//! Fixes: what they write, and what they leave alone.

mod command_line;
mod destinations;
mod many_findings;
mod passes;
mod properties;
#[cfg(unix)]
mod writing;

//! The robots exclusion protocol: what a robots.txt says, and what those of many origins said.

pub(super) mod cache;
pub mod parse;

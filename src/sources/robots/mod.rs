//! The robots exclusion protocol: a parser for robots.txt, and a cache of the rules of all origins.

pub(super) mod cache;
pub mod parse;

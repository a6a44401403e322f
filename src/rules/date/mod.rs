//! Dates: does the day exist, and do heading, link and folder agree?

pub mod format;
pub mod future;
pub mod invalid;
pub mod invalid_path;
pub mod link_mismatch;
pub mod path_mismatch;

//! Rules about dates: validity, format, and agreement of heading, link and folder.

pub mod field_mismatch;
pub mod format;
pub mod future;
pub mod invalid;
pub mod invalid_path;
pub mod link_mismatch;
pub mod path_mismatch;

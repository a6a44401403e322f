//! Rules about front matter: its syntax and its keys.

pub mod duplicate_key;
pub mod invalid;
pub mod missing_field;

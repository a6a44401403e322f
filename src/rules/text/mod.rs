//! The text itself.

pub mod control_character;
pub mod not_utf8;

//! The archive as a whole.

pub mod unreadable;

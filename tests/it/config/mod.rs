//! `dateline.toml`: settings, errors, limits.

mod limits;
mod settings;

//! `dateline.toml`: settings, errors, limits.

mod limits;
mod reference;
mod schema;
mod settings;

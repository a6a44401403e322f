//! Tests of `dateline.toml`: settings, errors and limits.

mod limits;
mod presets;
mod reference;
mod schema;
mod settings;

//! `dateline.toml`.

mod limits;
mod settings;

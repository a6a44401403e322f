//! `dateline.toml`.

mod limits;
mod reference;
mod schema;
mod settings;

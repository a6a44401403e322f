//! `dateline init`.

mod layouts;
mod settings;

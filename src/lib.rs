//! Dateline lints Markdown event archives: one page an event, in dated folders, each naming its
//! day, its sources and its related events.
//!
//! The modules stand in floors: each imports only from those above it in the list below, which
//! `tests/it/tidy.rs` keeps true.

pub mod span;

pub mod diagnostic;

pub mod json_escape;

pub mod encoding;

pub mod document;

pub mod rewrite;

pub mod suggest;

pub mod address;

pub mod archive;

pub mod config;

pub mod init;

pub mod source_status;

pub mod rule;

pub mod rules;

pub mod suppression;

pub mod sources;

pub mod git;

pub mod linter;

pub mod fix;

pub mod baseline;

pub mod report;

pub mod cli;

//! The integration tests. All of them are in one program.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read and write files, and run programs"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot continue has failed"
)]

mod baseline;
mod check;
mod config;
mod corpora;
mod docs;
mod fix;
mod git;
mod init;
mod install;
mod library;
mod output;
mod regression;
mod rules;
mod server;
mod sources;
mod support;
mod tidy;

#[expect(dead_code, reason = "only the fuzz programs call the other functions")]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

//! Code that the tests share.

#[cfg(unix)]
pub mod action;
pub mod archive;
pub mod baseline;
pub mod checkout;
pub mod edits;
pub mod fix;
pub mod git;
#[cfg(unix)]
pub mod hostile_repository;
pub mod init;
pub mod language_server;
pub mod ledger;
pub mod pre_commit;
pub mod process;
pub mod random;
#[cfg(unix)]
pub mod reports;
pub mod rule_pages;
pub mod sample;
pub mod server;
pub mod styles;
pub mod tls;
pub mod tools;
pub mod transcript;
pub mod url_checks;
pub mod workflow_commands;

//! Dateline lints dated Markdown archives: collections of news, events or minutes in dated folders.
//! Each event has a page with its day, its sources and its related events.
//!
//! A [`Session`] opens an archive, checks it and fixes it. [`Sources`] tracks its source URLs over
//! time. Neither prints anything.
//!
//! ```
//! use dateline::{CheckOptions, Session, Severity};
//!
//! # fn main() -> Result<(), dateline::SessionError> {
//! let session = Session::open("fixtures/broken", CheckOptions::default())?;
//! let report = session.check()?;
//! for finding in report.findings() {
//!     let (line, column) = (finding.range.start.line, finding.range.start.column);
//!     println!("{}:{line}:{column}: {} [{}]", finding.path, finding.message, finding.rule);
//! }
//! assert!(report.has(Severity::Error));
//! # Ok(())
//! # }
//! ```
//!
//! `docs/library.md` describes the library, and `examples/embed.rs` is a complete program.
//!
//! In the source, each module imports only from modules above it in the list of modules.
//! `tests/it/tidy.rs` checks this.

#![cfg_attr(
    not(any(test, feature = "internals")),
    expect(unused_imports, reason = "modules re-export some items only for tests")
)]

mod span;

mod shorten;

mod diagnostic;

mod json_escape;

mod encoding;

mod document;

mod rewrite;

mod suggest;

mod address;

mod archive;

mod config;

mod init;

mod source_status;

mod rule;

mod rules;

mod suppression;

mod sources;

mod git;

mod linter;

mod fix;

mod baseline;

mod report;

mod session;

mod server;

mod cli;

#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;

/// Makes the documentation tests compile the example in `docs/library.md`.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;

pub use session::*;
pub use {ipnet, jiff, url};

/// Runs the program `dateline` with the arguments of the process.
#[doc(hidden)]
#[must_use]
pub fn main() -> std::process::ExitCode {
    cli::main()
}

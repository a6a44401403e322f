//! Makes an archive of any size with known defects, for tests and measurements.
//!
//! `cargo run --release --example make-archive -- --pages 1000000 --seed 1 --defects 1000 OUT`
//!
//! writes the archive to the folder OUT, which must be empty or not exist, and the expected findings
//! to `OUT.truth.jsonl`: one JSON object in each line, with the rule, the path, the line and the
//! column.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the program writes an archive"
)]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a separate program")]

mod generator;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use generator::{Archive, Error};

/// Make an archive of any size with known defects
#[derive(Parser)]
struct Arguments {
    /// Number of pages: events and days
    #[arg(long)]
    pages: u64,
    /// Seed of all random choices; the same seed makes the same archive
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of events with a defect, each with one finding
    #[arg(long, default_value_t = 0)]
    defects: u64,
    /// Folder to write, which must be empty or not exist
    out: PathBuf,
}

fn main() -> ExitCode {
    match make(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(arguments: &Arguments) -> Result<(), Error> {
    let &Arguments { pages, seed, defects, ref out } = arguments;
    Archive::new(seed, pages, defects)?.write(out)
}

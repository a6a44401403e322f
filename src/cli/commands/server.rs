//! The command `dateline server`.

use std::io::{self, BufReader};

use super::panics::silently;
use crate::cli::error::FOUND;
use crate::server;

/// Serves an editor on standard input and standard output. Returns the exit code.
pub(super) fn run() -> u8 {
    let is_shut_down = silently(|| server::serve(BufReader::new(io::stdin()), io::stdout()));
    if is_shut_down { 0 } else { FOUND }
}

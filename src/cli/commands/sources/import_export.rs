//! The commands `dateline sources export` and `dateline sources import`.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use crate::cli::args::LedgerArgs;
use crate::cli::error::CliError;
use crate::cli::observer::CliObserver;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::{to_stdout, write_stdout};
use crate::diagnostic::{counted, grouped};
use crate::session::{SessionError, Sources};

/// Writes the observations of a ledger to standard output.
pub(super) fn export(ledger: &LedgerArgs) -> Result<u8, CliError> {
    let sources = Sources::open(&[], ledger_options(None, ledger, None))?;
    let mut failed = None;
    to_stdout(|out| {
        let mut out = BufWriter::new(out);
        match sources.export(&mut out) {
            Ok(()) => out.flush(),
            Err(error) => match error.into_io() {
                Ok(error) => Err(error),
                Err(error) => {
                    failed = Some(error);
                    out.flush()
                }
            },
        }
    })?;
    failed.map_or(Ok(0), |error: SessionError| Err(error.into()))
}

/// Merges the observations from standard input into a ledger.
pub(super) fn import(ledger: &LedgerArgs) -> Result<u8, CliError> {
    let observer = Arc::new(CliObserver::new(false, false));
    let sources = Sources::open(&[], ledger_options(None, ledger, None))?.with_observer(observer);
    let merged = sources.import(&mut io::stdin().lock())?;
    let new = counted(merged.new, "observation");
    write_stdout(&format!("{new} added, {} already known\n", grouped(merged.known)))?;
    Ok(0)
}

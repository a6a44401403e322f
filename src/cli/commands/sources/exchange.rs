//! `dateline sources export` and `import`.

use std::io::{self, BufWriter, Write};

use crate::cli::args::LedgerArgs;
use crate::cli::error::CliError;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::{to_stdout, write_stdout};
use crate::session::{JsonEscaping, SessionError, Sources};

/// Writes a ledger's observations to standard output.
pub(super) fn export(ledger: &LedgerArgs) -> Result<u8, CliError> {
    let sources = Sources::open(&[], ledger_options(None, ledger, None))?;
    let mut failed = None;
    to_stdout(|out| {
        let mut out = BufWriter::new(JsonEscaping(out));
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

/// Merges the observations on standard input into a ledger.
pub(super) fn import(ledger: &LedgerArgs) -> Result<u8, CliError> {
    let sources = Sources::open(&[], ledger_options(None, ledger, None))?;
    let merged = sources.import(&mut io::stdin().lock())?;
    write_stdout(&format!("{} new, {} known\n", merged.new, merged.known))?;
    Ok(0)
}

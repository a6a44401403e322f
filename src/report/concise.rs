//! The concise report, with one line per finding: `path:line:column: severity[rule]: message`.

use std::io::{self, Write};

use super::files::Files;
use super::results::Results;
use crate::diagnostic::printable;

/// Writes the concise report.
pub(super) fn write(
    results: &Results<'_>,
    files: &Files<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for diagnostic in results.listed {
        let start = files.place(diagnostic.file, diagnostic.finding.span).start;
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            printable(&files.shown_path(diagnostic.file)),
            start.line,
            start.column,
            diagnostic.severity.name(),
            diagnostic.rule,
            diagnostic.finding.message,
        )?;
    }
    Ok(())
}

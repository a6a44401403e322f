//! The command `dateline sources repair`.

use std::io::Write;
use std::sync::Arc;

use crate::cli::args::{ColorArgs, ContactArgs, LedgerArgs, PagesArgs};
use crate::cli::error::{CliError, FOUND};
use crate::cli::observer::CliObserver;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::{Stream, is_terminal, stderr, style, to_stdout};
use crate::diagnostic::counted;
use crate::session::{Reason, Repair, Sources};

/// Finds archived copies of lost sources, and shows or writes the fixes that cite them. Returns the
/// exit code.
pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    contact: &ContactArgs,
    fix: bool,
    color: ColorArgs,
) -> Result<u8, CliError> {
    let options = ledger_options(Some(pages), ledger, Some(contact));
    let observer = CliObserver::new(false, contact.shows_bar(false));
    let sources = Sources::open(&pages.origin.paths(&pages.paths), options)?
        .with_observer(Arc::new(observer));
    let repair = sources.plan_repair()?;
    write_counts(&repair, &mut stderr())?;
    let fixes = repair.fixes;
    if fix {
        let written = fixes.write();
        written.write_summary(&mut stderr())?;
        written.check_written()?;
        return Ok(0);
    }
    let shown = is_terminal(Stream::Output);
    let style = style(color, Stream::Output);
    to_stdout(|out| fixes.write_diff(style, shown, out))?;
    fixes.write_summary(&mut stderr())?;
    Ok(if fixes.files().is_empty() { 0 } else { FOUND })
}

fn write_counts(repair: &Repair, out: &mut dyn Write) -> std::io::Result<()> {
    let (lost, copies) = (counted(repair.lost, "lost source"), &repair.copies);
    let (found, none) = (copies.copies, copies.none);
    let unknown: u64 = copies.unknown.values().sum();
    writeln!(out, "{lost}: {found} with an archived copy, {none} without, {unknown} unknown")?;
    for (reason, count) in &copies.unknown {
        let prefix =
            if matches!(reason, Reason::Status(_)) { "the web archive answered " } else { "" };
        writeln!(out, "{count} unknown: {prefix}{reason:#}")?;
    }
    if repair.undated > 0 {
        let sources = counted(repair.undated, "lost source");
        writeln!(out, "{sources} not looked up: cited only on pages without a date")?;
    }
    Ok(())
}

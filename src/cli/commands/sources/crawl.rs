//! The command `dateline sources crawl`.

use std::sync::Arc;

use crate::cli::args::{ContactArgs, LedgerArgs, PagesArgs};
use crate::cli::error::CliError;
use crate::cli::observer::CliObserver;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::{stderr, write_stdout};
use crate::diagnostic::counted;
use crate::session::{Crawl, Sources};

/// Checks all sources in the ledger that are due, and prints the counts. Returns the exit code.
pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    contact: &ContactArgs,
) -> Result<u8, CliError> {
    let options = ledger_options(Some(pages), ledger, Some(contact));
    let observer = CliObserver::new(false, contact.shows_bar(false));
    let sources = Sources::open(&pages.origin.paths(&pages.paths), options)?
        .with_observer(Arc::new(observer));
    let Crawl { tally, counts } = sources.crawl()?;
    let verdicts: Vec<_> =
        counts.by_verdict.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let (checked, due) = (counted(tally.seen(), "source"), counts.due);
    let all = counted(counts.urls, "URL");
    let colon = if verdicts.is_empty() { "" } else { ": " };
    let verdicts = verdicts.join(", ");
    write_stdout(&format!("{checked} checked, {due} still due\n{all} known{colon}{verdicts}\n"))?;
    tally.write_untried(&mut stderr())?;
    Ok(0)
}

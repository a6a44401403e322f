//! `dateline sources crawl`: all that is due, as a robot asks.

use super::{cited, failure, now, place, settings};
use crate::cli::Failure;
use crate::cli::args::{ContactArgs, LedgerArgs, PagesArgs};
use crate::cli::contact::Contact;
use crate::cli::terminal::write_stdout;
use crate::probe::enroll;
use crate::probe::ledger::Ledger;
use crate::report::account::counted;

pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    args: &ContactArgs,
) -> Result<u8, Failure> {
    let settings = settings(pages)?;
    let mut ledger = place(ledger, &settings).open()?;
    let mut urls: Vec<String> = cited(pages, &settings)?.into_iter().map(|(url, _)| url).collect();
    urls.sort_unstable();
    urls.dedup();
    enroll(&mut ledger, &mut urls.into_iter()).map_err(|error| failure(&error))?;
    let contact = Contact { settings: &settings, args, quiet: false };
    let counts = contact.crawl(&mut ledger)?.counts();
    let due = ledger.counts(now()).map_err(|error| failure(&error))?.due;
    let seen = counted(counts.values().sum(), "source");
    let verdicts: Vec<_> =
        counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let colon = if verdicts.is_empty() { "" } else { ": " };
    write_stdout(&format!("{seen}{colon}{}; {due} still due\n", verdicts.join(", ")))?;
    Ok(0)
}

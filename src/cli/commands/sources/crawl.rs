//! `dateline sources crawl`: all that is due, as a robot asks.

use super::{cited, failure, now, place, settings};
use crate::cli::Failure;
use crate::cli::args::{ContactArgs, LedgerArgs, PagesArgs};
use crate::cli::contact::Contact;
use crate::cli::terminal::{stderr, write_stdout};
use crate::diagnostic::counted;
use crate::sources::enroll;
use crate::sources::ledger::Ledger;

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
    let done = contact.crawl(&mut ledger)?;
    let counts = ledger.counts(now()).map_err(|error| failure(&error))?;
    let verdicts: Vec<_> =
        counts.by_verdict.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let (seen, due) = (counted(done.seen(), "source"), counts.due);
    let all = counted(counts.urls, "URL");
    let colon = if verdicts.is_empty() { "" } else { ": " };
    let verdicts = verdicts.join(", ");
    write_stdout(&format!("{seen} looked at, {due} still due\n{all} known{colon}{verdicts}\n"))?;
    done.write_untried(&mut stderr())?;
    Ok(0)
}

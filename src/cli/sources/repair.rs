//! `dateline sources repair`: archived copies of what is lost, and pages that cite them.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use jiff::civil::Date;

use super::{Cited, cited, failure, now, place, settings};
use crate::cli::agreed::Agreed;
use crate::cli::args::{ColorArgs, ContactArgs, LedgerArgs, PagesArgs};
use crate::cli::contact::{self, Contact};
use crate::cli::scene::Scene;
use crate::cli::terminal::{Stream, is_terminal, stderr, style, to_stdout};
use crate::cli::{FOUND, Failure, check, interrupt, mend};
use crate::config::Settings;
use crate::diagnostic::{Applicability, counted};
use crate::report;
use crate::rule::Need;
use crate::rules::RULES;
use crate::sources::ledger::{Ledger, SqliteLedger};
use crate::sources::{CopyCounts, CrawlSettings, WaybackSettings, find_copies, standings};

/// 24 look-ups a minute.
const PAUSE: Duration = Duration::from_millis(2500);

pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    args: &ContactArgs,
    fix: bool,
    color: ColorArgs,
) -> Result<u8, Failure> {
    let mut settings = settings(pages)?;
    let mut ledger = place(ledger, &settings).open()?;
    let (lost, undated) = lost(cited(pages, &settings)?, &ledger)?;
    let contact = Contact { settings: &settings, args, quiet: false };
    let found = look_up(&lost, contact, &mut ledger)?;
    let mut err = stderr();
    let (sources, unknown) = (counted(lost.len() as u64, "lost source"), found.unknown);
    writeln!(err, "{sources}: {} archived, {} not, {unknown} unknown", found.copies, found.none)?;
    if undated > 0 {
        let sources = counted(undated, "lost source");
        writeln!(err, "{sources} cited on no page of a day: not looked up")?;
    }
    drop(err);

    let urls: Vec<String> = lost.into_iter().map(|(url, _)| url).collect();
    let outcomes = standings(&urls, &ledger).map_err(|error| failure(&error))?;
    only_lost(&mut settings);
    let terms = mend::Terms {
        allowed: Applicability::Unsafe,
        outcomes: &outcomes,
        today: check::today(),
        agreed: &Agreed::default(),
    };
    let mending = mend::mend(&terms, &settings, &mut Scene::on_disk(&pages.paths, &settings)?)?;
    if fix {
        let written = mending.write(&settings.root);
        written.write_account(&mut stderr())?;
        return written.failure().map_or(Ok(0), Err);
    }
    let shown = is_terminal(Stream::Output);
    let style = style(color, Stream::Output);
    to_stdout(|out| report::write_diff(&mending.fixes.files, style, shown, out))?;
    mending.write_account(&mut stderr())?;
    Ok(if mending.fixes.files.is_empty() { 0 } else { FOUND })
}

/// The sources that are lost, each with the earliest day of an event that cites it, in order; and how
/// many more there are that no page of a day cites.
fn lost(cited: Vec<Cited>, ledger: &SqliteLedger) -> Result<(Vec<(String, Date)>, u64), Failure> {
    let mut days: BTreeMap<String, Option<Date>> = BTreeMap::new();
    for (url, day) in cited {
        let earliest = days.entry(url).or_insert(day);
        *earliest = day.into_iter().chain(*earliest).min();
    }
    let (mut lost, mut undated) = (Vec::new(), 0);
    for (url, day) in days {
        let standing = ledger.standing(&url).map_err(|error| failure(&error))?;
        if !standing.is_some_and(|standing| standing.verdict.is_lost()) {
            continue;
        }
        match day {
            Some(day) => lost.push((url, day)),
            None => undated += 1,
        }
    }
    Ok((lost, undated))
}

fn look_up(
    lost: &[(String, Date)],
    contact: Contact<'_>,
    ledger: &mut SqliteLedger,
) -> Result<CopyCounts, Failure> {
    let copies = WaybackSettings { base: contact.settings.sources.archive.clone(), pause: PAUSE };
    let (bar, probing) = (contact.bar(), contact.probing()?);
    interrupt::heeding(|stop| {
        let probing = CrawlSettings { stop, ..probing };
        let found = find_copies(lost, &copies, &probing, None, &bar, ledger, &now);
        found.map_err(contact::failure)
    })
}

/// Of the rules that would run, runs those whose fix cites an archived copy.
fn only_lost(settings: &mut Settings) {
    let lost =
        RULES.iter().enumerate().filter(|(_, rule)| rule.needs.contains(&Need::ArchivedCopies));
    settings.rules.restrict(lost.map(|(index, _)| index).collect());
}

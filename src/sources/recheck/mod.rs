//! Looking at sources over time: only at what a ledger says is due, and by what it knows of them.

mod frontier;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::frontier::{LedgerFrontier, in_millis};
use super::ledger::{Due, Enrolment, Ledger, LedgerError, UrlStatus};
use super::{CrawlError, CrawlSettings, Lookup, Progress, contact, politeness_key};
use crate::source_status::{Evidence, Outcome, Record, Verdict};

/// The time, in milliseconds since 1970, given in.
pub type Clock<'a> = &'a (dyn Fn() -> i64 + Sync);

/// Looks at those of `urls` that are due, keeps what is seen at once, and returns what stands of
/// each, sorted by URL.
///
/// # Errors
/// If the ledger fails, or [`probe`](super::probe) would: then failures to reach a host are not kept.
pub fn watch(
    urls: &[String],
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut dyn Ledger,
    now: Clock<'_>,
) -> Result<Vec<Outcome>, CrawlError> {
    enroll(ledger, &mut urls.iter().cloned())?;
    let mut due: BTreeMap<String, Vec<Due>> = BTreeMap::new();
    for url in urls {
        if let (Some(one), Some(key)) = (ledger.due(url, now())?, politeness_key(url)) {
            due.entry(key).or_default().push(one);
        }
    }
    progress.start(due.values().map(|urls| urls.len() as u64).sum());
    if !due.is_empty() {
        let mut frontier = LedgerFrontier::new(settings, ledger, now, Some(due), progress);
        contact(&mut frontier, settings, lookup, progress)?;
    }
    progress.finish();
    Ok(standings(urls, ledger)?)
}

/// Looks at all that is due in a ledger, host by host, until nothing is.
///
/// # Errors
/// As [`watch`].
pub fn crawl(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut dyn Ledger,
    now: Clock<'_>,
) -> Result<(), CrawlError> {
    progress.start(ledger.counts(now())?.due);
    // Nothing to do takes no network.
    if ledger.next_ready_at()?.is_some_and(|at| at <= now() + in_millis(settings.patience)) {
        let mut frontier = LedgerFrontier::new(settings, ledger, now, None, progress);
        contact(&mut frontier, settings, lookup, progress)?;
    }
    progress.finish();
    Ok(())
}

/// Enrols URLs: those that could ever be asked for.
///
/// # Errors
/// If the ledger fails.
pub fn enroll(
    ledger: &mut dyn Ledger,
    urls: &mut dyn Iterator<Item = String>,
) -> Result<(), LedgerError> {
    let with_key = |url: String| {
        let key = politeness_key(&url)?;
        Some(Enrolment { url, key })
    };
    ledger.enroll(&mut urls.filter_map(with_key)).map(drop)
}

/// What stands of each of `urls`, sorted by URL: of those that were never looked at, that nothing is
/// known. Contacts nobody.
///
/// # Errors
/// If the ledger fails.
pub fn standings(urls: &[String], ledger: &dyn Ledger) -> Result<Vec<Outcome>, LedgerError> {
    let mut outcomes = urls
        .iter()
        .map(|url| match ledger.standing(url)? {
            None => Ok(unknown(url)),
            Some(standing) => outcome(url, standing, ledger),
        })
        .collect::<Result<Vec<_>, _>>()?;
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    Ok(outcomes)
}

fn unknown(url: &str) -> Outcome {
    Outcome { url: url.to_owned(), verdict: Verdict::Unknown, evidence: Evidence::default() }
}

fn outcome(url: &str, standing: UrlStatus, ledger: &dyn Ledger) -> Result<Outcome, LedgerError> {
    let UrlStatus { verdict, reason, strikes, first_fail_at, last_ok_at, final_url, .. } = standing;
    let archived = if verdict.is_lost() { ledger.capture(url)? } else { None };
    let archived = archived.and_then(|capture| capture.found);
    let record = Some(Record { reason, strikes, first_fail_at, last_ok_at });
    let evidence = Evidence { final_url, archived, record, ..Evidence::default() };
    Ok(Outcome { url: url.to_owned(), verdict, evidence })
}

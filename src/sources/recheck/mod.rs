//! Checks sources over time. Each run checks only the URLs that are due according to a ledger, and
//! stores its observations there.

mod frontier;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::frontier::LedgerFrontier;
use super::clock::{Clock, in_millis};
use super::dns::Lookup;
use super::error::CrawlError;
use super::ledger::{Due, Enrolment, Ledger, LedgerError, UrlStatus};
use super::progress::Progress;
use super::rate_limit::rate_limit_key;
use super::run::run;
use super::settings::CrawlSettings;
use crate::source_status::{Evidence, LedgerRecord, Outcome, Verdict};

/// Checks the URLs in `urls` that are due, and stores each observation once it is confirmed. Returns
/// the status of all `urls`, sorted by URL.
///
/// # Errors
/// Returns an error if the ledger fails, and in the cases in which
/// [`check_urls`](super::check_urls()) fails. If most hosts cannot be reached, failures that the
/// local network may have caused are not stored.
pub fn recheck_urls(
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
        if let (Some(one), Some(key)) = (ledger.due(url, now())?, rate_limit_key(url)) {
            due.entry(key).or_default().push(one);
        }
    }
    progress.start(due.values().map(|urls| urls.len() as u64).sum());
    if !due.is_empty() {
        let mut frontier = LedgerFrontier::new(settings, ledger, now, Some(due), progress);
        run(&mut frontier, settings, lookup, progress)?;
    }
    progress.finish();
    Ok(statuses(urls, &settings.wayback.base, ledger)?)
}

/// Checks all URLs of a ledger that are due, host by host.
///
/// # Errors
/// Returns the same errors as [`recheck_urls`].
pub fn crawl(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut dyn Ledger,
    now: Clock<'_>,
) -> Result<(), CrawlError> {
    progress.start(ledger.counts(now())?.due);
    // If no host is ready soon, the run needs no network.
    if ledger.next_ready_at()?.is_some_and(|at| at <= now() + in_millis(settings.patience)) {
        let mut frontier = LedgerFrontier::new(settings, ledger, now, None, progress);
        run(&mut frontier, settings, lookup, progress)?;
    }
    progress.finish();
    Ok(())
}

/// Enrols the URLs that have a rate-limit key. Other URLs can never be checked.
///
/// # Errors
/// Returns an error if the ledger fails.
pub fn enroll(
    ledger: &mut dyn Ledger,
    urls: &mut dyn Iterator<Item = String>,
) -> Result<(), LedgerError> {
    let with_key = |url: String| {
        let key = rate_limit_key(&url)?;
        Some(Enrolment { url, key })
    };
    ledger.enroll(&mut urls.filter_map(with_key)).map(drop)
}

/// Returns the status of each of `urls`, sorted by URL, without sending requests. The status of a
/// URL that was never checked is unknown. The evidence of a lost URL includes its archived copy, if
/// the web archive with the base URL `archive` has one.
///
/// # Errors
/// Returns an error if the ledger fails.
pub fn statuses(
    urls: &[String],
    archive: &str,
    ledger: &dyn Ledger,
) -> Result<Vec<Outcome>, LedgerError> {
    let mut outcomes = Vec::with_capacity(urls.len());
    for url in urls {
        outcomes.push(match ledger.status(url)? {
            None => unknown(url),
            Some(status) => {
                let is_lost = status.verdict.is_lost();
                let capture = if is_lost { ledger.capture(archive, url)? } else { None };
                outcome(url, status, capture.and_then(|capture| capture.found))
            }
        });
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    Ok(outcomes)
}

/// Returns the URLs in a ledger that are failing or lost, sorted by URL, without sending requests. The
/// evidence contains no archived copies.
///
/// # Errors
/// Returns an error if the ledger fails.
pub fn unavailable(ledger: &dyn Ledger) -> Result<Vec<Outcome>, LedgerError> {
    let mut outcomes = Vec::new();
    ledger.statuses(&mut |(url, status)| {
        if status.verdict.is_unavailable() {
            outcomes.push(outcome(&url, status, None));
        }
        Ok(())
    })?;
    Ok(outcomes)
}

fn unknown(url: &str) -> Outcome {
    Outcome { url: url.to_owned(), verdict: Verdict::Unknown, evidence: Evidence::default() }
}

fn outcome(url: &str, status: UrlStatus, archived: Option<String>) -> Outcome {
    let UrlStatus { verdict, reason, strikes, first_fail_at, last_ok_at, final_url, .. } = status;
    let record = Some(LedgerRecord { reason, strikes, first_fail_at, last_ok_at });
    let evidence = Evidence { final_url, archived, record, ..Evidence::default() };
    Outcome { url: url.to_owned(), verdict, evidence }
}

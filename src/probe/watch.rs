//! Looking at sources over time: only at what a ledger says is due, and by what it knows of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::ledger::{Claim, Enrolment, Ledger, LedgerError, Observation, Standing, Terms};
use super::{Lookup, ProbeError, ProbeSettings, Progress, politeness_key, probe};
use crate::verdict::{Evidence, Outcome, Record};

/// How long a host is held by one run, in milliseconds. Whatever stops the run, it is free again
/// after that.
const LEASE: i64 = 60 * 60 * 1000;

/// Why sources could not be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// They could not be asked for; nothing is kept of the run.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Looks at those of `urls` that are due, keeps what was seen, and returns what stands of all that
/// were ever looked at, sorted by URL. `now` gives the time in milliseconds since 1970.
///
/// # Errors
/// If the ledger fails, or [`probe`] does: then nothing is kept, and nothing is held.
pub fn watch(
    urls: &[String],
    settings: &ProbeSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut dyn Ledger,
    now: &dyn Fn() -> i64,
) -> Result<Vec<Outcome>, WatchError> {
    let enrolment = |url: &String| Some(Enrolment { url: url.clone(), key: politeness_key(url)? });
    ledger.enroll(&mut urls.iter().filter_map(enrolment))?;
    let claims = claim_all(ledger, now)?;
    let due: Vec<String> = claims
        .iter()
        .flat_map(|claim| &claim.urls)
        .filter(|due| urls.binary_search(&due.url).is_ok())
        .map(|due| due.url.clone())
        .collect();
    let seen = probe(due, settings, lookup, progress);
    let outcomes: HashMap<&str, &Outcome> = match &seen {
        Ok(seen) => seen.iter().map(|outcome| (outcome.url.as_str(), outcome)).collect(),
        Err(_) => HashMap::new(),
    };
    let at = now();
    let gate = at.saturating_add(i64::try_from(settings.delay.as_millis()).unwrap_or(i64::MAX));
    for claim in &claims {
        let observed = claim.urls.iter().filter_map(|due| {
            // What was not tried was not seen.
            let outcome =
                outcomes.get(due.url.as_str()).filter(|found| found.evidence.tries > 0)?;
            Some((due.id, Observation::of(outcome, at, "")))
        });
        let observed: Vec<_> = observed.collect();
        ledger.complete(&claim.lease, &observed, gate)?;
    }
    seen?;
    Ok(standings(urls, ledger)?)
}

/// Leases every host that is ready, with all that is due of it.
fn claim_all(ledger: &mut dyn Ledger, now: &dyn Fn() -> i64) -> Result<Vec<Claim>, LedgerError> {
    let terms = Terms { worker: "check", lease: LEASE, urls: u32::MAX };
    let mut claims = Vec::new();
    while let Some(claim) = ledger.claim(terms, now())? {
        claims.push(claim);
    }
    Ok(claims)
}

/// What stands of those of `urls` that were ever looked at, sorted by URL. Contacts nobody.
///
/// # Errors
/// If the ledger fails.
pub fn standings(urls: &[String], ledger: &dyn Ledger) -> Result<Vec<Outcome>, LedgerError> {
    let mut outcomes = Vec::new();
    for url in urls {
        if let Some(standing) = ledger.standing(url)? {
            outcomes.push(outcome(url, standing));
        }
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    Ok(outcomes)
}

fn outcome(url: &str, standing: Standing) -> Outcome {
    let Standing { verdict, reason, strikes, first_fail_at, last_ok_at, final_url, .. } = standing;
    let record = Record { reason, strikes, first_fail_at, last_ok_at };
    let evidence = Evidence { final_url, record: Some(record), ..Evidence::default() };
    Outcome { url: url.to_owned(), verdict, evidence }
}

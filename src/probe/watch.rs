//! Looking at sources over time: only at what a ledger says is due, and by what it knows of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::ledger::{Enrolment, Lease, Ledger, LedgerError, Observation, Standing, Terms};
use super::{Lookup, ProbeError, ProbeSettings, Progress, politeness_key, probe};
use crate::verdict::{ErrorClass, Evidence, Outcome, Record, Verdict};

/// How long a host is held without a word of it, in milliseconds. Whatever stops a run, the host is
/// free again after that.
const LEASE: i64 = 10 * 60 * 1000;

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

/// Looks at those of `urls`, which are sorted, that are due, keeps what is seen as soon as all of a
/// host is, and returns what stands of each, sorted by URL. `now` gives the time in milliseconds
/// since 1970.
///
/// # Errors
/// If the ledger fails, or [`probe`] does: then failures to reach a host are not kept.
pub fn watch(
    urls: &[String],
    settings: &ProbeSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut (dyn Ledger + Send),
    now: &(dyn Fn() -> i64 + Sync),
) -> Result<Vec<Outcome>, WatchError> {
    let enrolment = |url: &String| Some(Enrolment { url: url.clone(), key: politeness_key(url)? });
    ledger.enroll(&mut urls.iter().filter_map(enrolment))?;
    let delay = i64::try_from(settings.delay.as_millis()).unwrap_or(i64::MAX);
    let mut book = Book { ledger, now, delay, held: Vec::new(), due: HashMap::new() };
    let due = book.claim(urls)?;
    let keeper = Keeper { progress, book: Mutex::new(book), failure: Mutex::new(None) };
    let seen = probe(due, settings, lookup, &keeper);
    let Keeper { book, failure, .. } = keeper;
    let mut book = book.into_inner().unwrap_or_else(PoisonError::into_inner);
    book.close(seen.is_ok())?;
    if let Some(failure) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure.into());
    }
    seen?;
    Ok(standings(urls, book.ledger)?)
}

/// The leases of a run, and what was seen under each.
struct Book<'a> {
    ledger: &'a mut (dyn Ledger + Send),
    now: &'a (dyn Fn() -> i64 + Sync),
    delay: i64,
    held: Vec<Held>,
    /// Of each URL that is asked for, its lease and its id.
    due: HashMap<String, (usize, i64)>,
}

struct Held {
    lease: Lease,
    seen: Vec<(i64, Observation)>,
    /// How many of its URLs are still to be heard of.
    open: usize,
    /// Failures to reach the host, which may be our own network's: kept when the run is over.
    doubtful: Vec<(i64, Observation)>,
    is_over: bool,
}

impl Book<'_> {
    /// Leases the hosts that are ready and have one of `urls` to be looked at; returns those.
    fn claim(&mut self, urls: &[String]) -> Result<Vec<String>, LedgerError> {
        let terms = Terms { worker: "check", lease: LEASE, urls: u32::MAX };
        let mut others = Vec::new();
        let mut due = Vec::new();
        while let Some(claim) = self.ledger.claim(terms, (self.now)())? {
            let wanted = claim.urls.into_iter();
            let wanted: Vec<_> =
                wanted.filter(|due| urls.binary_search(&due.url).is_ok()).collect();
            if wanted.is_empty() {
                others.push(claim.lease);
                continue;
            }
            let (seen, doubtful) = (Vec::new(), Vec::new());
            let open = wanted.len();
            let index = self.held.len();
            self.held.push(Held { lease: claim.lease, seen, open, doubtful, is_over: false });
            for url in wanted {
                due.push(url.url.clone());
                self.due.insert(url.url, (index, url.id));
            }
        }
        // Not before: a host that is given back at once would be claimed again.
        for lease in others {
            self.complete(&lease, &[])?;
        }
        Ok(due)
    }

    /// Takes in what was found out of one URL, and keeps all of a host once it is the last.
    fn note(&mut self, outcome: &Outcome) -> Result<(), LedgerError> {
        let Some(&(index, id)) = self.due.get(&outcome.url) else { return Ok(()) };
        let now = (self.now)();
        let held = &mut self.held[index];
        held.open = held.open.saturating_sub(1);
        // What was not tried was not seen.
        if outcome.evidence.tries > 0 {
            let observation = Observation::of(outcome, now, "");
            let is_doubtful = outcome.evidence.error.is_some_and(is_doubtful);
            let list = if is_doubtful { &mut held.doubtful } else { &mut held.seen };
            list.push((id, observation));
        }
        if held.open == 0 && held.doubtful.is_empty() {
            held.is_over = true;
            let (lease, seen) = (held.lease.clone(), std::mem::take(&mut held.seen));
            return self.complete(&lease, &seen);
        }
        if held.lease.until - now < LEASE / 2 {
            let mut lease = held.lease.clone();
            match self.ledger.renew(&mut lease, now.saturating_add(LEASE)) {
                Ok(()) => self.held[index].lease = lease,
                Err(LedgerError::Fenced { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Gives back all that is still held; doubtful failures are kept only if the run came to its end.
    fn close(&mut self, is_sound: bool) -> Result<(), LedgerError> {
        for mut held in std::mem::take(&mut self.held) {
            if held.is_over {
                continue;
            }
            if is_sound {
                held.seen.append(&mut held.doubtful);
            }
            self.complete(&held.lease, &held.seen)?;
        }
        Ok(())
    }

    /// Ends a lease. One that another worker has by now is that worker's to end.
    fn complete(&mut self, lease: &Lease, seen: &[(i64, Observation)]) -> Result<(), LedgerError> {
        let gate = (self.now)().saturating_add(self.delay);
        match self.ledger.complete(lease, seen, gate) {
            Err(LedgerError::Fenced { .. }) => Ok(()),
            other => other,
        }
    }
}

/// Whether a failure may be that of our own network.
fn is_doubtful(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::DnsFailure | ErrorClass::Unreachable | ErrorClass::TimedOut)
}

/// Keeps what is seen while the run goes on, and hands the news on.
struct Keeper<'a> {
    progress: &'a dyn Progress,
    book: Mutex<Book<'a>>,
    /// Why the ledger could not keep something, the first time.
    failure: Mutex<Option<LedgerError>>,
}

impl Progress for Keeper<'_> {
    fn start(&self, total: u64) {
        self.progress.start(total);
    }

    fn advance(&self, outcome: &Outcome) {
        let noted = self.book.lock().unwrap_or_else(PoisonError::into_inner).note(outcome);
        if let Err(error) = noted {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
        self.progress.advance(outcome);
    }

    fn finish(&self) {
        self.progress.finish();
    }
}

/// What stands of each of `urls`, sorted by URL: of those that were never looked at, that nothing is
/// known. Contacts nobody.
///
/// # Errors
/// If the ledger fails.
pub fn standings(urls: &[String], ledger: &dyn Ledger) -> Result<Vec<Outcome>, LedgerError> {
    let mut outcomes = Vec::new();
    for url in urls {
        let standing = ledger.standing(url)?;
        outcomes.push(standing.map_or_else(|| unknown(url), |standing| outcome(url, standing)));
    }
    outcomes.sort_by(|one, other| one.url.cmp(&other.url));
    Ok(outcomes)
}

fn unknown(url: &str) -> Outcome {
    Outcome { url: url.to_owned(), verdict: Verdict::Unknown, evidence: Evidence::default() }
}

fn outcome(url: &str, standing: Standing) -> Outcome {
    let Standing { verdict, reason, strikes, first_fail_at, last_ok_at, final_url, .. } = standing;
    let record = Record { reason, strikes, first_fail_at, last_ok_at };
    let evidence = Evidence { final_url, record: Some(record), ..Evidence::default() };
    Outcome { url: url.to_owned(), verdict, evidence }
}

//! How observations add up to the status of a URL. No clock, and no state but what is given in.
//!
//! One failure proves nothing. A page is dead once it has failed often enough, far enough apart; one
//! answer clears it. So a status depends on what was observed and when, never on the order in which a
//! ledger learned of it.

use xxhash_rust::xxh3::xxh3_64;

use super::observation::{Observation, Reading};
use crate::source_status::{Reason, Verdict};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The strikes of one kind: failures that are far enough apart to count.
#[derive(Clone, Copy, Debug, Default)]
struct StrikeCount {
    count: u32,
    first_at: i64,
    last_at: i64,
}

/// Between two strikes for a page that is said to be gone.
const HARD_APART: i64 = 3 * DAY;

/// Between two strikes for a failure that may pass.
const SOFT_APART: i64 = DAY;

/// From the first to the last failure that may pass.
const SOFT_SPAN: i64 = 30 * DAY;

const HARD_STRIKES: u32 = 3;

const GONE_STRIKES: u32 = 2;

const SOFT_STRIKES: u32 = 5;

impl StrikeCount {
    /// Counts a failure if it comes late enough after the last one that counted. Counting the earliest
    /// possible ones gives the most strikes, so another failure never means fewer.
    fn strike(&mut self, at: i64, apart: i64) {
        if self.count == 0 || at.saturating_sub(self.last_at) >= apart {
            if self.count == 0 {
                self.first_at = at;
            }
            self.count += 1;
            self.last_at = at;
        }
    }
}

/// The status of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlStatus {
    /// The verdict on it.
    pub verdict: Verdict,
    /// What the verdict is based on; `None` if the observations do not say.
    pub reason: Option<Reason>,
    /// How many failures count, since it last answered.
    pub strikes: u32,
    /// When it first failed since it last answered.
    pub first_fail_at: Option<i64>,
    /// When it last answered.
    pub last_ok_at: Option<i64>,
    /// The URL that the redirects led to when the verdict was found.
    pub final_url: Option<String>,
    /// When it was last checked.
    pub checked_at: i64,
    /// When it is due for the next check.
    pub due_at: i64,
}

/// The observations of one URL, added one by one from the oldest.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The last observation that says something about the page, or the last of all if none does.
    decisive: Option<Observation>,
    checked: Option<(i64, Reading)>,
    first_fail_at: Option<i64>,
    last_fail_at: i64,
    last_ok_at: Option<i64>,
    /// The last answer or proof; failures are counted beside it.
    answer: Option<Verdict>,
    hard: StrikeCount,
    gone: StrikeCount,
    /// Failures of either kind: a server that is down now and then says 404 in between.
    all: StrikeCount,
}

impl History {
    /// Adds the next observation, which must not be older than those before. Of two at one time, the one
    /// with the smaller digest comes first.
    pub fn add(&mut self, seen: Observation) {
        self.checked = Some((seen.at, seen.reading));
        match seen.reading {
            Reading::Alive => self.answered(Verdict::Alive, seen.at),
            Reading::Moved => self.answered(Verdict::Moved, seen.at),
            Reading::TlsBroken => self.answered(Verdict::TlsBroken, seen.at),
            Reading::Soft404 => self.proven(Verdict::Soft404, seen.at),
            Reading::Usurped => self.proven(Verdict::Usurped, seen.at),
            Reading::Hard | Reading::Gone | Reading::Soft => self.failed(seen.reading, seen.at),
            Reading::Blocked | Reading::Unknown => {
                if self.has_evidence() {
                    return;
                }
            }
        }
        self.decisive = Some(seen);
    }

    fn has_evidence(&self) -> bool {
        self.answer.is_some() || self.all.count > 0
    }

    fn answered(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.answer = Some(verdict);
        self.first_fail_at = None;
        self.last_ok_at = Some(at);
    }

    /// A proof: the server answered, so earlier failures are over.
    fn proven(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.answer = Some(verdict);
        self.first_fail_at.get_or_insert(at);
    }

    fn clear_strikes(&mut self) {
        (self.hard, self.gone, self.all) = Default::default();
    }

    fn failed(&mut self, reading: Reading, at: i64) {
        self.first_fail_at.get_or_insert(at);
        self.last_fail_at = at;
        self.all.strike(at, SOFT_APART);
        if reading != Reading::Soft {
            self.hard.strike(at, HARD_APART);
        }
        if reading == Reading::Gone {
            self.gone.strike(at, HARD_APART);
        }
    }

    fn is_dead(&self) -> bool {
        let failing_for = self.last_fail_at.saturating_sub(self.all.first_at);
        self.hard.count >= HARD_STRIKES
            || self.gone.count >= GONE_STRIKES
            || (self.all.count >= SOFT_STRIKES && failing_for >= SOFT_SPAN)
    }

    fn verdict(&self, decisive: &Observation) -> Verdict {
        let proven =
            self.answer.filter(|verdict| matches!(verdict, Verdict::Soft404 | Verdict::Usurped));
        match (self.is_dead(), proven, self.answer) {
            (true, _, _) => Verdict::Dead,
            (false, Some(proven), _) => proven,
            _ if self.all.count > 0 => Verdict::Failing,
            (false, None, Some(answer)) => answer,
            _ if decisive.reading == Reading::Blocked => Verdict::Blocked,
            _ => Verdict::Unknown,
        }
    }

    /// Returns the status of `url`; `None` without any observation.
    #[must_use]
    pub fn status(&self, url: &str) -> Option<UrlStatus> {
        let decisive = self.decisive.as_ref()?;
        let (checked_at, last) = self.checked?;
        let verdict = self.verdict(decisive);
        let due_at = match verdict {
            Verdict::Failing => self.next_strike_at(url, checked_at, last),
            _ => jittered(url, checked_at, time_to_live(verdict)),
        };
        Some(UrlStatus {
            verdict,
            reason: decisive.reason(),
            // Of a page with both kinds each failure is in `all`, but hard ones count on their own.
            strikes: self.all.count.max(self.hard.count),
            first_fail_at: self.first_fail_at,
            last_ok_at: self.last_ok_at,
            final_url: decisive.final_url.clone(),
            checked_at,
            due_at,
        })
    }

    /// Returns when the next failure can count: an earlier check would be useless.
    fn next_strike_at(&self, url: &str, checked_at: i64, last: Reading) -> i64 {
        let hard = self.decisive.as_ref().is_some_and(|seen| seen.reading != Reading::Soft);
        let (from, wait) = if hard {
            (self.hard.last_at, HARD_APART)
        } else {
            let doubled = SOFT_APART << self.all.count.saturating_sub(1).min(3);
            (self.all.last_at, doubled.min(7 * DAY))
        };
        // A host that blocked the last check is not asked again every day.
        let is_blocked = matches!(last, Reading::Blocked | Reading::Unknown);
        let from = if is_blocked { from.max(checked_at) } else { from };
        let later = wait / 10_000 * i64::try_from(xxh3_64(url.as_bytes()) % 1001).unwrap_or(0);
        from.saturating_add(wait).saturating_add(later)
    }
}

/// Returns how long a verdict is valid.
fn time_to_live(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Alive | Verdict::Moved => 30 * DAY,
        Verdict::TlsBroken | Verdict::Blocked => 14 * DAY,
        Verdict::Soft404 | Verdict::Usurped | Verdict::Dead => 90 * DAY,
        Verdict::Unknown | Verdict::Unproven | Verdict::Failing => 7 * DAY,
    }
}

/// Returns a time up to a tenth earlier or later, always the same for one URL: otherwise all URLs of one
/// run would be due again at the same time.
fn jittered(url: &str, from: i64, wait: i64) -> i64 {
    let part = i64::try_from(xxh3_64(url.as_bytes()) % 2001).unwrap_or(0) - 1000;
    from.saturating_add(wait).saturating_add(wait / 10_000 * part)
}

#[cfg(test)]
mod tests;

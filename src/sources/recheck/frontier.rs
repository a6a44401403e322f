//! The frontier of a run that has a ledger: hosts are leased there, and what is seen is kept at once.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::Clock;
use crate::source_status::{ErrorClass, Outcome};
use crate::sources::frontier::{Admission, CONTROLS, Frontier, Leaving, More, controls};
use crate::sources::host_health::is_unreached;
use crate::sources::ledger::{
    Due, Lease, LeaseRequest, Leasing, Ledger, LedgerError, Observation, Robots,
};
use crate::sources::url_check::UrlCheck;
use crate::sources::{CrawlSettings, Progress, Workload, plan};

/// How many hosts are held at once: each has a queue, and may have an open connection.
const MOST_HELD: usize = 512;

/// How many URLs of a host are handed out at once.
const BATCH: u32 = 64;

/// How often it is looked whether another host has become ready.
const AGAIN: Duration = Duration::from_millis(250);

/// What a lease lasts longer than it must.
const SLACK: Duration = Duration::from_millis(250);

/// How long a host is left alone of which something was given up.
const GIVEN_UP: Duration = Duration::from_mins(10);

/// The frontier of a run that keeps what it sees in a ledger, and leases hosts there.
pub(super) struct LedgerFrontier<'a> {
    settings: &'a CrawlSettings,
    ledger: &'a mut dyn Ledger,
    now: Clock<'a>,
    /// What is to be looked at, by host; `None`: all that is due.
    wanted: Option<BTreeMap<String, Vec<Due>>>,
    held: HashMap<String, Held>,
    /// URLs that were handed out, with their hosts and ids.
    out: HashMap<String, (String, i64)>,
    doubts: VecDeque<Doubt>,
    /// The ids of the URLs that are in doubt.
    doubted: HashSet<i64>,
    open: HashMap<String, Open>,
    /// Hosts that somebody else took over while something of theirs was out.
    lost: HashSet<String>,
    progress: &'a dyn Progress,
}

/// How many URLs of a host are not settled yet.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    out: u32,
    doubted: u32,
}

impl Open {
    fn is_settled(self) -> bool {
        self.out == 0 && self.doubted == 0
    }
}

/// A host that is held.
struct Held {
    lease: Lease,
    /// Nobody asks it before then.
    rest_until: i64,
    /// The last URL that was handed out under this lease: what comes before is not handed out again.
    last: Option<Due>,
}

impl Held {
    fn new(lease: Lease) -> Self {
        Self { lease, rest_until: 0, last: None }
    }
}

/// A failure that may be the own network's.
struct Doubt {
    /// How many hosts had been asked by then.
    asked: u64,
    key: String,
    url: i64,
    seen: Observation,
}

pub(super) fn in_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

impl<'a> LedgerFrontier<'a> {
    pub(super) fn new(
        settings: &'a CrawlSettings,
        ledger: &'a mut dyn Ledger,
        now: Clock<'a>,
        wanted: Option<BTreeMap<String, Vec<Due>>>,
        progress: &'a dyn Progress,
    ) -> Self {
        let (held, out, doubts, doubted, open, lost) = Default::default();
        Self { settings, ledger, now, wanted, held, out, doubts, doubted, open, lost, progress }
    }

    /// How long a request may take, from its beginning to its end, in milliseconds.
    fn request(&self) -> i64 {
        in_millis(self.settings.timeout).saturating_add(in_millis(self.settings.connect_timeout))
    }

    /// A lease for a request, and for the time after it in which nobody may ask.
    fn terms(&self, gap: Duration) -> LeaseRequest<'static> {
        let spare = in_millis(self.settings.timeout / 4 + SLACK);
        let lease = self.request().saturating_add(spare).saturating_add(in_millis(gap));
        LeaseRequest { worker: "dateline", lease, urls: BATCH }
    }

    /// Holds a host until then at least.
    fn renew(&mut self, key: &str, until: i64) -> Result<(), LedgerError> {
        let Some(held) = self.held.get_mut(key).filter(|held| held.lease.until < until) else {
            return Ok(());
        };
        let done = self.ledger.renew(&mut held.lease, until);
        self.or_lose(key, done)
    }

    /// The time at an instant.
    fn time_of(&self, at: Instant) -> i64 {
        let (now, until) = ((self.now)(), Instant::now());
        if at > until {
            now.saturating_add(in_millis(at - until) + 1)
        } else {
            now.saturating_sub(in_millis(until - at))
        }
    }

    fn instant_of(&self, time: i64) -> Instant {
        let wait = time.saturating_sub((self.now)()).clamp(0, in_millis(Duration::from_hours(48)));
        Instant::now() + Duration::from_millis(wait.unsigned_abs())
    }

    /// Makes checks of what is due of a host, save what is out already or in doubt.
    fn checks(&mut self, key: &str, due: Vec<Due>) -> Result<Vec<UrlCheck>, LedgerError> {
        let mut places = HashMap::new();
        for (place, one) in due.into_iter().enumerate() {
            if !self.doubted.contains(&one.id) && !self.out.contains_key(&one.url) {
                self.open.entry(key.to_owned()).or_default().out += 1;
                self.out.insert(one.url.clone(), (key.to_owned(), one.id));
                places.insert(one.url, place);
            }
        }
        let Workload { checks, outcomes, .. } =
            plan(places.keys().cloned().collect(), self.settings);
        for outcome in outcomes {
            self.progress.advance(&outcome);
            self.put(outcome, 0)?;
        }
        let mut checks: Vec<UrlCheck> = checks.into_iter().map(UrlCheck::once).collect();
        // The stalest first, as they were due.
        checks.sort_by_key(|check| {
            check.urls().iter().filter_map(|url| places.get(url)).min().copied()
        });
        Ok(checks)
    }

    /// All that is wanted, host by host, the stalest first.
    fn draw_wanted(&mut self) -> Result<Vec<UrlCheck>, LedgerError> {
        let wanted = self.wanted.as_mut().map(std::mem::take).unwrap_or_default();
        let mut wanted: Vec<(String, Vec<Due>)> = wanted.into_iter().collect();
        for (_, due) in &mut wanted {
            due.sort_by_key(|one| one.due_at);
        }
        wanted.sort_by_key(|(_, due)| due.first().map(|one| one.due_at));
        let mut checks = Vec::new();
        for (key, due) in wanted {
            checks.extend(self.checks(&key, due)?);
        }
        Ok(checks)
    }

    fn open(&self, key: &str) -> Open {
        self.open.get(key).copied().unwrap_or_default()
    }

    /// Keeps an observation under the lease of its host. A lease that is another's by now is that
    /// worker's to fill.
    fn record(&mut self, key: &str, url: i64, seen: Observation) -> Result<(), LedgerError> {
        // What is refused is never asked for, so its host may not be held yet.
        if !self.held.contains_key(key) && !self.lost.contains(key) {
            self.admit(key, Duration::ZERO)?;
        }
        let Some(held) = self.held.get(key) else { return Ok(()) };
        let done = self.ledger.record(&held.lease, &[(url, seen)]);
        self.or_lose(key, done)
    }

    /// Takes note, if that is why something under a lease was not done, that somebody else has the
    /// host. What is out of it is theirs.
    fn or_lose(&mut self, key: &str, done: Result<(), LedgerError>) -> Result<(), LedgerError> {
        let Err(LedgerError::LeaseLost { .. }) = done else { return done };
        self.held.remove(key);
        if self.open(key).out > 0 {
            self.lost.insert(key.to_owned());
        }
        Ok(())
    }

    fn complete(&mut self, key: &str, gate: i64) -> Result<(), LedgerError> {
        let Some(held) = self.held.remove(key) else { return Ok(()) };
        self.open.remove(key);
        let done = self.ledger.complete(&held.lease, &[], gate.max(held.rest_until));
        self.or_lose(key, done)
    }
}

impl Frontier for LedgerFrontier<'_> {
    fn draw(&mut self) -> Result<(Vec<UrlCheck>, More), LedgerError> {
        if self.wanted.is_some() {
            return Ok((self.draw_wanted()?, More::Never));
        }
        let mut checks = Vec::new();
        while self.held.len() < MOST_HELD {
            let Some(claim) = self.ledger.claim(self.terms(self.settings.delay), (self.now)())?
            else {
                let next = self.ledger.next_ready_at()?;
                let soon = (self.now)().saturating_add(in_millis(self.settings.patience));
                return Ok(match next.filter(|next| *next <= soon || !self.held.is_empty()) {
                    None => (checks, More::Never),
                    Some(at) => (checks, More::At(self.instant_of(at).max(Instant::now() + AGAIN))),
                });
            };
            let key = claim.lease.key.clone();
            let held = Held { last: claim.urls.last().cloned(), ..Held::new(claim.lease) };
            self.held.insert(key.clone(), held);
            let more = self.checks(&key, claim.urls)?;
            if more.is_empty() && self.open(&key).is_settled() {
                // All of it was refused, which is kept now.
                self.complete(&key, (self.now)())?;
            }
            checks.extend(more);
        }
        Ok((checks, More::At(Instant::now() + Duration::from_mins(1))))
    }

    fn admit(&mut self, key: &str, gap: Duration) -> Result<Admission, LedgerError> {
        if self.lost.contains(key) {
            return Ok(Admission::Lost);
        }
        let (now, terms) = ((self.now)(), self.terms(gap));
        let needed = self.request().saturating_add(in_millis(gap + SLACK / 4));
        if let Some(held) = self.held.get(key) {
            if held.lease.until.saturating_sub(now) < needed {
                self.renew(key, now.saturating_add(terms.lease))?;
            }
        } else {
            match self.ledger.lease(key, terms, now)? {
                Leasing::NotBefore(at) => {
                    return Ok(Admission::NotBefore(self.instant_of(at)));
                }
                Leasing::Granted(lease) => {
                    self.held.insert(key.to_owned(), Held::new(lease));
                }
            }
        }
        let Some(held) = self.held.get(key) else { return Ok(Admission::Lost) };
        // Whoever begins then is done, and has kept the gap, when the lease ends.
        let last = held.lease.until.saturating_sub(in_millis(self.settings.timeout + gap));
        Ok(Admission::Granted(Some(self.instant_of(last))))
    }

    fn hold(&mut self, key: &str, until: Instant) -> Result<(), LedgerError> {
        let until = self.time_of(until);
        self.renew(key, until.saturating_add(in_millis(SLACK)))
    }

    fn controls(&self) -> Result<Vec<UrlCheck>, LedgerError> {
        let alive = self.ledger.alive(u32::try_from(2 * CONTROLS).unwrap_or(u32::MAX))?;
        let alive = alive.into_iter().filter(|url| !self.out.contains_key(url));
        Ok(controls(alive, &self.settings.policy))
    }

    fn wants(&self, urls: &[String]) -> Result<bool, LedgerError> {
        // What a crawl hands out was due under the lease that it still has. A check knows what was
        // due when it began.
        if self.wanted.is_none() {
            return Ok(true);
        }
        for url in urls {
            if self.ledger.due(url, (self.now)())?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn put(&mut self, outcome: Outcome, asked: u64) -> Result<(), LedgerError> {
        let Some((key, url)) = self.out.remove(&outcome.url) else { return Ok(()) };
        let open = self.open.entry(key.clone()).or_default();
        open.out = open.out.saturating_sub(1);
        if !is_kept(&outcome) {
            // It stays due; the host is not taken up again for its sake at once.
            if outcome.evidence.error != Some(ErrorClass::OutOfTime) {
                self.rest(&key, Instant::now() + GIVEN_UP);
            }
            return Ok(());
        }
        let seen = Observation::of(&outcome, (self.now)(), "");
        if outcome.evidence.error.is_some_and(is_unreached) {
            open.doubted += 1;
            self.doubted.insert(url);
            self.doubts.push_back(Doubt { asked, key, url, seen });
            return Ok(());
        }
        self.record(&key, url, seen)
    }

    fn leave(&mut self, key: &str, gate: Instant) -> Result<Leaving, LedgerError> {
        let open = self.open(key);
        if open.out > 0 {
            return Ok(Leaving::Stays);
        }
        self.lost.remove(key);
        while let Some(held) = self.held.get_mut(key)
            && let Some(last) = held.last.take()
        {
            let due = self.ledger.due_after(&held.lease, &last, BATCH, (self.now)())?;
            held.last = due.last().cloned();
            let checks = self.checks(key, due)?;
            if !checks.is_empty() {
                return Ok(Leaving::More(checks));
            }
        }
        if !self.held.contains_key(key) {
            self.open.remove(key);
            return Ok(Leaving::Left);
        }
        if !self.open(key).is_settled() {
            return Ok(Leaving::Stays);
        }
        self.complete(key, self.time_of(gate))?;
        Ok(Leaving::Left)
    }

    fn rest(&mut self, key: &str, until: Instant) {
        let until = self.time_of(until);
        if let Some(held) = self.held.get_mut(key) {
            held.rest_until = held.rest_until.max(until);
        }
    }

    fn confirm(&mut self, asked: u64) -> Result<Vec<String>, LedgerError> {
        let mut keys = Vec::new();
        while let Some(doubt) = self.doubts.pop_front_if(|doubt| doubt.asked <= asked) {
            self.record(&doubt.key, doubt.url, doubt.seen)?;
            self.doubted.remove(&doubt.url);
            let open = self.open.entry(doubt.key.clone()).or_default();
            open.doubted = open.doubted.saturating_sub(1);
            keys.push(doubt.key);
        }
        Ok(keys)
    }

    fn close(
        &mut self,
        busy: &HashSet<String>,
        gate: &dyn Fn(&str) -> Option<Instant>,
        sound: bool,
    ) -> Result<(), LedgerError> {
        if sound {
            self.confirm(u64::MAX)?;
        }
        // Who was asked and not heard of is left alone for as long as the request could have taken.
        let idle: Vec<String> =
            self.held.keys().filter(|key| !busy.contains(*key)).cloned().collect();
        idle.iter().try_for_each(|key| {
            let gate = gate(key).unwrap_or_else(|| Instant::now() + self.settings.delay);
            self.complete(key, self.time_of(gate))
        })
    }

    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError> {
        self.ledger.robots(origin)
    }

    fn keep_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError> {
        self.ledger.keep_robots(origin, robots)
    }

    fn now(&self) -> i64 {
        (self.now)()
    }
}

/// Whether an outcome is an observation. What was not tried was not seen, unless it is never tried:
/// then it must not stay due.
fn is_kept(outcome: &Outcome) -> bool {
    let refused = matches!(
        outcome.evidence.error,
        Some(
            ErrorClass::AddressRefused(_)
                | ErrorClass::PortRefused
                | ErrorClass::UserInfo
                | ErrorClass::SchemeRefused
                | ErrorClass::NotPublic
                | ErrorClass::RobotsRefused
                | ErrorClass::RobotsUnknown
                | ErrorClass::Skipped
                | ErrorClass::Malformed
        )
    );
    let own = outcome.evidence.error == Some(ErrorClass::Internal);
    refused || (outcome.evidence.tries > 0 && !own)
}

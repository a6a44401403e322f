//! The frontier of a run with a ledger, which leases hosts and stores each observation once it is confirmed.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::source_status::{ErrorClass, Outcome};
use crate::sources::clock::{Clock, in_millis};
use crate::sources::frontier::{
    Admission, CONTROLS, Frontier, HostRelease, MoreWork, control_checks,
};
use crate::sources::ledger::{
    Due, Lease, LeaseReply, LeaseRequest, Ledger, LedgerError, Observation, Robots,
};
use crate::sources::progress::Progress;
use crate::sources::settings::CrawlSettings;
use crate::sources::url_check::UrlCheck;
use crate::sources::workload::{Workload, plan};

/// The maximum number of hosts that a run leases at the same time. Each host has a queue, and may have
/// an open connection.
const MOST_HELD: usize = 512;

/// The maximum number of URLs of a host that a crawl hands out at a time.
const BATCH: u32 = 64;

/// The minimum time until the next attempt to lease a host that is ready.
const READY_POLL: Duration = Duration::from_millis(250);

/// The safety margin of a lease.
const SLACK: Duration = Duration::from_millis(250);

/// The time that a host rests after some of its checks were given up.
const REST_AFTER_GIVING_UP: Duration = Duration::from_mins(10);

/// The frontier of a run that leases hosts from a ledger and stores its observations there.
pub(super) struct LedgerFrontier<'a> {
    settings: &'a CrawlSettings,
    ledger: &'a mut dyn Ledger,
    now: Clock<'a>,
    /// The URLs to check, by rate-limit key. `None` for a crawl, which checks everything that is due.
    wanted: Option<BTreeMap<String, Vec<Due>>>,
    /// The leased hosts, by rate-limit key.
    held: HashMap<String, Held>,
    /// The URLs that were handed out, with their rate-limit keys and ids.
    out: HashMap<String, (String, i64)>,
    /// Failures that are not stored yet, because the local network may have caused them.
    doubts: VecDeque<Doubt>,
    /// The ids of the URLs with a failure in `doubts`.
    doubted: HashSet<i64>,
    /// The number of unsettled URLs of each host, by rate-limit key.
    open: HashMap<String, Open>,
    /// Hosts that another run took over while some of their URLs were handed out.
    lost: HashSet<String>,
    progress: &'a dyn Progress,
}

/// The number of URLs of a host whose outcomes are not stored yet.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    out: usize,
    doubted: usize,
}

impl Open {
    fn is_settled(self) -> bool {
        self.out == 0 && self.doubted == 0
    }
}

/// A leased host.
struct Held {
    lease: Lease,
    /// The earliest time of the next request, in milliseconds since 1970.
    rest_until: i64,
    /// The last URL that was handed out under this lease. The URLs before it are not handed out again.
    last: Option<Due>,
}

impl Held {
    fn new(lease: Lease) -> Self {
        Self { lease, rest_until: 0, last: None }
    }
}

/// A failure that the local network may have caused.
struct Doubt {
    /// The number of hosts that the run had contacted by then.
    asked: u64,
    key: String,
    url: i64,
    observation: Observation,
}

impl<'a> LedgerFrontier<'a> {
    /// Creates a frontier for the `wanted` URLs, by rate-limit key, or for everything that is due.
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

    /// Returns the maximum duration of a request, in milliseconds.
    fn request_duration(&self) -> i64 {
        in_millis(self.settings.timeout).saturating_add(in_millis(self.settings.connect_timeout))
    }

    /// Returns a request for a lease that covers one HTTP request and the gap after it.
    fn lease_request(&self, gap: Duration) -> LeaseRequest {
        let spare = in_millis(self.settings.timeout / 4 + SLACK);
        let duration = self.request_duration().saturating_add(spare).saturating_add(in_millis(gap));
        LeaseRequest { duration, max_urls: BATCH }
    }

    /// Extends the lease of a host if it ends before `until`, in milliseconds since 1970.
    fn renew(&mut self, key: &str, until: i64) -> Result<(), LedgerError> {
        let Some(held) = self.held.get_mut(key).filter(|held| held.lease.until < until) else {
            return Ok(());
        };
        let done = self.ledger.renew(&mut held.lease, until);
        self.note_lost_lease(key, done)
    }

    /// Converts an instant to milliseconds since 1970.
    fn time_of(&self, at: Instant) -> i64 {
        let (now, until) = ((self.now)(), Instant::now());
        if at > until {
            now.saturating_add(in_millis(at - until) + 1)
        } else {
            now.saturating_sub(in_millis(until - at))
        }
    }

    /// Converts milliseconds since 1970 to an instant. A time in the past becomes now. A time more than
    /// 48 hours ahead becomes 48 hours from now.
    fn instant_of(&self, time: i64) -> Instant {
        let wait = time.saturating_sub((self.now)()).clamp(0, in_millis(Duration::from_hours(48)));
        Instant::now() + Duration::from_millis(wait.unsigned_abs())
    }

    /// Creates checks of the due URLs of a host, except for URLs that are handed out or in doubt.
    /// Records the outcomes of URLs that must not be contacted.
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
            self.record(outcome, 0)?;
        }
        let mut checks: Vec<UrlCheck> = checks.into_iter().map(UrlCheck::with_ledger).collect();
        // As in the ledger, the URL that has been due for longest comes first.
        checks.sort_by_key(|check| {
            check.urls().iter().filter_map(|url| places.get(url)).min().copied()
        });
        Ok(checks)
    }

    /// Takes all wanted URLs, host by host. The host and the URL that have been due for longest come first.
    fn take_wanted(&mut self) -> Result<Vec<UrlCheck>, LedgerError> {
        let wanted = self.wanted.as_mut().map(std::mem::take).unwrap_or_default();
        let mut wanted: Vec<(String, Vec<Due>)> = wanted.into_iter().collect();
        for (_, due) in &mut wanted {
            due.sort_by_key(|one| one.since);
        }
        wanted.sort_by_key(|(_, due)| due.first().map(|one| one.since));
        let mut checks = Vec::new();
        for (key, due) in wanted {
            checks.extend(self.checks(&key, due)?);
        }
        Ok(checks)
    }

    fn open(&self, key: &str) -> Open {
        self.open.get(key).copied().unwrap_or_default()
    }

    /// Stores an observation under the lease of its host. If another run has taken over the host, drops
    /// the observation, because that run makes its own.
    fn store(&mut self, key: &str, url: i64, observation: Observation) -> Result<(), LedgerError> {
        // No request is sent for refused URLs, so their host may not be leased yet.
        if !self.held.contains_key(key) && !self.lost.contains(key) {
            self.admit(key, Duration::ZERO)?;
        }
        let Some(held) = self.held.get(key) else { return Ok(()) };
        let done = self.ledger.record(&held.lease, &[(url, observation)]);
        self.note_lost_lease(key, done)
    }

    /// Passes on the result of an operation under a lease, unless it failed because another run has
    /// taken over the host. In that case, forgets the host and returns `Ok`, because its URLs now
    /// belong to the other run.
    fn note_lost_lease(
        &mut self,
        key: &str,
        done: Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let Err(LedgerError::LeaseLost { .. }) = done else { return done };
        self.held.remove(key);
        if self.open(key).out > 0 {
            self.lost.insert(key.to_owned());
        }
        Ok(())
    }

    /// Ends the lease of a host. `gate` is the earliest time of the next request, in milliseconds since 1970.
    fn complete(&mut self, key: &str, gate: i64) -> Result<(), LedgerError> {
        let Some(held) = self.held.remove(key) else { return Ok(()) };
        self.open.remove(key);
        let done = self.ledger.complete(&held.lease, &[], gate.max(held.rest_until));
        self.note_lost_lease(key, done)
    }
}

impl Frontier for LedgerFrontier<'_> {
    fn next_batch(&mut self) -> Result<(Vec<UrlCheck>, MoreWork), LedgerError> {
        if self.wanted.is_some() {
            return Ok((self.take_wanted()?, MoreWork::Never));
        }
        let mut checks = Vec::new();
        while self.held.len() < MOST_HELD {
            let Some(claim) =
                self.ledger.claim(self.lease_request(self.settings.delay), (self.now)())?
            else {
                let next = self.ledger.next_ready_at()?;
                let soon = (self.now)().saturating_add(in_millis(self.settings.patience));
                return Ok(match next.filter(|next| *next <= soon || !self.held.is_empty()) {
                    None => (checks, MoreWork::Never),
                    Some(at) => {
                        (checks, MoreWork::At(self.instant_of(at).max(Instant::now() + READY_POLL)))
                    }
                });
            };
            let key = claim.lease.key.clone();
            let held = Held { last: claim.urls.last().cloned(), ..Held::new(claim.lease) };
            self.held.insert(key.clone(), held);
            let more = self.checks(&key, claim.urls)?;
            if more.is_empty() && self.open(&key).is_settled() {
                // All URLs of the host were refused, and these outcomes are stored by now.
                self.complete(&key, (self.now)())?;
            }
            checks.extend(more);
        }
        Ok((checks, MoreWork::At(Instant::now() + Duration::from_mins(1))))
    }

    fn admit(&mut self, key: &str, gap: Duration) -> Result<Admission, LedgerError> {
        if self.lost.contains(key) {
            return Ok(Admission::Lost);
        }
        let (now, request) = ((self.now)(), self.lease_request(gap));
        let needed = self.request_duration().saturating_add(in_millis(gap + SLACK / 4));
        if let Some(held) = self.held.get(key) {
            if held.lease.until.saturating_sub(now) < needed {
                self.renew(key, now.saturating_add(request.duration))?;
            }
        } else {
            match self.ledger.lease(key, request, now)? {
                LeaseReply::NotBefore(at) => {
                    return Ok(Admission::NotBefore(self.instant_of(at)));
                }
                LeaseReply::Granted(lease) => {
                    self.held.insert(key.to_owned(), Held::new(lease));
                }
            }
        }
        let Some(held) = self.held.get(key) else { return Ok(Admission::Lost) };
        // A request that starts by this time ends before the lease does, including the gap after it.
        let last = held.lease.until.saturating_sub(in_millis(self.settings.timeout + gap));
        Ok(Admission::Granted(Some(self.instant_of(last))))
    }

    fn extend_lease(&mut self, key: &str, until: Instant) -> Result<(), LedgerError> {
        let until = self.time_of(until);
        self.renew(key, until.saturating_add(in_millis(SLACK)))
    }

    fn control_checks(&self) -> Result<Vec<UrlCheck>, LedgerError> {
        let alive = self.ledger.alive(u32::try_from(2 * CONTROLS).unwrap_or(u32::MAX))?;
        let alive = alive.into_iter().filter(|url| !self.out.contains_key(url));
        Ok(control_checks(alive, &self.settings.policy))
    }

    fn is_still_due(&self, urls: &[String]) -> Result<bool, LedgerError> {
        // A crawl still holds the leases under which its URLs were due. The URLs of a check were due
        // when it began, and another run may have checked them since.
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

    fn record(&mut self, outcome: Outcome, asked: u64) -> Result<(), LedgerError> {
        let Some((key, url)) = self.out.remove(&outcome.url) else { return Ok(()) };
        let open = self.open.entry(key.clone()).or_default();
        open.out = open.out.saturating_sub(1);
        if !is_observation(&outcome) {
            // The URL stays due. The host rests, so that no run claims it again at once for this URL.
            if outcome.evidence.error != Some(ErrorClass::OutOfTime) {
                self.pause_host(&key, Instant::now() + REST_AFTER_GIVING_UP);
            }
            return Ok(());
        }
        let observation = Observation::of(&outcome, (self.now)());
        if outcome.evidence.error.is_some_and(|class| class.kind().may_be_local()) {
            open.doubted += 1;
            self.doubted.insert(url);
            self.doubts.push_back(Doubt { asked, key, url, observation });
            return Ok(());
        }
        self.store(&key, url, observation)
    }

    fn release_host(
        &mut self,
        key: &str,
        gate: Instant,
        failed: usize,
    ) -> Result<HostRelease, LedgerError> {
        if self.open(key).out > failed {
            return Ok(HostRelease::Kept);
        }
        while let Some(held) = self.held.get_mut(key)
            && let Some(last) = held.last.take()
        {
            let due = self.ledger.due_after(&held.lease, &last, BATCH, (self.now)())?;
            held.last = due.last().cloned();
            let checks = self.checks(key, due)?;
            if !checks.is_empty() {
                return Ok(HostRelease::More(checks));
            }
        }
        if failed > 0 {
            return Ok(HostRelease::Retry);
        }
        self.lost.remove(key);
        if !self.held.contains_key(key) {
            self.open.remove(key);
            return Ok(HostRelease::Released);
        }
        if !self.open(key).is_settled() {
            return Ok(HostRelease::Kept);
        }
        self.complete(key, self.time_of(gate))?;
        Ok(HostRelease::Released)
    }

    fn pause_host(&mut self, key: &str, until: Instant) {
        let until = self.time_of(until);
        if let Some(held) = self.held.get_mut(key) {
            held.rest_until = held.rest_until.max(until);
        }
    }

    fn confirm_failures(&mut self, asked: u64) -> Result<Vec<String>, LedgerError> {
        let mut keys = Vec::new();
        while let Some(doubt) = self.doubts.pop_front_if(|doubt| doubt.asked <= asked) {
            self.store(&doubt.key, doubt.url, doubt.observation)?;
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
        is_network_up: bool,
    ) -> Result<(), LedgerError> {
        if is_network_up {
            self.confirm_failures(u64::MAX)?;
        }
        // A host with an unanswered request stays leased until its lease expires, because the server
        // may still be processing the request.
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

    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError> {
        self.ledger.store_robots(origin, robots)
    }

    fn now(&self) -> i64 {
        (self.now)()
    }
}

/// Returns whether a ledger stores an outcome as an observation.
fn is_observation(outcome: &Outcome) -> bool {
    let was_tried = outcome.evidence.tries > 0;
    outcome.evidence.error.map_or(was_tried, |class| class.kind().is_observation(was_tried))
}

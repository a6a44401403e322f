//! The loop of a run: takes checks whose host is ready, lets them ask, takes in the replies.

mod politeness;
mod replies;

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use super::alarm::Alarm;
use super::client::{Clients, Timed};
use super::frontier::{Admission, Frontier, More};
use super::host_health::Health;
use super::ledger::LedgerError;
use super::queue::{HostId, HostQueue, Pace};
use super::robots::cache::{RobotsCache, RobotsDecision, RobotsFetch};
use super::soft404::cache::Siblings;
use super::url_check::UrlCheck;
use super::{CrawlError, CrawlSettings, Progress};
use crate::source_status::{ErrorClass, Verdict};

type Joined = Result<(Id, Timed), JoinError>;

/// Between requests that follow each other as fast as that it matters when a thread wakes.
const SHORT: Duration = Duration::from_millis(50);

/// How much too late a thread may wake.
const EARLY: Duration = Duration::from_micros(200);

/// How often it is looked whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// So many more hosts are asked before a failure that may be the own network's is taken for theirs.
const ASKED_BEFORE: u64 = 100;

/// What waits for a host.
#[expect(clippy::large_enum_variant, reason = "nearly all of it are pages")]
enum Work {
    /// A page.
    Page(UrlCheck),
    /// A robots.txt.
    Robots(RobotsFetch),
}

impl Work {
    fn key(&self) -> &str {
        match self {
            Self::Page(check) => check.key(),
            Self::Robots(fetch) => fetch.key(),
        }
    }

    fn host(&self) -> &str {
        match self {
            Self::Page(check) => check.host(),
            Self::Robots(fetch) => fetch.host(),
        }
    }
}

/// A run under way. Everything it knows is in here; dropping it ends all its requests.
pub(super) struct Run<'a> {
    settings: &'a CrawlSettings,
    clients: &'a Clients,
    progress: &'a dyn Progress,
    frontier: &'a mut dyn Frontier,
    alarm: Alarm,
    queue: HostQueue<Work>,
    /// The requests under way, and the work that each belongs to. It stays here while its request
    /// runs, so that even a panic in the HTTP stack can't lose it.
    requests: JoinSet<Timed>,
    asking: HashMap<Id, (HostId, Work)>,
    /// Jobs to be tried again once all the others are done.
    later: Vec<UrlCheck>,
    more: More,
    health: Health,
    /// Hosts that asked for a longer pause than the run waits, and until when.
    paused: HashMap<String, Instant>,
    /// Since when hosts are held by somebody else.
    refused: HashMap<String, Instant>,
    /// What the hosts' robots.txt say; asked only in a crawl.
    robots_cache: Option<RobotsCache>,
    /// What was answered for pages that never were.
    siblings: Siblings,
    /// How many requests are under way, or wait, that tell whether hosts still answer.
    controls: usize,
    /// Whether one of them was answered.
    vouched: bool,
    /// When the run last looked around.
    turn: Instant,
    /// When its time is spent.
    deadline: Option<Instant>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        settings: &'a CrawlSettings,
        clients: &'a Clients,
        progress: &'a dyn Progress,
        frontier: &'a mut dyn Frontier,
    ) -> Result<Self, CrawlError> {
        let now = Instant::now();
        let pace = Pace { delay: settings.delay, at_once: settings.per_host };
        let early = if settings.delay < SHORT { EARLY } else { Duration::ZERO };
        let alarm = Alarm::start(early);
        Ok(Self {
            settings,
            clients,
            progress,
            frontier,
            alarm: alarm.map_err(|error| CrawlError::setup("a thread that keeps time", error))?,
            queue: HostQueue::new(pace, settings.hosts.paces.clone()),
            requests: JoinSet::new(),
            asking: HashMap::new(),
            later: Vec::new(),
            more: More::At(now),
            health: Health::default(),
            paused: HashMap::new(),
            refused: HashMap::new(),
            robots_cache: settings.robots.then(RobotsCache::default),
            siblings: Siblings::default(),
            controls: 0,
            vouched: false,
            turn: now,
            deadline: settings.budget.and_then(|budget| now.checked_add(budget)),
        })
    }

    /// Sees all work through. What was found out is at the frontier.
    ///
    /// # Errors
    /// If the frontier's ledger fails, if most hosts cannot be reached (then failures that may be the
    /// own network's do not count), or if the run was stopped.
    pub(super) async fn finish(mut self) -> Result<(), CrawlError> {
        let done = self.work().await;
        self.requests.abort_all();
        let busy = self.asking.values().map(|(_, work)| work.key().to_owned()).collect();
        let is_sound = !self.health.is_own_network_down(true);
        let queue = &self.queue;
        let gate = |key: &str| queue.find(key).map(|id| queue.gate(id));
        self.frontier.close(&busy, &gate, is_sound)?;
        done?;
        if is_sound { Ok(()) } else { Err(CrawlError::OwnNetwork) }
    }

    async fn work(&mut self) -> Result<(), CrawlError> {
        loop {
            if self.settings.stop.is_set() {
                return Err(CrawlError::Stopped);
            }
            self.mind_the_gap();
            self.draw()?;
            self.start_ready()?;
            let (hosts, requests) = (self.queue.waiting_hosts(), self.requests.len());
            self.progress.waiting(hosts, requests, &|| self.queue.longest());
            if let Some(joined) = self.wait().await {
                self.settle(joined)?;
                self.mind_the_network(false)?;
                if self.controls == 0 && !self.health.is_own_network_down(false) {
                    let asked = self.health.asked_in_all().saturating_sub(ASKED_BEFORE);
                    self.confirm(asked)?;
                }
            } else if self.asking.is_empty() && (self.is_over() || self.is_idle()) {
                if self.is_over() {
                    return self.leave_the_rest();
                }
                if !self.go_on().await? {
                    return Ok(());
                }
            }
        }
    }

    /// What there is to do once nothing waits and nothing is under way. Returns whether there is
    /// anything.
    async fn go_on(&mut self) -> Result<bool, CrawlError> {
        if !self.later.is_empty() {
            sleep(self.settings.retry_pause).await;
            let mut again = std::mem::take(&mut self.later);
            again = self.leave_paused(again)?;
            again.iter_mut().for_each(UrlCheck::try_again);
            self.enqueue(again);
            return Ok(true);
        }
        self.mind_the_network(true)?;
        if self.controls > 0 {
            return Ok(true);
        }
        self.confirm(u64::MAX)?;
        match self.more {
            More::Never => Ok(!self.is_idle()),
            More::At(_) => Ok(true),
        }
    }

    /// If it seems to be our own network that fails, asks some hosts that answered before; if there is
    /// none, it is.
    fn mind_the_network(&mut self, is_over: bool) -> Result<(), CrawlError> {
        if self.controls > 0 || !self.health.is_own_network_down(is_over) {
            return Ok(());
        }
        let checks = self.frontier.controls()?;
        if checks.is_empty() {
            // While some hosts answer it is not decided, and no failure is taken for theirs.
            let goes_on = !is_over && self.health.has_reached_any();
            return if goes_on { Ok(()) } else { Err(CrawlError::OwnNetwork) };
        }
        self.controls = checks.len();
        for check in checks {
            self.put_first(Work::Page(check));
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Gives up what the time given was not enough for.
    fn leave_the_rest(&mut self) -> Result<(), CrawlError> {
        for work in self.queue.drain() {
            self.give_up_work(work, ErrorClass::OutOfTime)?;
        }
        for check in std::mem::take(&mut self.later) {
            self.conclude(check, Verdict::Unproven, None)?;
        }
        // A check has all its work from the start on; a crawl never ends with what it was given.
        if self.more != More::Never && !self.settings.robots {
            for check in self.frontier.draw()?.0 {
                self.give_up(check, ErrorClass::OutOfTime)?;
            }
        }
        Ok(())
    }

    fn enqueue(&mut self, checks: Vec<UrlCheck>) {
        let now = Instant::now();
        for check in checks {
            let key = check.key().to_owned();
            self.queue.push_back(&key, Work::Page(check), now);
        }
    }

    /// Puts work that has begun before what has not.
    fn put_first(&mut self, work: Work) {
        let key = work.key().to_owned();
        self.queue.push_front(&key, work, Instant::now());
    }

    fn draw(&mut self) -> Result<(), CrawlError> {
        if let More::At(at) = self.more
            && at <= Instant::now()
            && !self.is_over()
        {
            let (checks, more) = self.frontier.draw()?;
            self.more = more;
            self.enqueue(checks);
        }
        Ok(())
    }

    fn has_room(&self) -> bool {
        self.requests.len() < self.settings.concurrency.max(1)
    }

    fn is_idle(&mut self) -> bool {
        self.queue.next_at(Instant::now()).is_none()
    }

    /// How exactly time is kept: a tenth of the pause between requests.
    fn period(&self) -> Duration {
        match self.settings.delay {
            Duration::ZERO => LOOK,
            delay => (delay / 10).clamp(Duration::from_millis(1), LOOK),
        }
    }

    /// A process that was stopped, or got no processor, does not know when its requests were
    /// written: as late as now, for all it can tell.
    fn mind_the_gap(&mut self) {
        let now = Instant::now();
        if now - self.turn > self.period() * 3 {
            self.asking.values().for_each(|(id, _)| self.queue.started(*id, now));
        }
        self.turn = now;
    }

    fn start_ready(&mut self) -> Result<(), CrawlError> {
        while self.has_room()
            && !self.is_over()
            && let Some((id, work)) = self.queue.take(Instant::now())
        {
            match self.frontier.admit(work.key(), self.queue.delay(id))? {
                Admission::Granted(start_by) => self.permit(id, work, start_by)?,
                Admission::NotBefore(at) => self.refuse(id, work, at)?,
                // Somebody else has the host, and all that is due of it.
                Admission::Lost => {
                    self.queue.give_back(id, Instant::now());
                    let key = work.key().to_owned();
                    self.give_up_work(work, ErrorClass::HostHeld)?;
                    self.give_up_all(id, &key, |_| true, ErrorClass::HostHeld)?;
                }
            }
        }
        Ok(())
    }

    /// Sends a request, if its host is one that is asked, and if its robots.txt lets it; or asks for
    /// that first.
    fn permit(
        &mut self,
        id: HostId,
        work: Work,
        start_by: Option<Instant>,
    ) -> Result<(), CrawlError> {
        let check = match work {
            Work::Page(check) => check,
            Work::Robots(_) => {
                self.send(id, work, start_by);
                return Ok(());
            }
        };
        if self.settings.hosts.skips(check.at()) {
            return self.turn_away(id, check, ErrorClass::Skipped);
        }
        if self.health.is_down(check.host()) && !check.is_another_try() {
            return self.turn_away(id, check, ErrorClass::HostDown);
        }
        if check.is_fresh() && !check.is_control() && !self.frontier.wants(check.urls())? {
            return self.turn_away(id, check, ErrorClass::HostHeld);
        }
        let Some(robots_cache) = &mut self.robots_cache else {
            self.send(id, Work::Page(check), start_by);
            return Ok(());
        };
        let frontier = &self.frontier;
        let kept = |origin: &str| frontier.robots(origin);
        match robots_cache.look(check, &self.settings.policy, frontier.now(), kept)? {
            RobotsDecision::Granted(check, delay) => {
                if let Some(delay) = delay {
                    self.queue.slow_down(id, delay);
                }
                self.send(id, Work::Page(check), start_by);
            }
            RobotsDecision::Ask(fetch) => self.send(id, Work::Robots(fetch), start_by),
            RobotsDecision::Refused(check, class) => return self.turn_away(id, check, class),
            RobotsDecision::Waiting => self.queue.give_back(id, Instant::now()),
        }
        Ok(())
    }

    /// Gives up a check whose host was not asked after all.
    fn turn_away(
        &mut self,
        id: HostId,
        check: UrlCheck,
        class: ErrorClass,
    ) -> Result<(), CrawlError> {
        self.queue.give_back(id, Instant::now());
        let key = check.key().to_owned();
        self.give_up(check, class)?;
        self.leave(&key)
    }

    fn send(&mut self, id: HostId, work: Work, start_by: Option<Instant>) {
        let request = match &work {
            Work::Page(check) => check.request(),
            Work::Robots(fetch) => fetch.request(),
        };
        self.refused.remove(work.key());
        let task = self.requests.spawn(self.clients.ask(request, start_by)).id();
        self.asking.insert(task, (id, work));
    }

    /// Waits until a request ends, another host is ready, or it is time to look around. `None` if
    /// no request has ended.
    async fn wait(&mut self) -> Option<Joined> {
        let now = Instant::now();
        let mut wake = now + if self.requests.is_empty() { LOOK } else { self.period() };
        if self.has_room() && !self.is_over() {
            wake = self.queue.next_at(now).map_or(wake, |at| wake.min(at));
        }
        if let More::At(at) = self.more {
            wake = wake.min(at.max(now));
        }
        let alarm = self.alarm.wait_until(wake);
        if self.requests.is_empty() {
            alarm.await;
            return None;
        }
        tokio::select! {
            biased;
            joined = self.requests.join_next_with_id() => joined,
            () = alarm => None,
        }
    }
}

impl From<LedgerError> for CrawlError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

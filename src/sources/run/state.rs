//! What a run knows, and the steps that all of its parts share.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use crate::sources::client::{Clients, Timed};
use crate::sources::error::CrawlError;
use crate::sources::frontier::{Frontier, MoreWork};
use crate::sources::host_health::HostHealth;
use crate::sources::progress::Progress;
use crate::sources::queue::{HostId, HostQueue};
use crate::sources::robots::cache::{RobotsCache, RobotsFetch};
use crate::sources::settings::{CrawlSettings, Pace};
use crate::sources::soft404::cache::RandomPathCache;
use crate::sources::url_check::UrlCheck;

/// A request that has ended, with the task that ran it.
pub(super) type Joined = Result<(Id, Timed), JoinError>;

/// How often the run looks whether it is to stop.
pub(super) const STOP_POLL: Duration = Duration::from_millis(50);

/// What waits for a host.
#[expect(clippy::large_enum_variant, reason = "nearly all of it are pages")]
pub(super) enum HostWork {
    /// A page.
    Page(UrlCheck),
    /// A robots.txt.
    Robots(RobotsFetch),
}

impl HostWork {
    /// The rate-limit key of its next request.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Page(check) => check.key(),
            Self::Robots(fetch) => fetch.key(),
        }
    }

    /// The host of its next request.
    pub(super) fn host(&self) -> &str {
        match self {
            Self::Page(check) => check.host(),
            Self::Robots(fetch) => fetch.host(),
        }
    }
}

/// A run under way. Everything it knows is in here; dropping it ends all its requests.
pub(super) struct CrawlRun<'a> {
    pub(super) settings: &'a CrawlSettings,
    pub(super) clients: &'a Clients,
    pub(super) progress: &'a dyn Progress,
    pub(super) frontier: &'a mut dyn Frontier,
    pub(super) queue: HostQueue<HostWork>,
    pub(super) requests: JoinSet<Timed>,
    /// The work that each request belongs to. It stays here while the request runs, so that even a
    /// panic in the HTTP stack can't lose it.
    pub(super) in_flight: HashMap<Id, (HostId, HostWork)>,
    /// Checks to try again once all others are done.
    pub(super) retries: Vec<UrlCheck>,
    pub(super) more_work: MoreWork,
    pub(super) health: HostHealth,
    /// Hosts that asked for a longer pause than the run waits, and until when.
    pub(super) paused: HashMap<String, Instant>,
    /// Hosts that another run holds, and since when this run waits for them.
    pub(super) lease_waits: HashMap<String, Instant>,
    /// What the hosts' robots.txt say; only a crawl asks for them.
    pub(super) robots_cache: Option<RobotsCache>,
    /// What servers answered for random, nonexistent paths.
    pub(super) random_paths: RandomPathCache,
    /// How many requests wait or are under way that tell whether hosts still answer.
    pub(super) controls: usize,
    /// Whether one of them was answered.
    pub(super) is_control_answered: bool,
    /// When the last turn of the loop began.
    pub(super) last_turn: Instant,
    /// When the time budget is spent.
    pub(super) deadline: Option<Instant>,
}

impl<'a> CrawlRun<'a> {
    pub(super) fn new(
        settings: &'a CrawlSettings,
        clients: &'a Clients,
        progress: &'a dyn Progress,
        frontier: &'a mut dyn Frontier,
    ) -> Self {
        let now = Instant::now();
        let pace = Pace { delay: settings.delay, at_once: settings.per_host };
        Self {
            settings,
            clients,
            progress,
            frontier,
            queue: HostQueue::new(pace, settings.hosts.paces.clone()),
            requests: JoinSet::new(),
            in_flight: HashMap::new(),
            retries: Vec::new(),
            more_work: MoreWork::At(now),
            health: HostHealth::default(),
            paused: HashMap::new(),
            lease_waits: HashMap::new(),
            robots_cache: settings.robots.then(RobotsCache::default),
            random_paths: RandomPathCache::default(),
            controls: 0,
            is_control_answered: false,
            last_turn: now,
            deadline: settings.budget.and_then(|budget| now.checked_add(budget)),
        }
    }

    /// Whether the time budget is spent.
    pub(super) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether nothing waits for a host.
    pub(super) fn is_idle(&mut self) -> bool {
        self.queue.next_at(Instant::now()).is_none()
    }

    /// Whether another request may be under way.
    pub(super) fn has_room(&self) -> bool {
        self.requests.len() < self.settings.concurrency.max(1)
    }

    /// Whether a host asked for a pause that is longer than the run waits, and not over.
    pub(super) fn is_paused(&self, key: &str) -> bool {
        self.paused.get(key).is_some_and(|until| *until > Instant::now())
    }

    /// Puts checks at the end of their hosts' queues.
    pub(super) fn enqueue(&mut self, checks: Vec<UrlCheck>) {
        let now = Instant::now();
        for check in checks {
            let key = check.key().to_owned();
            self.queue.push_back(&key, HostWork::Page(check), now);
        }
    }

    /// Puts work that has begun before work that has not.
    pub(super) fn enqueue_first(&mut self, work: HostWork) {
        let key = work.key().to_owned();
        self.queue.push_front(&key, work, Instant::now());
    }

    /// Takes checks from the frontier, if it is time to.
    pub(super) fn take_batch(&mut self) -> Result<(), CrawlError> {
        if let MoreWork::At(at) = self.more_work
            && at <= Instant::now()
            && !self.is_over()
        {
            let (checks, more_work) = self.frontier.next_batch()?;
            self.more_work = more_work;
            self.enqueue(checks);
        }
        Ok(())
    }

    /// How often the loop turns while requests are under way: ten times in the delay between two
    /// requests, so that a process that was suspended soon notices.
    pub(super) fn turn_interval(&self) -> Duration {
        match self.settings.delay {
            Duration::ZERO => STOP_POLL,
            delay => (delay / 10).clamp(Duration::from_millis(1), STOP_POLL),
        }
    }

    /// Counts requests under way as written now if the loop has not turned for a while: a process that
    /// was suspended, or got no processor, does not know when they were written.
    pub(super) fn note_turn(&mut self) {
        let now = Instant::now();
        if now - self.last_turn > self.turn_interval() * 3 {
            self.in_flight.values().for_each(|(id, _)| self.queue.started(*id, now));
        }
        self.last_turn = now;
    }
}

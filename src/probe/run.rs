//! The loop of a run: takes jobs whose host is ready, lets them ask, takes in the replies.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use super::alarm::Alarm;
use super::client::{Clients, Reply, Timed};
use super::desk::{Admission, Desk, More};
use super::health::Health;
use super::job::{Job, Next};
use super::ledger::LedgerError;
use super::permit::{Answered, Errand, Permit, Permits};
use super::queue::{HostId, HostQueue, Pace};
use super::sibling::Sibling;
use super::{ProbeError, ProbeSettings, Progress};
use crate::verdict::{ErrorClass, Verdict};

type Joined = Result<(Id, Timed), JoinError>;

/// How long a host that is down is left alone.
const DOWN: Duration = Duration::from_hours(1);

/// Between requests that follow each other as fast as that it matters when a thread wakes.
const SHORT: Duration = Duration::from_millis(50);

/// How much too late a thread may wake.
const EARLY: Duration = Duration::from_micros(200);

/// How often it is looked whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// So many times in a row a host is found held by somebody else, and it is left to them.
const MOST_REFUSALS: u32 = 4;

/// So many more hosts are asked before a failure that may be the own network's is taken for theirs.
const ASKED_BEFORE: u64 = 100;

/// What waits for a host.
#[expect(clippy::large_enum_variant, reason = "nearly all of it are pages")]
enum Work {
    /// A page.
    Page(Job),
    /// A robots.txt.
    Robots(Errand),
}

impl Work {
    fn key(&self) -> &str {
        match self {
            Self::Page(job) => job.key(),
            Self::Robots(errand) => errand.key(),
        }
    }

    fn host(&self) -> &str {
        match self {
            Self::Page(job) => job.host(),
            Self::Robots(errand) => errand.host(),
        }
    }
}

/// A run under way. Everything it knows is in here; dropping it ends all its requests.
pub(super) struct Run<'a> {
    settings: &'a ProbeSettings,
    clients: &'a Clients,
    progress: &'a dyn Progress,
    desk: &'a mut dyn Desk,
    alarm: Alarm,
    queue: HostQueue<Work>,
    /// The requests under way, and the work that each belongs to. It stays here while its request
    /// runs, so that even a panic in the HTTP stack can't lose it.
    requests: JoinSet<Timed>,
    asking: HashMap<Id, (HostId, Work)>,
    /// Jobs to be tried again once all the others are done.
    later: Vec<Job>,
    more: More,
    health: Health,
    /// Hosts that asked for a longer pause than the run waits.
    paused: HashSet<String>,
    /// How often hosts were found held by somebody else, in a row.
    refused: HashMap<String, u32>,
    /// What the hosts' robots.txt say; asked only in a crawl.
    permits: Option<Permits>,
    /// What was answered for pages that never were, by host and folder.
    siblings: HashMap<String, HashMap<String, Rc<Sibling>>>,
    /// When the run last looked around.
    turn: Instant,
    /// When its time is spent.
    deadline: Option<Instant>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        settings: &'a ProbeSettings,
        clients: &'a Clients,
        progress: &'a dyn Progress,
        desk: &'a mut dyn Desk,
    ) -> Result<Self, ProbeError> {
        let now = Instant::now();
        let pace = Pace { delay: settings.delay, at_once: settings.per_host };
        let early = if settings.delay < SHORT { EARLY } else { Duration::ZERO };
        let alarm = Alarm::start(early);
        Ok(Self {
            settings,
            clients,
            progress,
            desk,
            alarm: alarm.map_err(|error| ProbeError::setup("a thread that keeps time", error))?,
            queue: HostQueue::new(pace, settings.hosts.paces.clone()),
            requests: JoinSet::new(),
            asking: HashMap::new(),
            later: Vec::new(),
            more: More::At(now),
            health: Health::default(),
            paused: HashSet::new(),
            refused: HashMap::new(),
            permits: settings.robots.then(Permits::default),
            siblings: HashMap::new(),
            turn: now,
            deadline: settings.budget.map(|budget| now + budget),
        })
    }

    /// Sees all work through. What was found out is at the desk.
    ///
    /// # Errors
    /// If the desk's ledger fails, if most hosts cannot be reached (then failures that may be the
    /// own network's do not count), or if the run was stopped.
    pub(super) async fn finish(mut self) -> Result<(), ProbeError> {
        let done = self.work().await;
        self.requests.abort_all();
        let busy = self.asking.values().map(|(_, work)| work.key().to_owned()).collect();
        let is_sound = !self.health.is_own_network_down(true);
        self.desk.close(&busy, is_sound)?;
        done?;
        if is_sound { Ok(()) } else { Err(ProbeError::OwnNetwork) }
    }

    async fn work(&mut self) -> Result<(), ProbeError> {
        loop {
            if self.settings.stop.is_set() {
                return Err(ProbeError::Stopped);
            }
            self.mind_the_gap();
            self.draw()?;
            self.start_ready()?;
            self.progress.waiting(self.queue.waiting_hosts(), self.requests.len());
            if let Some(joined) = self.wait().await {
                self.settle(joined)?;
                if self.health.is_own_network_down(false) {
                    return Err(ProbeError::OwnNetwork);
                }
                let asked = self.health.asked_in_all().saturating_sub(ASKED_BEFORE);
                self.confirm(asked)?;
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
    async fn go_on(&mut self) -> Result<bool, ProbeError> {
        if !self.later.is_empty() {
            sleep(self.settings.retry_pause).await;
            let mut again = std::mem::take(&mut self.later);
            again = self.leave_paused(again)?;
            again.iter_mut().for_each(Job::try_again);
            self.enqueue(again);
            return Ok(true);
        }
        if self.health.is_own_network_down(true) {
            return Err(ProbeError::OwnNetwork);
        }
        self.confirm(u64::MAX)?;
        match self.more {
            More::Never => Ok(!self.is_idle()),
            More::At(_) => Ok(true),
        }
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Gives up what the time given was not enough for.
    fn leave_the_rest(&mut self) -> Result<(), ProbeError> {
        for work in self.queue.drain() {
            self.give_up_work(work, ErrorClass::OutOfTime)?;
        }
        for job in std::mem::take(&mut self.later) {
            self.conclude(job, Verdict::Unproven, None)?;
        }
        // A check has all its work from the start on; a crawl never ends with what it was given.
        if self.more != More::Never && !self.settings.robots {
            for job in self.desk.draw()?.0 {
                self.give_up(job, ErrorClass::OutOfTime)?;
            }
        }
        Ok(())
    }

    fn enqueue(&mut self, jobs: Vec<Job>) {
        let now = Instant::now();
        for job in jobs {
            let key = job.key().to_owned();
            self.queue.push_back(&key, Work::Page(job), now);
        }
    }

    fn draw(&mut self) -> Result<(), ProbeError> {
        if let More::At(at) = self.more
            && at <= Instant::now()
            && !self.is_over()
        {
            let (jobs, more) = self.desk.draw()?;
            self.more = more;
            self.enqueue(jobs);
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

    fn start_ready(&mut self) -> Result<(), ProbeError> {
        while self.has_room()
            && !self.is_over()
            && let Some((id, work)) = self.queue.take(Instant::now())
        {
            match self.desk.admit(work.key())? {
                Admission::Granted(start_by) => self.permit(id, work, start_by)?,
                Admission::NotBefore(at) => self.refuse(id, work, at)?,
                Admission::Lost => {
                    self.queue.give_back(id, Instant::now());
                    self.give_up_work(work, ErrorClass::HostPaused)?;
                }
            }
        }
        Ok(())
    }

    /// Waits for a host that somebody else holds; not for ever.
    fn refuse(&mut self, id: HostId, work: Work, at: Instant) -> Result<(), ProbeError> {
        let now = Instant::now();
        self.queue.give_back(id, now);
        let refusals = self.refused.entry(work.key().to_owned()).or_default();
        *refusals += 1;
        if *refusals > MOST_REFUSALS || at - now > self.settings.patience {
            let key = work.key().to_owned();
            self.give_up_work(work, ErrorClass::HostPaused)?;
            return self.give_up_all(id, &key, |_| true, ErrorClass::HostPaused);
        }
        self.queue.hold(id, at);
        let key = work.key().to_owned();
        self.queue.push_front(&key, work, now);
        Ok(())
    }

    /// Sends a request, if the host's robots.txt lets it; or asks for that first.
    fn permit(
        &mut self,
        id: HostId,
        work: Work,
        start_by: Option<Instant>,
    ) -> Result<(), ProbeError> {
        let job = match work {
            Work::Robots(_) => {
                self.send(id, work, start_by);
                return Ok(());
            }
            Work::Page(job) => job,
        };
        let Some(permits) = &mut self.permits else {
            self.send(id, Work::Page(job), start_by);
            return Ok(());
        };
        let desk = &self.desk;
        let kept = |origin: &str| desk.robots(origin);
        let (permit, job) = permits.look(job, &self.settings.policy, desk.now(), kept)?;
        match (permit, job) {
            (Permit::Granted, Some(job)) => self.send(id, Work::Page(job), start_by),
            (Permit::Ask(errand), _) => self.send(id, Work::Robots(errand), start_by),
            (Permit::Refused(class), Some(job)) => {
                self.queue.give_back(id, Instant::now());
                let key = job.key().to_owned();
                self.give_up(job, class)?;
                self.leave(&key)?;
            }
            (Permit::Waiting | Permit::Granted | Permit::Refused(_), _) => {
                self.queue.give_back(id, Instant::now());
            }
        }
        Ok(())
    }

    fn send(&mut self, id: HostId, work: Work, start_by: Option<Instant>) {
        let request = match &work {
            Work::Page(job) => job.request(),
            Work::Robots(errand) => errand.request(),
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

    fn settle(&mut self, joined: Joined) -> Result<(), ProbeError> {
        let (task, timed) = joined.unwrap_or_else(|error| {
            let reply = Reply::Failure { class: ErrorClass::Internal, sent: false };
            (error.id(), Timed { reply, started: Instant::now() })
        });
        let Some((id, work)) = self.asking.remove(&task) else { return Ok(()) };
        self.queue.started(id, timed.started);
        self.queue.release(id);
        let (key, host) = (work.key().to_owned(), work.host().to_owned());
        match work {
            Work::Page(job) => {
                self.look_after(id, &key, &host, &timed.reply)?;
                self.settle_page(job, timed.reply)?;
            }
            Work::Robots(errand) => self.settle_robots(errand, &timed.reply)?,
        }
        self.leave(&key)
    }

    fn settle_page(&mut self, mut job: Job, mut reply: Reply) -> Result<(), ProbeError> {
        let policy = &self.settings.policy;
        let mut next = job.step(&mut reply, policy);
        loop {
            next = match next {
                Next::Suspect => {
                    let known = self.siblings.get(job.home());
                    match known.and_then(|folders| folders.get(&job.folder())) {
                        Some(sibling) => job.compare(sibling),
                        None => job.ask_sibling(&random_name(), policy),
                    }
                }
                Next::Learned(sibling) => {
                    let judged = job.compare(&sibling);
                    let folders = self.siblings.entry(job.home().to_owned()).or_default();
                    folders.insert(job.folder(), sibling);
                    judged
                }
                Next::Ask if self.paused.contains(job.key()) => {
                    return self.give_up(job, ErrorClass::HostPaused);
                }
                // Back to the queue: the next request waits for its own host's gate, holding
                // nothing.
                Next::Ask => {
                    let key = job.key().to_owned();
                    self.queue.push_front(&key, Work::Page(job), Instant::now());
                    return Ok(());
                }
                // A pause that is not waited for is none to be cut short either.
                Next::Later if self.paused.contains(job.key()) => {
                    return self.conclude(job, Verdict::Unproven, None);
                }
                Next::Later => {
                    self.later.push(job);
                    return Ok(());
                }
                Next::Done(verdict, error) => return self.conclude(job, verdict, error),
            };
        }
    }

    fn settle_robots(&mut self, mut errand: Errand, reply: &Reply) -> Result<(), ProbeError> {
        let rules = match errand.step(reply, &self.settings.policy) {
            Answered::Ask => {
                let key = errand.key().to_owned();
                self.queue.push_front(&key, Work::Robots(errand), Instant::now());
                return Ok(());
            }
            // The pages would be answered the same: the first of them says so.
            Answered::Unreached(class) => return self.unreached(errand, class),
            Answered::Rules(rules) => Some(rules),
            Answered::Unknown => None,
        };
        let Some(permits) = &mut self.permits else { return Ok(()) };
        let origin = errand.origin.clone();
        let before = self.desk.robots(&origin)?;
        let (waiting, robots, delay) =
            permits.learn(errand, rules.as_ref(), before.as_ref(), self.desk.now());
        self.desk.keep_robots(&origin, &robots)?;
        for job in waiting {
            let key = job.key().to_owned();
            self.queue.push_front(&key, Work::Page(job), Instant::now());
            if let (Some(delay), Some(id)) = (delay, self.queue.find(&key)) {
                self.queue.slow_down(id, delay);
            }
        }
        Ok(())
    }

    fn unreached(&mut self, errand: Errand, class: ErrorClass) -> Result<(), ProbeError> {
        let Some(permits) = &mut self.permits else { return Ok(()) };
        for job in permits.forget(errand) {
            let (key, host) = (job.key().to_owned(), job.host().to_owned());
            let reply = Reply::Failure { class, sent: false };
            if let Some(id) = self.queue.find(&key) {
                self.look_after(id, &key, &host, &reply)?;
            }
            self.settle_page(job, reply)?;
        }
        Ok(())
    }

    /// Leaves a host of which nothing waits and nothing is out, unless there is more of it.
    fn leave(&mut self, key: &str) -> Result<(), ProbeError> {
        let Some(id) = self.queue.find(key) else { return Ok(()) };
        let Some(gate) = self.queue.gate_if_done(id).filter(|_| !self.is_over()) else {
            return Ok(());
        };
        let jobs = self.desk.leave(key, gate)?;
        if jobs.is_empty() && self.settings.robots {
            // A crawl goes over more hosts than there is memory for.
            self.queue.shrink(id);
            if let Some(permits) = &mut self.permits {
                permits.leave(key);
            }
            self.siblings.remove(key);
            // There is room for another host now.
            self.more = More::At(Instant::now());
        }
        self.enqueue(jobs);
        Ok(())
    }

    fn confirm(&mut self, asked: u64) -> Result<(), ProbeError> {
        for key in self.desk.confirm(asked)? {
            self.leave(&key)?;
        }
        Ok(())
    }

    /// Concludes those of the jobs whose hosts asked for a longer pause than the run waits.
    fn leave_paused(&mut self, jobs: Vec<Job>) -> Result<Vec<Job>, ProbeError> {
        let (left, kept): (Vec<Job>, Vec<Job>) =
            jobs.into_iter().partition(|job| self.paused.contains(job.key()));
        for job in left {
            self.conclude(job, Verdict::Unproven, None)?;
        }
        Ok(kept)
    }

    fn conclude(
        &mut self,
        job: Job,
        verdict: Verdict,
        error: Option<ErrorClass>,
    ) -> Result<(), ProbeError> {
        let home = job.home().to_owned();
        for outcome in job.finish(verdict, error) {
            self.progress.advance(&outcome);
            self.desk.put(outcome, self.health.asked_in_all())?;
        }
        self.leave(&home)
    }

    fn give_up(&mut self, job: Job, class: ErrorClass) -> Result<(), ProbeError> {
        let (job, verdict, error) = job.give_up(class);
        self.conclude(job, verdict, error)
    }

    fn give_up_work(&mut self, work: Work, class: ErrorClass) -> Result<(), ProbeError> {
        let jobs = match (work, &mut self.permits) {
            (Work::Page(job), _) => vec![job],
            (Work::Robots(errand), Some(permits)) => permits.forget(errand),
            (Work::Robots(errand), None) => errand.waiting,
        };
        jobs.into_iter().try_for_each(|job| self.give_up(job, class))
    }

    /// Gives a host the pause that it asks for, and leaves alone one that is down, or that asks for
    /// more than the run waits.
    fn look_after(
        &mut self,
        id: HostId,
        key: &str,
        host: &str,
        reply: &Reply,
    ) -> Result<(), ProbeError> {
        if self.health.note(host, reply) {
            self.desk.rest(key, Instant::now() + DOWN);
            let is_untried = |work: &Work| {
                work.host() == host && matches!(work, Work::Page(job) if !job.is_another_try())
            };
            self.give_up_all(id, key, is_untried, ErrorClass::HostDown)?;
        }
        let Reply::Answer(answer) = reply else { return Ok(()) };
        let pause = self.health.pause(id, answer, self.settings.first_pause);
        let Some(pause) = pause else { return Ok(()) };
        if pause <= self.settings.patience {
            self.queue.hold(id, Instant::now() + pause);
            return Ok(());
        }
        self.paused.insert(key.to_owned());
        let longest = Duration::from_hours(24);
        self.desk.rest(key, Instant::now() + pause.min(longest));
        self.give_up_all(id, key, |_| true, ErrorClass::HostPaused)
    }

    fn give_up_all(
        &mut self,
        id: HostId,
        key: &str,
        is_given_up: impl Fn(&Work) -> bool,
        class: ErrorClass,
    ) -> Result<(), ProbeError> {
        for work in self.queue.give_up(id, is_given_up) {
            self.give_up_work(work, class)?;
        }
        self.leave(key)
    }
}

impl From<LedgerError> for ProbeError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// A name that no page has: 64 random bits.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}

//! The loop of a run: takes jobs whose host is ready, lets them ask, takes in the replies.

use std::collections::{HashMap, HashSet};

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::client::{Clients, Reply};
use super::health::Health;
use super::job::{Job, Next};
use super::queue::{HostId, HostQueue};
use super::{ProbeError, ProbeSettings, Progress};
use crate::verdict::{ErrorClass, Outcome, Verdict};

type Joined = Result<(Id, Reply), JoinError>;

/// A run under way. Everything it knows is in here; dropping it ends all its requests.
pub(super) struct Run<'a> {
    settings: &'a ProbeSettings,
    clients: &'a Clients,
    progress: &'a dyn Progress,
    queue: HostQueue<Job>,
    /// The requests under way, and the job that each belongs to. A job stays here while its
    /// request runs, so that even a panic in the HTTP stack can't lose it.
    requests: JoinSet<Reply>,
    asking: HashMap<Id, (HostId, Job)>,
    /// Jobs to be tried again once all the others are done.
    later: Vec<Job>,
    outcomes: Vec<Outcome>,
    health: Health,
    /// Hosts that asked for a longer pause than the run waits.
    paused: HashSet<String>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        settings: &'a ProbeSettings,
        clients: &'a Clients,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            settings,
            clients,
            progress,
            queue: HostQueue::new(settings.per_host, settings.delay),
            requests: JoinSet::new(),
            asking: HashMap::new(),
            later: Vec::new(),
            outcomes: Vec::new(),
            health: Health::default(),
            paused: HashSet::new(),
        }
    }

    /// Sees all jobs through to their outcomes, in the order in which they end.
    ///
    /// # Errors
    /// If most hosts cannot be reached: then nothing that was found out counts.
    pub(super) async fn finish(mut self, jobs: Vec<Job>) -> Result<Vec<Outcome>, ProbeError> {
        self.enqueue(jobs);
        loop {
            self.start_ready();
            match self.wait().await {
                Some(joined) => {
                    self.settle(joined);
                    if self.health.is_own_network_down(false) {
                        return Err(ProbeError::OwnNetwork);
                    }
                }
                // Nothing is under way and nothing waits for its host.
                None if self.asking.is_empty() && self.is_idle() => {
                    if self.later.is_empty() {
                        let is_down = self.health.is_own_network_down(true);
                        return if is_down {
                            Err(ProbeError::OwnNetwork)
                        } else {
                            Ok(self.outcomes)
                        };
                    }
                    sleep(self.settings.retry_pause).await;
                    let mut again = std::mem::take(&mut self.later);
                    again = self.leave_paused(again);
                    again.iter_mut().for_each(Job::try_again);
                    self.enqueue(again);
                }
                None => {}
            }
        }
    }

    fn enqueue(&mut self, jobs: Vec<Job>) {
        let now = Instant::now();
        for job in jobs {
            let key = job.key().to_owned();
            self.queue.push_back(&key, job, now);
        }
    }

    fn has_room(&self) -> bool {
        self.requests.len() < self.settings.concurrency.max(1)
    }

    fn is_idle(&mut self) -> bool {
        self.queue.next_at(Instant::now()).is_none()
    }

    fn start_ready(&mut self) {
        while self.has_room()
            && let Some((host, job)) = self.queue.take(Instant::now())
        {
            let (route, method, url) = job.request();
            let request = self.clients.ask((route, job.trust()), method, url.clone());
            let id = self.requests.spawn(request).id();
            self.asking.insert(id, (host, job));
        }
    }

    /// Waits until a request ends or another host is ready, whichever comes first. `None` if no
    /// request has ended.
    async fn wait(&mut self) -> Option<Joined> {
        let wake = if self.has_room() { self.queue.next_at(Instant::now()) } else { None };
        match wake {
            None => self.requests.join_next_with_id().await,
            Some(at) if self.requests.is_empty() => {
                sleep_until(at).await;
                None
            }
            Some(at) => timeout_at(at, self.requests.join_next_with_id()).await.ok().flatten(),
        }
    }

    fn settle(&mut self, joined: Joined) {
        let (id, reply) = joined.unwrap_or_else(|error| {
            (error.id(), Reply::Failure { class: ErrorClass::Internal, sent: false })
        });
        let Some((host, mut job)) = self.asking.remove(&id) else { return };
        self.queue.release(host);
        self.look_after(host, &job, &reply);
        match job.step(&reply, &self.settings.policy) {
            Next::Ask if self.paused.contains(job.key()) => {
                self.conclude(job.give_up(ErrorClass::HostPaused));
            }
            // Back to the queue: the next request waits for its own host's gate, holding nothing.
            Next::Ask => {
                let key = job.key().to_owned();
                self.queue.push_front(&key, job, Instant::now());
            }
            // A pause that is not waited for is none to be cut short either.
            Next::Later if self.paused.contains(job.key()) => {
                self.conclude(job.finish(Verdict::Unproven, None));
            }
            Next::Later => self.later.push(job),
            Next::Done(verdict, error) => self.conclude(job.finish(verdict, error)),
        }
    }

    /// Concludes those of the jobs whose hosts asked for a longer pause than the run waits.
    fn leave_paused(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let (left, kept): (Vec<Job>, Vec<Job>) =
            jobs.into_iter().partition(|job| self.paused.contains(job.key()));
        for job in left {
            self.conclude(job.finish(Verdict::Unproven, None));
        }
        kept
    }

    fn conclude(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            self.progress.advance(&outcome);
            self.outcomes.push(outcome);
        }
    }

    /// Gives a host the pause that it asks for, and leaves alone one that is down, or that asks for
    /// more than the run waits.
    fn look_after(&mut self, id: HostId, job: &Job, reply: &Reply) {
        let host = job.host().to_owned();
        if self.health.note(&host, reply) {
            let is_untried = |job: &Job| job.host() == host && !job.is_another_try();
            self.give_up(id, is_untried, ErrorClass::HostDown);
        }
        let Reply::Answer(answer) = reply else { return };
        let Some(pause) = self.health.pause(id, answer, self.settings.first_pause) else { return };
        if pause <= self.settings.patience {
            self.queue.hold(id, Instant::now() + pause);
        } else {
            self.paused.insert(job.key().to_owned());
            self.give_up(id, |_| true, ErrorClass::HostPaused);
        }
    }

    fn give_up(&mut self, id: HostId, is_given_up: impl Fn(&Job) -> bool, class: ErrorClass) {
        for job in self.queue.give_up(id, is_given_up) {
            self.conclude(job.give_up(class));
        }
    }
}

//! The loop of a run: takes jobs whose host is ready, lets them ask, takes in the replies.

use std::collections::HashMap;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::client::{Clients, Reply};
use super::job::{Job, Next};
use super::queue::{HostId, HostQueue};
use super::{ProbeSettings, Progress};
use crate::verdict::{ErrorClass, Outcome};

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
        }
    }

    /// Sees all jobs through to their outcomes, in the order in which they end.
    pub(super) async fn finish(mut self, jobs: Vec<Job>) -> Vec<Outcome> {
        self.enqueue(jobs);
        loop {
            self.start_ready();
            match self.wait().await {
                Some(joined) => self.settle(joined),
                // Nothing is under way and nothing waits for its host.
                None if self.asking.is_empty() && self.is_idle() => {
                    if self.later.is_empty() {
                        return self.outcomes;
                    }
                    sleep(self.settings.retry_pause).await;
                    let mut again = std::mem::take(&mut self.later);
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

    fn is_idle(&self) -> bool {
        self.queue.next_at(Instant::now()).is_none()
    }

    fn start_ready(&mut self) {
        while self.has_room()
            && let Some((host, job)) = self.queue.take(Instant::now())
        {
            let (route, method, url) = job.request();
            let request = self.clients.ask(route, method, url.clone());
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
        match job.step(&reply, &self.settings.policy) {
            // Back to the queue: the next request waits for its own host's gate, holding nothing.
            Next::Ask => {
                let key = job.key().to_owned();
                self.queue.push_front(&key, job, Instant::now());
            }
            Next::Later => self.later.push(job),
            Next::Done(verdict, error) => {
                for outcome in job.finish(verdict, error) {
                    self.progress.advance(&outcome);
                    self.outcomes.push(outcome);
                }
            }
        }
    }
}

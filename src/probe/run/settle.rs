//! What a reply means for the work that it belongs to.

use std::hash::{BuildHasher, RandomState};

use tokio::time::Instant;

use super::{Joined, Run, Work};
use crate::probe::ProbeError;
use crate::probe::client::{Reply, Timed};
use crate::probe::job::{Job, Next};
use crate::probe::permit::{Answered, Errand};
use crate::probe::robots::RobotsRules;
use crate::probe::sibling::Sibling;
use crate::probe::siblings::Suspect;
use crate::source_status::{ErrorClass, Verdict};

impl Run<'_> {
    pub(super) fn settle(&mut self, joined: Joined) -> Result<(), ProbeError> {
        let (task, timed) = joined.unwrap_or_else(|error| {
            let reply = Reply::Failure { class: ErrorClass::Internal, sent: false };
            (error.id(), Timed { reply, started: Instant::now() })
        });
        let Some((id, work)) = self.asking.remove(&task) else { return Ok(()) };
        self.queue.started(id, timed.started);
        self.queue.release(id);
        let (key, host) = (work.key().to_owned(), work.host().to_owned());
        self.look_after(id, &key, &host, &timed.reply)?;
        match work {
            Work::Page(job) => self.settle_page(job, timed.reply)?,
            Work::Robots(errand) => self.settle_robots(errand, &timed.reply)?,
        }
        self.leave(&key)
    }

    fn settle_page(&mut self, mut job: Job, mut reply: Reply) -> Result<(), ProbeError> {
        let next = job.step(&mut reply, &self.settings.policy);
        self.go_further(job, next)
    }

    /// Does what a job wants next.
    fn go_further(&mut self, job: Job, next: Next) -> Result<(), ProbeError> {
        match next {
            Next::Suspect => match self.siblings.suspect(job) {
                Suspect::Wait => Ok(()),
                Suspect::Compare(job, sibling) => self.compare(job, &sibling),
                Suspect::Ask(mut job) => {
                    let next = job.ask_sibling(&random_name(), &self.settings.policy);
                    self.go_further(job, next)
                }
            },
            Next::Learned(sibling) => {
                let waiting = self.siblings.learn(&job, &sibling);
                self.compare(job, &sibling)?;
                waiting.into_iter().try_for_each(|job| self.compare(job, &sibling))
            }
            Next::Ask if self.is_paused(job.key()) => self.give_up(job, ErrorClass::HostPaused),
            // Back to the queue: the next request waits for its own host's gate, holding nothing.
            Next::Ask => {
                self.put_first(Work::Page(job));
                Ok(())
            }
            // A pause that is not waited for is none to be cut short either.
            Next::Later if self.is_paused(job.key()) => self.conclude(job, Verdict::Unproven, None),
            Next::Later => {
                self.later.push(job);
                Ok(())
            }
            Next::Done(verdict, error) => self.conclude(job, verdict, error),
        }
    }

    fn compare(&mut self, mut job: Job, sibling: &Sibling) -> Result<(), ProbeError> {
        let judged = job.compare(sibling);
        self.go_further(job, judged)
    }

    fn settle_robots(&mut self, mut errand: Errand, reply: &Reply) -> Result<(), ProbeError> {
        let key = errand.key().to_owned();
        let rules = match errand.step(reply, &self.settings.policy) {
            // A redirect that is not followed leads nowhere.
            Answered::Ask if self.settings.hosts.skips(errand.at()) => {
                Some(RobotsRules::allow_all())
            }
            Answered::Ask => {
                self.put_first(Work::Robots(errand));
                return Ok(());
            }
            // The pages would be answered the same.
            Answered::Unreached(class) => return self.unreached(errand, class),
            Answered::Rules(rules) => Some(rules),
            // Whoever asks for a pause may have rules that it says another time.
            Answered::Unknown if self.is_paused(&key) => {
                return self.give_up_work(Work::Robots(errand), ErrorClass::HostPaused);
            }
            Answered::Unknown => None,
        };
        let Some(permits) = &mut self.permits else { return Ok(()) };
        let origin = errand.origin().to_owned();
        let before = self.desk.robots(&origin)?;
        let now = self.desk.now();
        let (waiting, robots) = permits.learn(errand, rules.as_ref(), before.as_ref(), now);
        self.desk.keep_robots(&origin, &robots)?;
        for job in waiting {
            self.put_first(Work::Page(job));
        }
        Ok(())
    }

    fn unreached(&mut self, errand: Errand, class: ErrorClass) -> Result<(), ProbeError> {
        let Some(permits) = &mut self.permits else { return Ok(()) };
        let jobs = permits.forget(errand);
        let reply = Reply::Failure { class, sent: false };
        jobs.into_iter().try_for_each(|job| self.settle_page(job, reply.clone()))
    }
}

/// A name that no page has: 64 random bits.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}

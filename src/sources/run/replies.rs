//! What a reply means for the work that it belongs to.

use std::hash::{BuildHasher, RandomState};

use tokio::time::Instant;

use super::{Joined, Run, Work};
use crate::source_status::{ErrorClass, Verdict};
use crate::sources::CrawlError;
use crate::sources::client::{Reply, Timed};
use crate::sources::robots::cache::{Answered, RobotsFetch};
use crate::sources::robots::parse::RobotsRules;
use crate::sources::soft404::cache::Suspect;
use crate::sources::soft404::detect::Sibling;
use crate::sources::url_check::{Next, UrlCheck};

impl Run<'_> {
    pub(super) fn settle(&mut self, joined: Joined) -> Result<(), CrawlError> {
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
            Work::Page(check) => self.settle_page(check, timed.reply)?,
            Work::Robots(fetch) => self.settle_robots(fetch, &timed.reply)?,
        }
        self.leave(&key)
    }

    fn settle_page(&mut self, mut check: UrlCheck, mut reply: Reply) -> Result<(), CrawlError> {
        let next = check.step(&mut reply, &self.settings.policy);
        self.go_further(check, next)
    }

    /// Does what a check wants next.
    fn go_further(&mut self, check: UrlCheck, next: Next) -> Result<(), CrawlError> {
        match next {
            Next::Suspect => match self.siblings.suspect(check) {
                Suspect::Wait => Ok(()),
                Suspect::Compare(check, sibling) => self.compare(check, &sibling),
                Suspect::Ask(mut check) => {
                    let next = check.ask_sibling(&random_name(), &self.settings.policy);
                    self.go_further(check, next)
                }
            },
            Next::Learned(sibling) => {
                let waiting = self.siblings.learn(&check, &sibling);
                self.compare(check, &sibling)?;
                waiting.into_iter().try_for_each(|check| self.compare(check, &sibling))
            }
            Next::Ask if self.is_paused(check.key()) => self.give_up(check, ErrorClass::HostPaused),
            // Back to the queue: the next request waits for its own host's gate, holding nothing.
            Next::Ask => {
                self.put_first(Work::Page(check));
                Ok(())
            }
            // A pause that is not waited for is none to be cut short either.
            Next::Later if self.is_paused(check.key()) => {
                self.conclude(check, Verdict::Unproven, None)
            }
            Next::Later => {
                self.later.push(check);
                Ok(())
            }
            Next::Done(verdict, error) => self.conclude(check, verdict, error),
        }
    }

    fn compare(&mut self, mut check: UrlCheck, sibling: &Sibling) -> Result<(), CrawlError> {
        let judged = check.compare(sibling);
        self.go_further(check, judged)
    }

    fn settle_robots(&mut self, mut fetch: RobotsFetch, reply: &Reply) -> Result<(), CrawlError> {
        let key = fetch.key().to_owned();
        let rules = match fetch.step(reply, &self.settings.policy) {
            // A redirect that is not followed leads nowhere.
            Answered::Ask if self.settings.hosts.skips(fetch.at()) => {
                Some(RobotsRules::allow_all())
            }
            Answered::Ask => {
                self.put_first(Work::Robots(fetch));
                return Ok(());
            }
            // The pages would be answered the same.
            Answered::Unreached(class) => return self.unreached(fetch, class),
            Answered::Rules(rules) => Some(rules),
            // Whoever asks for a pause may have rules that it says another time.
            Answered::Unknown if self.is_paused(&key) => {
                return self.give_up_work(Work::Robots(fetch), ErrorClass::HostPaused);
            }
            Answered::Unknown => None,
        };
        let Some(robots_cache) = &mut self.robots_cache else { return Ok(()) };
        let origin = fetch.origin().to_owned();
        let before = self.frontier.robots(&origin)?;
        let now = self.frontier.now();
        let (waiting, robots) = robots_cache.learn(fetch, rules.as_ref(), before.as_ref(), now);
        self.frontier.keep_robots(&origin, &robots)?;
        for check in waiting {
            self.put_first(Work::Page(check));
        }
        Ok(())
    }

    fn unreached(&mut self, fetch: RobotsFetch, class: ErrorClass) -> Result<(), CrawlError> {
        let Some(robots_cache) = &mut self.robots_cache else { return Ok(()) };
        let checks = robots_cache.forget(fetch);
        let reply = Reply::Failure { class, sent: false };
        checks.into_iter().try_for_each(|check| self.settle_page(check, reply.clone()))
    }
}

/// A name that no page has: 64 random bits.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}

//! The comparison of a page with the server's replies for a random, nonexistent path.
//!
//! A status of 200 proves nothing on a server that gives it to every request. The check of the first page
//! of a site therefore requests a random path with HEAD. If the server reports it missing, the site's
//! pages exist. If not, the text of each page is compared with the text for a random path in its folder.

use std::rc::Rc;

use super::model::{NextStep, Stage, SuspectPage, UrlCheck, Walk};
use crate::address::AddressPolicy;
use crate::source_status::Verdict;
use crate::sources::address_guard;
use crate::sources::classify::{self, ReplyClass};
use crate::sources::client::{Answer, Method, Reply};
use crate::sources::soft404::detect::{self, Honesty, Landing, RandomPathReply};

impl UrlCheck {
    /// Suspends the check of a page until a comparison. `is_suspicious` says whether the page itself
    /// gives a reason for the comparison.
    pub(super) fn suspect(
        &mut self,
        landing: Landing,
        parked: bool,
        verdict: Verdict,
        is_suspicious: bool,
    ) -> NextStep {
        let walk = Walk::new(&self.start, self.start_route);
        let walk = std::mem::replace(&mut self.walk, walk);
        let (status, method) = (self.status, self.method);
        let stage = if is_suspicious { Stage::Compare } else { Stage::Trust };
        self.suspect = Some(SuspectPage { walk, status, method, landing, parked, verdict, stage });
        if is_suspicious { NextStep::Compare } else { NextStep::Trust }
    }

    /// Returns the key of the site whose pages share the answer to whether missing pages are reported.
    pub(in crate::sources) fn site(&self) -> String {
        detect::site(&self.start)
    }

    /// Returns the key of the folder whose pages share the reply for a nonexistent path.
    pub(in crate::sources) fn folder(&self) -> String {
        detect::folder(&self.start)
    }

    /// Returns whether the check waits to learn whether the server reports missing pages.
    pub(in crate::sources) fn is_in_doubt(&self) -> bool {
        self.suspect.as_ref().is_some_and(|page| page.stage == Stage::Trust)
    }

    /// Returns whether the check waits for a comparison with the reply for a nonexistent path.
    pub(in crate::sources) fn is_comparing(&self) -> bool {
        self.suspect.as_ref().is_some_and(|page| page.stage == Stage::Compare)
    }

    /// Prepares a request for a nonexistent path with this random name, in the folder of the page.
    pub(in crate::sources) fn ask_random_path(
        &mut self,
        name: &str,
        policy: &AddressPolicy,
    ) -> NextStep {
        self.method = if self.is_in_doubt() { Method::Head } else { Method::Get };
        let url = detect::beside(&self.start, name);
        match address_guard::check(&url, policy) {
            Ok(route) => {
                self.walk = Walk::new(&url, route);
                NextStep::Ask
            }
            Err(_) => self.random_path_failed(),
        }
    }

    /// Processes a reply for the random path.
    pub(super) fn random_path_answered(
        &mut self,
        reply: &mut Reply,
        policy: &AddressPolicy,
    ) -> NextStep {
        let Reply::Answer(answer) = reply else { return self.random_path_failed() };
        let class = classify::answer(self.method, answer);
        match class {
            ReplyClass::Redirect => match self.walk.follow(answer, policy) {
                Ok(()) => NextStep::Ask,
                Err(_) => self.random_path_failed(),
            },
            ReplyClass::Alive if self.method == Method::Get && self.refreshes(answer, policy) => {
                NextStep::Ask
            }
            _ if self.is_in_doubt() => NextStep::TrustWith(match class {
                ReplyClass::Hard => Honesty::Honest,
                ReplyClass::Alive => Honesty::Dishonest,
                _ => Honesty::Unclear,
            }),
            ReplyClass::Alive => {
                let landing = self.walk.landing(answer.text.take());
                NextStep::CompareWith(Rc::new(RandomPathReply::Answers(landing)))
            }
            ReplyClass::Hard => NextStep::CompareWith(Rc::new(RandomPathReply::Missing)),
            _ => self.random_path_failed(),
        }
    }

    /// Follows the refresh of a page, and returns whether it has one. A page that only reloads itself
    /// does not redirect.
    pub(super) fn refreshes(&mut self, answer: &Answer, policy: &AddressPolicy) -> bool {
        let text = answer.text.as_ref();
        text.and_then(|text| text.refresh())
            .is_some_and(|target| self.walk.refresh(answer.status, target, policy))
    }

    /// Returns the step after a reply that cannot be used.
    fn random_path_failed(&self) -> NextStep {
        if self.is_in_doubt() {
            NextStep::TrustWith(Honesty::Unclear)
        } else {
            NextStep::CompareWith(Rc::new(RandomPathReply::Unusable))
        }
    }

    /// Returns the step after learning whether the server reports missing pages.
    pub(in crate::sources) fn trust(&mut self, honesty: Honesty) -> NextStep {
        let Some(page) = self.suspect.take() else { return NextStep::Done(Verdict::Unknown, None) };
        match (honesty, page.method) {
            (Honesty::Honest, _) | (Honesty::Unclear, Method::Head) => self.conclude(page, None),
            (Honesty::Dishonest, Method::Head) => {
                self.is_distrusted = true;
                self.ask_get()
            }
            (Honesty::Dishonest | Honesty::Unclear, Method::Get) => {
                self.method = Method::Get;
                self.suspect = Some(SuspectPage { stage: Stage::Compare, ..page });
                NextStep::Compare
            }
        }
    }

    /// Compares the page with the reply for a nonexistent path, and returns the final step.
    pub(in crate::sources) fn compare(&mut self, reply: &RandomPathReply) -> NextStep {
        match self.suspect.take() {
            Some(page) => self.conclude(page, Some(reply)),
            None => NextStep::Done(Verdict::Unknown, None),
        }
    }

    fn conclude(&mut self, page: SuspectPage, reply: Option<&RandomPathReply>) -> NextStep {
        (self.walk, self.status, self.method) = (page.walk, page.status, page.method);
        self.likeness = reply.and_then(|reply| page.landing.likeness(reply));
        let verdict = match self.likeness {
            None => page.verdict,
            Some(_) if page.parked => Verdict::Usurped,
            Some(_) => Verdict::Soft404,
        };
        NextStep::Done(verdict, None)
    }
}

//! The comparison of a page with the server's replies for a random, nonexistent path.
//!
//! A status of 200 proves nothing on a server that gives it to every request. The check of the
//! first page of a site therefore requests a random path with the same method. If the server
//! reports that this path is missing, its status 200 for other pages of the site is reliable. If
//! not, the text of each page is compared with the text for a random path in its folder.

use std::rc::Rc;

use super::model::{NextStep, Stage, SuspectPage, UrlCheck, Walk};
use crate::address::AddressPolicy;
use crate::source_status::{Likeness, Verdict};
use crate::sources::address_guard;
use crate::sources::classify::{self, ReplyClass};
use crate::sources::client::{Answer, Method, Reply};
use crate::sources::soft404::detect::{self, Honesty, Landing, RandomPathReply};

impl UrlCheck {
    /// Suspends the check of a page until the reply for a random path is known. `is_suspicious`
    /// says whether the page itself gives a reason for a comparison with this reply.
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

    /// Returns a key for the site of the page and the method of its request. Checks with the same
    /// key share what is known about whether the server reports missing pages. A server may report
    /// them in response to one method only.
    pub(in crate::sources) fn site(&self) -> String {
        let kind = if self.doubted_method() == Method::Head { "HEAD" } else { "GET" };
        format!("{kind} {}", detect::site(&self.start))
    }

    /// Returns the method of the request for a random path. It is the method of the page's request
    /// while it is unknown whether the server reports missing pages, and GET otherwise.
    fn doubted_method(&self) -> Method {
        self.suspect.as_ref().filter(|_| self.is_in_doubt()).map_or(Method::Get, |page| page.method)
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
        self.method = self.doubted_method();
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
            ReplyClass::Alive if self.refreshes(answer, policy) => NextStep::Ask,
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

    /// Follows the refresh of a page, and returns whether it did. Returns `false` if the page has
    /// no refresh, or if [`Walk::refresh`] does not follow it, for example because the page only
    /// reloads itself.
    pub(super) fn refreshes(&mut self, answer: &Answer, policy: &AddressPolicy) -> bool {
        let text = answer.text.as_ref();
        let target = answer.refresh.as_deref().or_else(|| text.and_then(|text| text.refresh()));
        target.is_some_and(|target| self.walk.refresh(answer.status, target, policy))
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
            (Honesty::Honest, _) => self.conclude(page, None),
            (Honesty::Dishonest | Honesty::Unclear, Method::Head) => {
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
        let is_error_page = detect::is_error_page(&self.start, &page.landing);
        let likeness = reply.and_then(|reply| page.landing.likeness(reply));
        self.likeness = likeness.or(is_error_page.then_some(Likeness::ErrorPage));
        let verdict = match self.likeness {
            None => page.verdict,
            Some(_) if page.parked && likeness.is_some() => Verdict::Usurped,
            Some(_) => Verdict::Soft404,
        };
        NextStep::Done(verdict, None)
    }
}

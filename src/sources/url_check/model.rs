//! The state of a check, and the steps between its requests.

use std::rc::Rc;

use url::Url;

use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Likeness, Redirect, Verdict};
use crate::sources::address_guard::{self, Route};
use crate::sources::client::{Answer, Method};
use crate::sources::soft404::detect::{Honesty, Landing, RandomPathReply};
use crate::sources::soft404::page_text::PageText;
use crate::sources::tls::Trust;

/// The maximum number of redirects that a check follows.
const MAX_REDIRECTS: usize = 10;

/// The check of one URL in all its spellings, such as those that differ only in the fragment. A server
/// never sees the fragment, so it receives the same request for all spellings.
pub(in crate::sources) struct UrlCheck {
    pub(super) urls: Vec<String>,
    pub(super) start: Url,
    pub(super) start_route: Route,
    pub(super) walk: Walk,
    pub(super) method: Method,
    pub(super) status: Option<u16>,
    pub(super) tries: u32,
    pub(super) try_limits: TryLimits,
    pub(super) is_control: bool,
    /// The certificates to accept: any certificate, once the server has presented an invalid one.
    pub(super) trust: Trust,
    /// The page that the check has found, while the reply for a random, nonexistent path is
    /// pending.
    pub(super) suspect: Option<SuspectPage>,
    pub(super) likeness: Option<Likeness>,
    /// Whether the server is known to answer as if missing pages existed.
    pub(super) is_distrusted: bool,
}

/// The maximum number of tries before a temporary failure becomes the outcome.
#[derive(Clone, Copy)]
pub(super) struct TryLimits {
    /// The limit if the server answers with an error.
    pub(super) answered: u32,
    /// The limit if there is no answer.
    pub(super) unanswered: u32,
}

impl TryLimits {
    /// The limits of a check without a ledger.
    pub(super) const WITHOUT_LEDGER: Self = Self { answered: 3, unanswered: 3 };
    /// The limits of a check with a ledger. If there is no answer, a later run tries again on another
    /// day, because a crawl meets many hosts that are down, and each failed connection takes long.
    pub(super) const WITH_LEDGER: Self = Self { answered: 2, unanswered: 1 };
    /// The limits of a control check.
    pub(super) const CONTROL: Self = Self { answered: 1, unanswered: 1 };
}

/// A chain of redirects, as far as the check has followed it.
pub(super) struct Walk {
    pub(super) at: Url,
    pub(super) route: Route,
    pub(super) redirects: Vec<Redirect>,
    /// The URLs of this chain without fragments, to detect loops.
    pub(super) visited: Vec<Url>,
}

/// The next step of a check after a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) enum NextStep {
    /// Send another request, which [`UrlCheck::request`] returns.
    Ask,
    /// Try again, once the other URLs are done.
    Retry,
    /// Find out whether the server reports missing pages. If this is known for [`UrlCheck::site`],
    /// call [`UrlCheck::trust`]. Otherwise, call [`UrlCheck::ask_random_path`].
    Trust,
    /// Call [`UrlCheck::trust`] with this answer, which the check itself has obtained.
    TrustWith(Honesty),
    /// Compare the page with the reply for a random, nonexistent path. If the reply for
    /// [`UrlCheck::folder`] is known, call [`UrlCheck::compare`]. Otherwise, call
    /// [`UrlCheck::ask_random_path`].
    Compare,
    /// Call [`UrlCheck::compare`] with this reply, which the check itself has obtained.
    CompareWith(Rc<RandomPathReply>),
    /// End the check with this verdict and the error that led to it, if any.
    Done(Verdict, Option<ErrorClass>),
}

impl Walk {
    pub(super) fn new(start: &Url, route: Route) -> Self {
        let (redirects, visited) = (Vec::new(), vec![start.clone()]);
        Self { at: start.clone(), route, redirects, visited }
    }

    /// Follows one redirect. The target is checked like any other URL. A target that must not be
    /// contacted is recorded too, as evidence.
    pub(super) fn follow(
        &mut self,
        answer: &Answer,
        policy: &AddressPolicy,
    ) -> Result<(), ErrorClass> {
        let location = answer.location.as_deref().ok_or(ErrorClass::BadRedirect)?;
        let target = self.at.join(location).map_err(|_| ErrorClass::BadRedirect)?;
        if self.redirects.len() == MAX_REDIRECTS {
            return Err(ErrorClass::TooManyRedirects);
        }
        let route = self.route_to(&target, policy);
        self.go(answer.status, target);
        self.route = route?;
        Ok(())
    }

    /// Follows the refresh of a page. Returns `false` and stays at the page if the target was
    /// visited before, if it must not be contacted, or if there were too many redirects.
    pub(super) fn refresh(&mut self, status: u16, location: &str, policy: &AddressPolicy) -> bool {
        let Ok(target) = self.at.join(location) else { return false };
        let Ok(route) = self.route_to(&target, policy) else { return false };
        if self.redirects.len() == MAX_REDIRECTS {
            return false;
        }
        self.go(status, target);
        self.route = route;
        true
    }

    fn route_to(&self, target: &Url, policy: &AddressPolicy) -> Result<Route, ErrorClass> {
        if self.visited.contains(&without_fragment(target.clone())) {
            return Err(ErrorClass::RedirectLoop);
        }
        address_guard::check(target, policy)
    }

    fn go(&mut self, status: u16, target: Url) {
        self.redirects.push(Redirect { status, to: target.to_string() });
        self.visited.push(without_fragment(target.clone()));
        self.at = target;
    }

    pub(super) fn landing(&self, text: Option<Box<PageText>>) -> Landing {
        let moved = !self.redirects.is_empty();
        Landing { at: without_fragment(self.at.clone()), moved, text }
    }
}

/// A page that may be a soft 404.
pub(super) struct SuspectPage {
    pub(super) walk: Walk,
    pub(super) status: Option<u16>,
    /// The method of the request for the page.
    pub(super) method: Method,
    pub(super) landing: Landing,
    pub(super) parked: bool,
    /// The verdict, unless the page proves to be a soft 404.
    pub(super) verdict: Verdict,
    pub(super) stage: Stage,
}

/// What the reply for a random path is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// To learn whether the server reports missing pages.
    Trust,
    /// To compare texts and addresses.
    Compare,
}

/// Returns a URL without its fragment.
pub(super) fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

//! The check of one URL, from the first request to the verdict. Decides on each request but sends none.

use std::rc::Rc;

use url::Url;

use super::address_guard::{self, Route};
use super::classify::{self, ReplyClass};
use super::client::{Answer, Method, Reply, Request, Wanted};
use super::rate_limit;
use super::soft404::detect::{self, Landing, RandomPathReply};
use super::soft404::page_text::PageText;
use super::tls::Trust;
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Evidence, Likeness, Outcome, Redirect, Verdict};

/// The maximum number of redirects that a check follows.
const MAX_REDIRECTS: usize = 10;

/// The maximum number of tries before a temporary failure becomes the outcome.
const MAX_TRIES: u32 = 3;

/// The check of one URL in all its spellings, such as those that differ only in the fragment. A server
/// never sees the fragment, so it receives the same request for all spellings.
pub(super) struct UrlCheck {
    urls: Vec<String>,
    start: Url,
    start_route: Route,
    walk: Walk,
    method: Method,
    status: Option<u16>,
    tries: u32,
    most_tries: u32,
    is_control: bool,
    /// The certificates to accept: any certificate, once the server has presented an invalid one.
    trust: Trust,
    /// The suspicious page, while the reply for a random, nonexistent path is pending.
    suspect: Option<SuspectPage>,
    likeness: Option<Likeness>,
}

/// A chain of redirects, as far as the check has followed it.
struct Walk {
    at: Url,
    route: Route,
    redirects: Vec<Redirect>,
    /// The URLs of this chain without fragments, to detect loops.
    visited: Vec<Url>,
}

/// A page that may be a soft 404.
struct SuspectPage {
    walk: Walk,
    status: Option<u16>,
    landing: Landing,
    parked: bool,
    /// The verdict, unless the page proves to be a soft 404.
    verdict: Verdict,
}

/// The next step of a check after a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Another request, which [`UrlCheck::request`] returns.
    Ask,
    /// Another try, once all other URLs are done.
    Retry,
    /// A comparison with the reply for a random, nonexistent path: by [`UrlCheck::compare`] if the reply
    /// for [`UrlCheck::folder`] is known, otherwise after [`UrlCheck::ask_random_path`].
    Compare,
    /// A comparison with this reply, which the check itself requested.
    CompareWith(Rc<RandomPathReply>),
    /// The end of the check, with its verdict and the error that led to it, if any.
    Done(Verdict, Option<ErrorClass>),
}

impl Walk {
    fn new(start: &Url, route: Route) -> Self {
        let (redirects, visited) = (Vec::new(), vec![start.clone()]);
        Self { at: start.clone(), route, redirects, visited }
    }

    /// Follows one redirect. The target is checked like any other URL.
    fn follow(&mut self, answer: &Answer, policy: &AddressPolicy) -> Result<(), ErrorClass> {
        let location = answer.location.as_deref().ok_or(ErrorClass::BadRedirect)?;
        let target = self.at.join(location).map_err(|_| ErrorClass::BadRedirect)?;
        if self.redirects.len() == MAX_REDIRECTS {
            return Err(ErrorClass::TooManyRedirects);
        }
        self.redirects.push(Redirect { status: answer.status, to: target.to_string() });
        self.at = target;
        let bare = without_fragment(self.at.clone());
        if self.visited.contains(&bare) {
            return Err(ErrorClass::RedirectLoop);
        }
        self.visited.push(bare);
        self.route = address_guard::check(&self.at, policy)?;
        Ok(())
    }

    fn landing(&self, text: Option<Box<PageText>>) -> Landing {
        let moved = !self.redirects.is_empty();
        Landing { at: without_fragment(self.at.clone()), moved, text }
    }
}

/// The error for a URL that must not be contacted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{class}")]
pub(super) struct NotContacted {
    /// The spellings of the URL in pages.
    pub(super) urls: Vec<String>,
    /// The reason.
    pub(super) class: ErrorClass,
}

impl UrlCheck {
    /// Creates a check of `url`, which pages spell as `urls`. Fails if the URL must not be contacted.
    pub(super) fn new(
        urls: Vec<String>,
        url: Url,
        policy: &AddressPolicy,
    ) -> Result<Self, NotContacted> {
        let url = without_fragment(url);
        match address_guard::check(&url, policy) {
            Err(class) => Err(NotContacted { urls, class }),
            Ok(route) => Ok(Self {
                urls,
                walk: Walk::new(&url, route),
                start: url,
                start_route: route,
                method: Method::Head,
                status: None,
                tries: 1,
                most_tries: MAX_TRIES,
                is_control: false,
                trust: Trust::Required,
                suspect: None,
                likeness: None,
            }),
        }
    }

    /// Returns the next request.
    pub(super) fn request(&self) -> Request {
        let wanted = match self.method {
            Method::Head => Wanted::Nothing,
            // An error page may repeat the name that was not found.
            Method::Get => Wanted::Text(detect::name(&self.walk.visited[0]).to_owned()),
        };
        let Walk { at, route, .. } = &self.walk;
        Request { method: self.method, url: at.clone(), route: *route, trust: self.trust, wanted }
    }

    /// Returns the URL of the next request.
    pub(super) fn at(&self) -> &Url {
        &self.walk.at
    }

    /// Returns the rate-limit key of the next request.
    pub(super) fn key(&self) -> &str {
        rate_limit::key(self.at())
    }

    /// Returns all spellings of the URL.
    pub(super) fn urls(&self) -> &[String] {
        &self.urls
    }

    /// Returns whether no request has been sent for this check yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.method == Method::Head && self.walk.redirects.is_empty() && self.status.is_none()
    }

    /// Returns whether the check requests a random, nonexistent path, or waits for a check that does.
    pub(super) fn is_comparing(&self) -> bool {
        self.suspect.is_some()
    }

    /// Returns the rate-limit key of the URL itself.
    pub(super) fn home(&self) -> &str {
        rate_limit::key(&self.start)
    }

    /// Turns this into a control check, which only tests whether the server answers.
    pub(super) fn into_control(mut self) -> Self {
        self.is_control = true;
        self.once()
    }

    /// Returns whether this is a control check rather than the check of a source.
    pub(super) fn is_control(&self) -> bool {
        self.is_control
    }

    /// Returns whether the last request got a response.
    pub(super) fn is_answered(&self) -> bool {
        self.status.is_some()
    }

    /// Limits the check to one try. With a ledger, another run tries again on another day.
    pub(super) fn once(mut self) -> Self {
        self.most_tries = 1;
        self
    }

    /// Returns the host of the next request.
    pub(super) fn host(&self) -> &str {
        rate_limit::host(self.at())
    }

    /// Returns whether the URL has been tried before.
    pub(super) fn is_retry(&self) -> bool {
        self.tries > 1
    }

    /// Prepares another try after a `NextStep::Retry`. The new try begins with GET.
    pub(super) fn try_again(&mut self) {
        self.tries += 1;
        self.begin(Method::Get);
    }

    /// Processes a reply and returns the next step of the check.
    pub(super) fn step(&mut self, reply: &mut Reply, policy: &AddressPolicy) -> NextStep {
        match reply {
            Reply::Late => NextStep::Ask,
            reply if self.suspect.is_some() => self.random_path_answered(reply, policy),
            Reply::Answer(answer) => self.answered(answer, policy),
            Reply::Failure { class, sent } => {
                self.status = None;
                self.failed(*class, *sent)
            }
        }
    }

    fn answered(&mut self, answer: &mut Answer, policy: &AddressPolicy) -> NextStep {
        self.status = Some(answer.status);
        let reading = classify::answer(self.method, answer);
        // Any response, whatever its status, proves that a server answers behind the invalid certificate.
        if self.trust == Trust::Any && reading != ReplyClass::Redirect {
            return NextStep::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
        }
        // If a server asks for a pause, this run does not try the URL again.
        let asks_for_pause = answer.retry_after.is_some_and(|pause| !pause.is_zero());
        if asks_for_pause && answer.status == 503 && self.method == Method::Get {
            return NextStep::Done(Verdict::Unproven, None);
        }
        match reading {
            ReplyClass::Alive => self.found(answer),
            ReplyClass::Redirect => match self.walk.follow(answer, policy) {
                Ok(()) => NextStep::Ask,
                Err(class) => self.failed(class, true),
            },
            ReplyClass::Blocked if answer.status == 429 => NextStep::Done(Verdict::Blocked, None),
            // Many servers answer HEAD incorrectly, so only the response to GET counts.
            _ if self.method == Method::Head => self.ask_get(),
            ReplyClass::Blocked => NextStep::Done(Verdict::Blocked, None),
            ReplyClass::Hard => NextStep::Done(Verdict::Dead, None),
            ReplyClass::Soft => self.soft(None),
            ReplyClass::Inconclusive => NextStep::Done(Verdict::Unknown, None),
        }
    }

    /// Processes the response for a page that exists, but may not be the cited page.
    fn found(&mut self, answer: &mut Answer) -> NextStep {
        let verdict = self.alive();
        let landing = self.walk.landing(answer.text.take());
        if detect::is_wall(&self.start, &landing) {
            return NextStep::Done(Verdict::Blocked, None);
        }
        let parked = detect::is_parked(&self.start, &landing, answer);
        if !parked && !detect::is_suspicious(&self.start, &landing) {
            return NextStep::Done(verdict, None);
        }
        if self.method == Method::Head {
            return self.ask_get();
        }
        // A front page stands for the whole domain, so no other path is comparable.
        if detect::is_root(&self.start) {
            let sold = parked && landing.moved;
            return NextStep::Done(if sold { Verdict::Usurped } else { verdict }, None);
        }
        let walk = Walk::new(&self.start, self.start_route);
        let walk = std::mem::replace(&mut self.walk, walk);
        self.suspect = Some(SuspectPage { walk, status: self.status, landing, parked, verdict });
        NextStep::Compare
    }

    /// Returns the key of the folder whose pages share the reply for a nonexistent path.
    pub(super) fn folder(&self) -> String {
        detect::folder(&self.start)
    }

    /// Prepares a request for a nonexistent path with this random name, in the folder of the page.
    pub(super) fn ask_random_path(&mut self, name: &str, policy: &AddressPolicy) -> NextStep {
        let url = detect::beside(&self.start, name);
        match address_guard::check(&url, policy) {
            Ok(route) => {
                self.walk = Walk::new(&url, route);
                NextStep::Ask
            }
            Err(_) => NextStep::CompareWith(Rc::new(RandomPathReply::Unusable)),
        }
    }

    fn random_path_answered(&mut self, reply: &mut Reply, policy: &AddressPolicy) -> NextStep {
        let Reply::Answer(answer) = reply else {
            return NextStep::CompareWith(Rc::new(RandomPathReply::Unusable));
        };
        let learned = match classify::answer(self.method, answer) {
            ReplyClass::Redirect => match self.walk.follow(answer, policy) {
                Ok(()) => return NextStep::Ask,
                Err(_) => RandomPathReply::Unusable,
            },
            ReplyClass::Alive => RandomPathReply::Answers(self.walk.landing(answer.text.take())),
            ReplyClass::Hard => RandomPathReply::Missing,
            ReplyClass::Blocked | ReplyClass::Soft | ReplyClass::Inconclusive => {
                RandomPathReply::Unusable
            }
        };
        NextStep::CompareWith(Rc::new(learned))
    }

    /// Compares the page with the reply for a nonexistent path, and returns the final step.
    pub(super) fn compare(&mut self, reply: &RandomPathReply) -> NextStep {
        let Some(page) = self.suspect.take() else { return NextStep::Done(Verdict::Unknown, None) };
        (self.walk, self.status) = (page.walk, page.status);
        self.likeness = page.landing.likeness(reply);
        let verdict = match self.likeness {
            None => page.verdict,
            Some(_) if page.parked => Verdict::Usurped,
            Some(_) => Verdict::Soft404,
        };
        NextStep::Done(verdict, None)
    }

    fn failed(&mut self, class: ErrorClass, sent: bool) -> NextStep {
        if class.kind().is_final() {
            return NextStep::Done(Verdict::Unknown, Some(class));
        }
        if self.trust == Trust::Any {
            return NextStep::Done(Verdict::Unknown, Some(class));
        }
        if class == ErrorClass::Certificate {
            self.trust = Trust::Any;
            return self.ask_get();
        }
        // Without a connection, GET fails like HEAD, unless only HEAD was redirected.
        if self.method == Method::Head && (sent || !self.walk.redirects.is_empty()) {
            return self.ask_get();
        }
        match classify::failure(class) {
            ReplyClass::Hard => NextStep::Done(Verdict::Dead, Some(class)),
            ReplyClass::Soft => self.soft(Some(class)),
            _ => NextStep::Done(Verdict::Unknown, Some(class)),
        }
    }

    fn soft(&self, class: Option<ErrorClass>) -> NextStep {
        if self.tries < self.most_tries {
            NextStep::Retry
        } else {
            NextStep::Done(Verdict::Unproven, class)
        }
    }

    fn alive(&self) -> Verdict {
        let Walk { at, redirects, .. } = &self.walk;
        let permanent = redirects.iter().all(|hop| matches!(hop.status, 301 | 308));
        // If a deep link ends at the front page, its document is lost. It did not move there.
        let lost = at.path() == "/" && self.start.path() != "/";
        if permanent && !lost && !same_document(&self.start, at) {
            Verdict::Moved
        } else {
            Verdict::Alive
        }
    }

    fn ask_get(&mut self) -> NextStep {
        self.begin(Method::Get);
        NextStep::Ask
    }

    fn begin(&mut self, method: Method) {
        self.method = method;
        self.walk = Walk::new(&self.start, self.start_route);
    }

    /// Ends a check that is not tried any more. A page that was found but not yet compared keeps its verdict.
    /// Otherwise, the verdict is unproven if an earlier try failed, or else unknown because of `class`.
    pub(super) fn give_up(mut self, class: ErrorClass) -> (Self, Verdict, Option<ErrorClass>) {
        if self.suspect.is_some()
            && let NextStep::Done(verdict, error) = self.compare(&RandomPathReply::Unusable)
        {
            return (self, verdict, error);
        }
        self.tries -= 1;
        match self.tries {
            0 => (self, Verdict::Unknown, Some(class)),
            _ => (self, Verdict::Unproven, None),
        }
    }

    /// Returns the outcomes of this check, one for each spelling of its URL.
    pub(super) fn finish(self, verdict: Verdict, error: Option<ErrorClass>) -> Vec<Outcome> {
        let Self { urls, walk: Walk { at, redirects, .. }, status, tries, likeness, .. } = self;
        let outcome = |url: String| {
            let final_url = (!redirects.is_empty()).then(|| final_url(&url, &at));
            let redirects = redirects.clone();
            let (archived, record) = (None, None);
            let evidence =
                Evidence { status, error, final_url, redirects, tries, likeness, archived, record };
            Outcome { url, verdict, evidence }
        };
        urls.into_iter().map(outcome).collect()
    }
}

/// Returns the final URL for a spelling. Keeps the spelling's fragment unless the target has its own.
fn final_url(url: &str, at: &Url) -> String {
    let mut target = at.clone();
    if target.fragment().is_none()
        && let Some((_, fragment)) = url.split_once('#')
    {
        target.set_fragment(Some(fragment));
    }
    target.to_string()
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}

/// Returns whether two URLs differ only in the scheme, `www.` or a slash at the end of the path. Such
/// URLs name the same document, which has not moved.
fn same_document(a: &Url, b: &Url) -> bool {
    fn host(url: &Url) -> &str {
        let host = rate_limit::host(url);
        host.strip_prefix("www.").unwrap_or(host)
    }
    fn path(url: &Url) -> &str {
        url.path().trim_end_matches('/')
    }
    host(a) == host(b) && a.port() == b.port() && path(a) == path(b) && a.query() == b.query()
}

#[cfg(test)]
mod tests;

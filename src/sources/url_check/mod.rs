//! The check of one URL, from the first request to the verdict. Decides on each request but sends none.

mod comparison;
mod model;

use url::Url;

pub(super) use self::model::{NextStep, UrlCheck};
use self::model::{TryLimits, Walk, without_fragment};
use super::address_guard;
use super::classify::{self, ReplyClass};
use super::client::{Answer, Method, Reply, Request, Wanted};
use super::rate_limit;
use super::soft404::detect::{self, RandomPathReply};
use super::tls::Trust;
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Evidence, Outcome, Verdict};

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
    /// Creates a check of `url`. `urls` contains the spellings of this URL in pages. Fails if the
    /// URL must not be contacted.
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
                try_limits: TryLimits::WITHOUT_LEDGER,
                is_control: false,
                trust: Trust::Required,
                suspect: None,
                likeness: None,
                is_distrusted: false,
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

    /// Returns the rate-limit key of the URL itself.
    pub(super) fn home(&self) -> &str {
        rate_limit::key(&self.start)
    }

    /// Turns this into a control check, which only tests whether the server answers.
    pub(super) fn into_control(mut self) -> Self {
        self.is_control = true;
        self.try_limits = TryLimits::CONTROL;
        self
    }

    /// Returns whether this is a control check rather than the check of a source.
    pub(super) fn is_control(&self) -> bool {
        self.is_control
    }

    /// Returns whether the last request got a response.
    pub(super) fn is_answered(&self) -> bool {
        self.status.is_some()
    }

    /// Limits the number of tries to what a run with a ledger allows.
    pub(super) fn with_ledger(mut self) -> Self {
        self.try_limits = TryLimits::WITH_LEDGER;
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
        if answer.status != 429 && answer.asks_for_pause() && self.method == Method::Get {
            return NextStep::Done(Verdict::Unproven, None);
        }
        match reading {
            ReplyClass::Alive if self.refreshes(answer, policy) => NextStep::Ask,
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
        let is_suspicious =
            parked || self.is_distrusted || detect::is_suspicious(&self.start, &landing);
        if is_suspicious && self.method == Method::Head {
            return self.ask_get();
        }
        // A front page stands for the whole domain, so no other path is comparable.
        if detect::is_root(&self.start) {
            let sold = parked && landing.moved;
            return NextStep::Done(if sold { Verdict::Usurped } else { verdict }, None);
        }
        if self.is_control {
            return NextStep::Done(verdict, None);
        }
        self.suspect(landing, parked, verdict, is_suspicious)
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
        // If no connection was established, GET would fail like HEAD. After a redirect, try GET
        // anyway, because the server may redirect only HEAD.
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
        let most =
            if class.is_none() { self.try_limits.answered } else { self.try_limits.unanswered };
        if self.tries < most { NextStep::Retry } else { NextStep::Done(Verdict::Unproven, class) }
    }

    fn alive(&self) -> Verdict {
        let Walk { at, redirects, .. } = &self.walk;
        let permanent = redirects.iter().all(|hop| matches!(hop.status, 301 | 308));
        // If a deep link ends at the front page or at an error page, its document did not move there.
        let lost = at.path() == "/" && self.start.path() != "/" || detect::is_lost(&self.start, at);
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

    /// Ends a check that the run gives up. A page that was found but not yet compared keeps its
    /// verdict. Otherwise, the verdict is unproven if an earlier try failed, or else unknown
    /// because of `class`.
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

/// Returns whether two URLs are equal except for the scheme, `www.` and slashes at the end of the
/// path. Such URLs name the same document, which has not moved.
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

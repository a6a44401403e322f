//! The way of one URL from its first request to its verdict. Decides what to ask next; asks
//! nothing itself.

use std::rc::Rc;

use url::Url;

use super::address_guard::{self, Route};
use super::classify::{self, ReplyClass};
use super::client::{Answer, Method, Reply, Request, Wanted};
use super::soft404::detect::{self, Landing, Sibling};
use super::soft404::page_text::PageText;
use super::tls::Trust;
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Evidence, Likeness, Outcome, Redirect, Verdict};

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 10;

/// How many times a URL is tried before a failure that may pass is left at that.
const MAX_TRIES: u32 = 3;

/// One URL to be asked for, with every spelling of it that differs in the fragment only: the
/// fragment is never sent, so they are all one page to the server.
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
    /// Whether a certificate that nobody trusts is let pass, since one was met.
    trust: Trust,
    /// Where the page was found, while one that never was is asked for.
    page: Option<SuspectPage>,
    likeness: Option<Likeness>,
}

/// A chain of redirects, as far as it was followed.
struct Walk {
    at: Url,
    route: Route,
    redirects: Vec<Redirect>,
    /// The URLs of this chain, without fragments, to tell a loop.
    visited: Vec<Url>,
}

/// A page that answers and is suspected to be none.
struct SuspectPage {
    walk: Walk,
    status: Option<u16>,
    landing: Landing,
    parked: bool,
    /// What it is unless it is convicted.
    verdict: Verdict,
}

/// What a check wants after a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another request, for what `request` says.
    Ask,
    /// To be tried again once all other URLs are done.
    Later,
    /// To be compared with a page that never was: by [`UrlCheck::compare`] if one was asked for in
    /// [`UrlCheck::folder`] before, else after [`UrlCheck::ask_sibling`].
    Suspect,
    /// To be compared with this, which was asked for.
    Learned(Rc<Sibling>),
    /// Nothing more.
    Done(Verdict, Option<ErrorClass>),
}

impl Walk {
    fn new(start: &Url, route: Route) -> Self {
        let (redirects, visited) = (Vec::new(), vec![start.clone()]);
        Self { at: start.clone(), route, redirects, visited }
    }

    /// Goes one redirect further. The target is guarded like any other URL.
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

impl UrlCheck {
    /// A check for `url`, which stands on the pages as `urls`; the reason, if it may not be
    /// contacted.
    pub(super) fn new(
        urls: Vec<String>,
        url: Url,
        policy: &AddressPolicy,
    ) -> Result<Self, (Vec<String>, ErrorClass)> {
        let url = without_fragment(url);
        match address_guard::check(&url, policy) {
            Err(class) => Err((urls, class)),
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
                page: None,
                likeness: None,
            }),
        }
    }

    /// The request to be made next.
    pub(super) fn request(&self) -> Request {
        let wanted = match self.method {
            Method::Head => Wanted::Nothing,
            // A page that was not found may say which.
            Method::Get => Wanted::Text(detect::name(&self.walk.visited[0]).to_owned()),
        };
        let Walk { at, route, .. } = &self.walk;
        Request { method: self.method, url: at.clone(), route: *route, trust: self.trust, wanted }
    }

    /// The URL of the next request.
    pub(super) fn at(&self) -> &Url {
        &self.walk.at
    }

    /// The key of politeness of the next request.
    pub(super) fn key(&self) -> &str {
        address_guard::politeness_key(self.at())
    }

    /// The URL, in every spelling.
    pub(super) fn urls(&self) -> &[String] {
        &self.urls
    }

    /// Whether nothing was asked for it yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.method == Method::Head && self.walk.redirects.is_empty() && self.status.is_none()
    }

    /// Whether it asks for a page that never was, or waits for one that does.
    pub(super) fn compares(&self) -> bool {
        self.page.is_some()
    }

    /// The key of politeness of the URL itself.
    pub(super) fn home(&self) -> &str {
        address_guard::politeness_key(&self.start)
    }

    /// Asks only to see whether there is an answer.
    pub(super) fn into_control(mut self) -> Self {
        self.is_control = true;
        self.once()
    }

    /// Whether what it comes to says nothing of a source.
    pub(super) fn is_control(&self) -> bool {
        self.is_control
    }

    /// Whether its last request was answered.
    pub(super) fn is_answered(&self) -> bool {
        self.status.is_some()
    }

    /// Leaves a failure that may pass at one try: who remembers it will look again another day.
    pub(super) fn once(mut self) -> Self {
        self.most_tries = 1;
        self
    }

    /// The host of the next request.
    pub(super) fn host(&self) -> &str {
        address_guard::host(self.at())
    }

    /// Whether it has been tried before.
    pub(super) fn is_another_try(&self) -> bool {
        self.tries > 1
    }

    /// Prepares another try, after a `Next::Later`. It begins with GET: HEAD has had its chance.
    pub(super) fn try_again(&mut self) {
        self.tries += 1;
        self.begin(Method::Get);
    }

    /// Takes in a reply.
    pub(super) fn step(&mut self, reply: &mut Reply, policy: &AddressPolicy) -> Next {
        match reply {
            Reply::Late => Next::Ask,
            reply if self.page.is_some() => self.sibling_answered(reply, policy),
            Reply::Answer(answer) => self.answered(answer, policy),
            Reply::Failure { class, sent } => {
                self.status = None;
                self.failed(*class, *sent)
            }
        }
    }

    fn answered(&mut self, answer: &mut Answer, policy: &AddressPolicy) -> Next {
        self.status = Some(answer.status);
        let reading = classify::answer(self.method, answer);
        // Whatever it says: there is somebody, behind a certificate that nobody trusts.
        if self.trust == Trust::Any && reading != ReplyClass::Redirect {
            return Next::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
        }
        // A server that asks for a pause gets it: no further try in this run.
        let asks_for_pause = answer.retry_after.is_some_and(|pause| !pause.is_zero());
        if asks_for_pause && answer.status == 503 && self.method == Method::Get {
            return Next::Done(Verdict::Unproven, None);
        }
        match reading {
            ReplyClass::Alive => self.found(answer),
            ReplyClass::Redirect => match self.walk.follow(answer, policy) {
                Ok(()) => Next::Ask,
                Err(class) => self.failed(class, true),
            },
            ReplyClass::Blocked if answer.status == 429 => Next::Done(Verdict::Blocked, None),
            // Many servers answer HEAD with nonsense. Only GET is believed.
            _ if self.method == Method::Head => self.ask_get(),
            ReplyClass::Blocked => Next::Done(Verdict::Blocked, None),
            ReplyClass::Hard => Next::Done(Verdict::Dead, None),
            ReplyClass::Soft => self.soft(None),
            ReplyClass::Nothing => Next::Done(Verdict::Unknown, None),
        }
    }

    /// There is a page; whether it is the one that is cited may be another question.
    fn found(&mut self, answer: &mut Answer) -> Next {
        let verdict = self.alive();
        let landing = self.walk.landing(answer.text.take());
        if detect::is_wall(&self.start, &landing) {
            return Next::Done(Verdict::Blocked, None);
        }
        let parked = detect::is_parked(&self.start, &landing, answer);
        if !parked && !detect::is_suspicious(&self.start, &landing) {
            return Next::Done(verdict, None);
        }
        if self.method == Method::Head {
            return self.ask_get();
        }
        // Below the root there is no page that never was: it is the domain that is judged.
        if detect::is_root(&self.start) {
            let sold = parked && landing.moved;
            return Next::Done(if sold { Verdict::Usurped } else { verdict }, None);
        }
        let walk = Walk::new(&self.start, self.start_route);
        let walk = std::mem::replace(&mut self.walk, walk);
        self.page = Some(SuspectPage { walk, status: self.status, landing, parked, verdict });
        Next::Suspect
    }

    /// Where a page that never was would tell the same as it does for this one.
    pub(super) fn folder(&self) -> String {
        detect::folder(&self.start)
    }

    /// Prepares to ask for a page beside this one that never was, by that name.
    pub(super) fn ask_sibling(&mut self, name: &str, policy: &AddressPolicy) -> Next {
        let url = detect::beside(&self.start, name);
        match address_guard::check(&url, policy) {
            Ok(route) => {
                self.walk = Walk::new(&url, route);
                Next::Ask
            }
            Err(_) => Next::Learned(Rc::new(Sibling::Silent)),
        }
    }

    fn sibling_answered(&mut self, reply: &mut Reply, policy: &AddressPolicy) -> Next {
        let Reply::Answer(answer) = reply else { return Next::Learned(Rc::new(Sibling::Silent)) };
        let learned = match classify::answer(self.method, answer) {
            ReplyClass::Redirect => match self.walk.follow(answer, policy) {
                Ok(()) => return Next::Ask,
                Err(_) => Sibling::Silent,
            },
            ReplyClass::Alive => Sibling::Answers(self.walk.landing(answer.text.take())),
            ReplyClass::Hard => Sibling::Honest,
            ReplyClass::Blocked | ReplyClass::Soft | ReplyClass::Nothing => Sibling::Silent,
        };
        Next::Learned(Rc::new(learned))
    }

    /// Judges the page by one that never was.
    pub(super) fn compare(&mut self, sibling: &Sibling) -> Next {
        let Some(page) = self.page.take() else { return Next::Done(Verdict::Unknown, None) };
        (self.walk, self.status) = (page.walk, page.status);
        self.likeness = page.landing.likeness(sibling);
        let verdict = match self.likeness {
            None => page.verdict,
            Some(_) if page.parked => Verdict::Usurped,
            Some(_) => Verdict::Soft404,
        };
        Next::Done(verdict, None)
    }

    fn failed(&mut self, class: ErrorClass, sent: bool) -> Next {
        // A chain that leads where we never go is not walked a second time.
        if matches!(
            class,
            ErrorClass::AddressRefused(_)
                | ErrorClass::PortRefused
                | ErrorClass::UserInfo
                | ErrorClass::SchemeRefused
                | ErrorClass::NotPublic
                | ErrorClass::Internal
        ) {
            return Next::Done(Verdict::Unknown, Some(class));
        }
        if self.trust == Trust::Any {
            return Next::Done(Verdict::Unknown, Some(class));
        }
        if class == ErrorClass::Certificate {
            self.trust = Trust::Any;
            return self.ask_get();
        }
        // Without a connection the method made no difference, unless HEAD was led astray.
        if self.method == Method::Head && (sent || !self.walk.redirects.is_empty()) {
            return self.ask_get();
        }
        match classify::failure(class) {
            ReplyClass::Hard => Next::Done(Verdict::Dead, Some(class)),
            ReplyClass::Soft => self.soft(Some(class)),
            _ => Next::Done(Verdict::Unknown, Some(class)),
        }
    }

    fn soft(&self, class: Option<ErrorClass>) -> Next {
        if self.tries < self.most_tries {
            Next::Later
        } else {
            Next::Done(Verdict::Unproven, class)
        }
    }

    fn alive(&self) -> Verdict {
        let Walk { at, redirects, .. } = &self.walk;
        let permanent = redirects.iter().all(|hop| matches!(hop.status, 301 | 308));
        // A deep link that ends at the front page has lost its document, not moved with it.
        let lost = at.path() == "/" && self.start.path() != "/";
        if permanent && !lost && !same_document(&self.start, at) {
            Verdict::Moved
        } else {
            Verdict::Alive
        }
    }

    fn ask_get(&mut self) -> Next {
        self.begin(Method::Get);
        Next::Ask
    }

    fn begin(&mut self, method: Method) {
        self.method = method;
        self.walk = Walk::new(&self.start, self.start_route);
    }

    /// What a check comes to that is not tried any more. What an earlier try came to stays, and a page
    /// that was found but not yet compared is there.
    pub(super) fn give_up(mut self, class: ErrorClass) -> (Self, Verdict, Option<ErrorClass>) {
        if self.page.is_some()
            && let Next::Done(verdict, error) = self.compare(&Sibling::Silent)
        {
            return (self, verdict, error);
        }
        self.tries -= 1;
        match self.tries {
            0 => (self, Verdict::Unknown, Some(class)),
            _ => (self, Verdict::Unproven, None),
        }
    }

    /// The outcomes of this check, one for each spelling of its URL.
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

/// Where the redirects lead for this spelling: a fragment lives on unless the target has its own.
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

/// Whether two URLs differ only in the scheme, `www.` or a slash at the end of the path: the same
/// document under the same name, not one that has moved.
fn same_document(a: &Url, b: &Url) -> bool {
    fn host(url: &Url) -> &str {
        let host = address_guard::host(url);
        host.strip_prefix("www.").unwrap_or(host)
    }
    fn path(url: &Url) -> &str {
        url.path().trim_end_matches('/')
    }
    host(a) == host(b) && a.port() == b.port() && path(a) == path(b) && a.query() == b.query()
}

#[cfg(test)]
mod tests;

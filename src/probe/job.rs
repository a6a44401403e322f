//! The way of one URL from its first request to its verdict. Decides what to ask next; asks
//! nothing itself.

use url::Url;

use super::client::{Answer, Method, Reply, Trust};
use super::guard::{self, Route};
use super::judge::{self, Reading};
use crate::address::AddressPolicy;
use crate::verdict::{ErrorClass, Evidence, Outcome, Redirect, Verdict};

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 10;

/// How many times a URL is tried before a failure that may pass is left at that.
const MAX_TRIES: u32 = 3;

/// One URL to be asked for, with every spelling of it that differs in the fragment only: the
/// fragment is never sent, so they are all one page to the server.
pub(super) struct Job {
    urls: Vec<String>,
    start: Url,
    start_route: Route,
    at: Url,
    route: Route,
    method: Method,
    redirects: Vec<Redirect>,
    /// The URLs of this chain, without fragments, to tell a loop.
    visited: Vec<Url>,
    status: Option<u16>,
    tries: u32,
    /// Whether a certificate that nobody trusts is let pass, since one was met.
    trust: Trust,
}

/// What a job wants after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another request, for what `request` says.
    Ask,
    /// To be tried again once all other URLs are done.
    Later,
    /// Nothing more.
    Done(Verdict, Option<ErrorClass>),
}

impl Job {
    /// A job for `url`, which stands on the pages as `urls`; the reason, if it may not be
    /// contacted.
    pub(super) fn new(
        urls: Vec<String>,
        url: Url,
        policy: &AddressPolicy,
    ) -> Result<Self, (Vec<String>, ErrorClass)> {
        let url = without_fragment(url);
        match guard::check(&url, policy) {
            Err(class) => Err((urls, class)),
            Ok(route) => Ok(Self {
                urls,
                start: url.clone(),
                start_route: route,
                at: url.clone(),
                route,
                method: Method::Head,
                redirects: Vec::new(),
                visited: vec![url],
                status: None,
                tries: 1,
                trust: Trust::Required,
            }),
        }
    }

    /// The request to be made next.
    pub(super) fn request(&self) -> (Route, Method, &Url) {
        (self.route, self.method, &self.at)
    }

    /// Which certificates it takes.
    pub(super) fn trust(&self) -> Trust {
        self.trust
    }

    /// The key of politeness of the next request.
    pub(super) fn key(&self) -> &str {
        guard::politeness_key(&self.at)
    }

    /// The host of the next request.
    pub(super) fn host(&self) -> &str {
        guard::host(&self.at)
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
    pub(super) fn step(&mut self, reply: &Reply, policy: &AddressPolicy) -> Next {
        match reply {
            Reply::Answer(answer) => self.answered(answer, policy),
            Reply::Failure { class, sent } => {
                self.status = None;
                self.failed(*class, *sent)
            }
        }
    }

    fn answered(&mut self, answer: &Answer, policy: &AddressPolicy) -> Next {
        self.status = Some(answer.status);
        let reading = judge::answer(self.method, answer);
        // Whatever it says: there is somebody, behind a certificate that nobody trusts.
        if self.trust == Trust::Any && reading != Reading::Redirect {
            return Next::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
        }
        // A server that asks for a pause gets it: no second request in this run. Neither verdict
        // claims that the page is gone, so the answer to HEAD is enough.
        if answer.retry_after.is_some_and(|pause| !pause.is_zero()) && answer.status == 503 {
            return Next::Done(Verdict::Unproven, None);
        }
        match reading {
            Reading::Alive => Next::Done(self.alive(), None),
            Reading::Redirect => match self.follow(answer, policy) {
                Ok(()) => Next::Ask,
                Err(class) => self.failed(class, true),
            },
            Reading::Blocked if answer.status == 429 => Next::Done(Verdict::Blocked, None),
            // Many servers answer HEAD with nonsense. Only GET is believed.
            _ if self.method == Method::Head => {
                self.begin(Method::Get);
                Next::Ask
            }
            Reading::Blocked => Next::Done(Verdict::Blocked, None),
            Reading::Hard => Next::Done(Verdict::Dead, None),
            Reading::Soft => self.soft(None),
            Reading::Nothing => Next::Done(Verdict::Unknown, None),
        }
    }

    fn failed(&mut self, class: ErrorClass, sent: bool) -> Next {
        // A chain that leads where we never go is not walked a second time.
        if matches!(
            class,
            ErrorClass::AddressRefused(_)
                | ErrorClass::PortRefused(_)
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
            self.begin(Method::Get);
            return Next::Ask;
        }
        // Without a connection the method made no difference, unless HEAD was led astray.
        if self.method == Method::Head && (sent || !self.redirects.is_empty()) {
            self.begin(Method::Get);
            return Next::Ask;
        }
        match judge::failure(class) {
            Reading::Hard => Next::Done(Verdict::Dead, Some(class)),
            Reading::Soft => self.soft(Some(class)),
            _ => Next::Done(Verdict::Unknown, Some(class)),
        }
    }

    fn soft(&self, class: Option<ErrorClass>) -> Next {
        if self.tries < MAX_TRIES { Next::Later } else { Next::Done(Verdict::Unproven, class) }
    }

    fn alive(&self) -> Verdict {
        let permanent = self.redirects.iter().all(|hop| matches!(hop.status, 301 | 308));
        // A deep link that ends at the front page has lost its document, not moved with it.
        let lost = self.at.path() == "/" && self.start.path() != "/";
        if permanent && !lost && !same_document(&self.start, &self.at) {
            Verdict::Moved
        } else {
            Verdict::Alive
        }
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
        self.route = guard::check(&self.at, policy)?;
        Ok(())
    }

    fn begin(&mut self, method: Method) {
        self.method = method;
        self.at = self.start.clone();
        self.route = self.start_route;
        self.redirects.clear();
        self.visited.truncate(1);
    }

    /// The outcomes of a job that is not tried any more. What an earlier try came to stays.
    pub(super) fn give_up(mut self, class: ErrorClass) -> Vec<Outcome> {
        self.tries -= 1;
        if self.tries > 0 {
            return self.finish(Verdict::Unproven, None);
        }
        self.finish(Verdict::Unknown, Some(class))
    }

    /// The outcomes of this job, one for each spelling of its URL.
    pub(super) fn finish(self, verdict: Verdict, error: Option<ErrorClass>) -> Vec<Outcome> {
        let Self { urls, at, redirects, status, tries, .. } = self;
        let outcome = |url: String| {
            let final_url = (!redirects.is_empty()).then(|| final_url(&url, &at));
            let redirects = redirects.clone();
            let evidence = Evidence { status, error, final_url, redirects, tries, record: None };
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
        let host = guard::host(url);
        host.strip_prefix("www.").unwrap_or(host)
    }
    fn path(url: &Url) -> &str {
        url.path().trim_end_matches('/')
    }
    host(a) == host(b) && a.port() == b.port() && path(a) == path(b) && a.query() == b.query()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(urls: &[&str]) -> Job {
        let written = urls.iter().map(|url| (*url).to_owned()).collect();
        let job = Job::new(written, Url::parse(urls[0]).unwrap(), &AddressPolicy::default());
        job.map_err(|(_, class)| class).unwrap()
    }

    fn answer(status: u16, location: Option<&str>) -> Reply {
        let location = location.map(str::to_owned);
        Reply::Answer(Answer { status, location, ..Answer::default() })
    }

    fn step(job: &mut Job, reply: &Reply) -> Next {
        job.step(reply, &AddressPolicy::default())
    }

    #[test]
    fn get_starts_over_from_the_original_url() {
        let mut job = job(&["http://a.org/x"]);
        assert_eq!(step(&mut job, &answer(302, Some("/login"))), Next::Ask);
        assert_eq!(job.request().2.as_str(), "http://a.org/login");
        assert_eq!(step(&mut job, &answer(404, None)), Next::Ask);
        assert_eq!(job.request().1, Method::Get);
        assert_eq!(job.request().2.as_str(), "http://a.org/x");
        assert_eq!(step(&mut job, &answer(404, None)), Next::Done(Verdict::Dead, None));
    }

    #[test]
    fn a_fragment_lives_on_and_is_not_a_page_of_its_own() {
        let mut job = job(&["http://a.org/x#one", "http://a.org/x"]);
        assert_eq!(job.request().2.as_str(), "http://a.org/x");
        step(&mut job, &answer(301, Some("https://b.org/y")));
        let Next::Done(verdict, error) = step(&mut job, &answer(200, None)) else {
            panic!("not done")
        };
        assert_eq!(verdict, Verdict::Moved);
        let ends: Vec<_> =
            job.finish(verdict, error).into_iter().map(|o| o.evidence.final_url.unwrap()).collect();
        assert_eq!(ends, ["https://b.org/y#one", "https://b.org/y"]);
    }

    #[test]
    fn another_spelling_of_the_same_document_has_not_moved() {
        for (from, to, moved) in [
            ("http://a.org/x", "https://a.org/x", false),
            ("http://a.org/x", "https://www.a.org/x/", false),
            ("https://www.a.org/x/", "http://a.org/x", false),
            ("http://a.org/x", "https://a.org/x?y", true),
            ("http://a.org/x", "https://a.org/X", true),
            ("http://a.org/x", "https://b.org/x", true),
            ("http://a.org/x", "https://a.org/", false),
        ] {
            let mut job = job(&[from]);
            step(&mut job, &answer(308, Some(to)));
            let verdict = if moved { Verdict::Moved } else { Verdict::Alive };
            assert_eq!(step(&mut job, &answer(200, None)), Next::Done(verdict, None), "{to}");
        }
    }

    #[test]
    fn one_temporary_redirect_and_nothing_has_moved() {
        let mut job = job(&["http://a.org/x"]);
        step(&mut job, &answer(301, Some("/y")));
        step(&mut job, &answer(302, Some("/z")));
        assert_eq!(step(&mut job, &answer(200, None)), Next::Done(Verdict::Alive, None));
    }

    #[test]
    fn a_redirect_into_a_private_network_ends_there() {
        let mut job = job(&["http://a.org/x"]);
        let next = step(&mut job, &answer(302, Some("http://[::ffff:10.0.0.1]/")));
        let private = ErrorClass::AddressRefused(crate::address::AddressClass::Private);
        assert_eq!(next, Next::Done(Verdict::Unknown, Some(private)));
    }

    #[test]
    fn a_server_that_asks_for_a_pause_is_left_alone() {
        let mut job = job(&["http://a.org/x"]);
        let busy = Answer {
            status: 503,
            retry_after: Some(std::time::Duration::from_secs(9)),
            ..Answer::default()
        };
        assert_eq!(step(&mut job, &Reply::Answer(busy)), Next::Done(Verdict::Unproven, None));
        let mut job = self::job(&["http://a.org/x"]);
        assert_eq!(step(&mut job, &answer(429, None)), Next::Done(Verdict::Blocked, None));
    }

    #[test]
    fn behind_a_broken_certificate_any_answer_counts_and_no_second_failure() {
        let broken = Reply::Failure { class: ErrorClass::Certificate, sent: false };
        for status in [200, 404, 403, 500] {
            let mut job = job(&["https://a.org/x"]);
            assert_eq!(job.trust(), Trust::Required);
            assert_eq!(step(&mut job, &broken), Next::Ask);
            assert_eq!((job.trust(), job.request().1), (Trust::Any, Method::Get));
            let found = Next::Done(Verdict::TlsBroken, Some(ErrorClass::Certificate));
            assert_eq!(step(&mut job, &answer(status, None)), found);
        }
        let mut job = job(&["https://a.org/x"]);
        step(&mut job, &broken);
        let reset = Reply::Failure { class: ErrorClass::Reset, sent: true };
        let unknown = Next::Done(Verdict::Unknown, Some(ErrorClass::Reset));
        assert_eq!(step(&mut job, &reset), unknown);
    }

    #[test]
    fn a_missing_host_needs_no_get_unless_a_redirect_named_it() {
        let gone = Reply::Failure { class: ErrorClass::NxDomain, sent: false };
        let dead = Next::Done(Verdict::Dead, Some(ErrorClass::NxDomain));
        let mut job = job(&["http://a.org/x"]);
        assert_eq!(step(&mut job, &gone), dead);
        let mut job = self::job(&["http://a.org/x"]);
        step(&mut job, &answer(301, Some("http://b.org/")));
        assert_eq!(step(&mut job, &gone), Next::Ask);
        assert_eq!(job.request().1, Method::Get);
    }
}

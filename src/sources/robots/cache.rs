//! Whether robots may ask for a URL: the robots.txt of each origin, asked for once a day.
//!
//! RFC 9309, section 2.3.1: without a robots.txt all is allowed; while it can't be had for want of
//! an answer nothing is, for a month; redirects of it are followed.

use std::collections::HashMap;
use std::time::Duration;

use url::Url;

use super::super::address_guard::{self, Route};
use super::super::client::{Answer, Method, Reply, Request, Wanted};
use super::super::ledger::Robots;
use super::super::tls::Trust;
use super::super::url_check::UrlCheck;
use super::parse::RobotsRules;
use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The name that a robots.txt knows the program by.
const PRODUCT: &str = "dateline";

/// How long what it says holds, in milliseconds (RFC 9309, section 2.4).
const DAY: i64 = 24 * 60 * 60 * 1000;

/// For so long one that can't be had forbids all, in milliseconds (section 2.3.1.4).
const MONTH: i64 = 30 * DAY;

/// How many redirects of it are followed (section 2.3.1.2 asks for five).
const MAX_REDIRECTS: u32 = 5;

/// The longest pause between requests that it is granted.
const MAX_DELAY: Duration = Duration::from_mins(1);

/// A robots.txt being asked for, and the checks that wait for what it says.
pub(in crate::sources) struct RobotsFetch {
    origin: String,
    waiting: Vec<UrlCheck>,
    at: Url,
    route: Route,
    /// As of the check that sent it: behind a broken certificate the rules are, too.
    trust: Trust,
    hops: u32,
}

/// What a reply to an fetch comes to.
pub(in crate::sources) enum Answered {
    /// Another request.
    Ask,
    /// The rules.
    Rules(RobotsRules),
    /// It could not be had, though there is a server.
    Unknown,
    /// The host could not be reached: nor could its pages be.
    Unreached(ErrorClass),
}

impl RobotsFetch {
    pub(in crate::sources) fn origin(&self) -> &str {
        &self.origin
    }

    pub(in crate::sources) fn at(&self) -> &Url {
        &self.at
    }

    pub(in crate::sources) fn into_checks(self) -> Vec<UrlCheck> {
        self.waiting
    }

    pub(in crate::sources) fn key(&self) -> &str {
        address_guard::politeness_key(&self.at)
    }

    pub(in crate::sources) fn host(&self) -> &str {
        address_guard::host(&self.at)
    }

    pub(in crate::sources) fn request(&self) -> Request {
        let (method, url, wanted) = (Method::Get, self.at.clone(), Wanted::Robots);
        Request { method, url, route: self.route, trust: self.trust, wanted }
    }

    pub(in crate::sources) fn step(&mut self, reply: &Reply, policy: &AddressPolicy) -> Answered {
        match reply {
            Reply::Late => Answered::Ask,
            Reply::Failure { class, sent: false } if self.hops == 0 => Answered::Unreached(*class),
            Reply::Failure { .. } => Answered::Unknown,
            Reply::Answer(answer) => self.answered(answer, policy),
        }
    }

    fn answered(&mut self, answer: &Answer, policy: &AddressPolicy) -> Answered {
        match answer.status {
            // Half the rules could be the wrong half.
            200..=299 => match &answer.body {
                Some(body) => Answered::Rules(RobotsRules::parse(body, PRODUCT)),
                None => Answered::Unknown,
            },
            300..=399 => match self.follow(answer, policy) {
                Some(()) => Answered::Ask,
                None => Answered::Rules(RobotsRules::allow_all()),
            },
            // "Too many requests" is said by a server that has no time, not by one without rules.
            429 | 500..=599 => Answered::Unknown,
            _ => Answered::Rules(RobotsRules::allow_all()),
        }
    }

    fn follow(&mut self, answer: &Answer, policy: &AddressPolicy) -> Option<()> {
        self.hops += 1;
        let target = self.at.join(answer.location.as_deref()?).ok()?;
        self.route = address_guard::check(&target, policy).ok()?;
        self.at = target;
        (self.hops <= MAX_REDIRECTS).then_some(())
    }
}

/// Whether a check may make its next request.
pub(in crate::sources) enum RobotsDecision {
    /// It may, with this pause between the requests to its host, if that is asked for.
    Granted(UrlCheck, Option<Duration>),
    /// It may not.
    Refused(UrlCheck, ErrorClass),
    /// Its robots.txt is being asked for; it waits there.
    Waiting,
    /// Its robots.txt is to be asked for.
    Ask(RobotsFetch),
}

enum Known {
    Asked(Vec<UrlCheck>),
    Rules(RobotsRules),
    Unknown,
}

/// What the robots.txt of origins say.
#[derive(Default)]
pub(in crate::sources) struct RobotsCache {
    known: HashMap<String, Known>,
    /// The origins of each host.
    origins: HashMap<String, Vec<String>>,
}

impl RobotsCache {
    /// Looks whether a check may make its next request. `kept` gives what an earlier run knows.
    pub(in crate::sources) fn look<E>(
        &mut self,
        check: UrlCheck,
        policy: &AddressPolicy,
        now: i64,
        kept: impl FnOnce(&str) -> Result<Option<Robots>, E>,
    ) -> Result<RobotsDecision, E> {
        let url = check.at().clone();
        let origin = origin(&url);
        if !self.known.contains_key(&origin)
            && let Some(robots) = kept(&origin)?
            && (0..DAY).contains(&(now - robots.fetched_at))
        {
            self.know(&origin, address_guard::politeness_key(&url), known(&robots, now));
        }
        Ok(match self.known.get_mut(&origin) {
            Some(Known::Asked(waiting)) => {
                waiting.push(check);
                RobotsDecision::Waiting
            }
            Some(Known::Unknown) => RobotsDecision::Refused(check, ErrorClass::RobotsUnknown),
            Some(Known::Rules(rules)) if rules.allows(path(&url)) => {
                RobotsDecision::Granted(check, rules.delay().map(|delay| delay.min(MAX_DELAY)))
            }
            Some(Known::Rules(_)) => RobotsDecision::Refused(check, ErrorClass::RobotsRefused),
            None => {
                let at = url.join("/robots.txt").ok();
                let target = at.and_then(|at| Some((address_guard::check(&at, policy).ok()?, at)));
                // Whoever may be asked for a page may be asked for this.
                let Some((route, at)) = target else {
                    return Ok(RobotsDecision::Granted(check, None));
                };
                self.know(&origin, address_guard::politeness_key(&url), Known::Asked(Vec::new()));
                let trust = check.request().trust;
                RobotsDecision::Ask(RobotsFetch {
                    origin,
                    waiting: vec![check],
                    at,
                    route,
                    trust,
                    hops: 0,
                })
            }
        })
    }

    fn know(&mut self, origin: &str, key: &str, known: Known) {
        self.known.insert(origin.to_owned(), known);
        let origins = self.origins.entry(key.to_owned()).or_default();
        if !origins.iter().any(|known| known == origin) {
            origins.push(origin.to_owned());
        }
    }

    /// Takes in what an fetch came to. Returns the checks that waited for it, and what is to be kept.
    pub(in crate::sources) fn learn(
        &mut self,
        fetch: RobotsFetch,
        rules: Option<&RobotsRules>,
        before: Option<&Robots>,
        now: i64,
    ) -> (Vec<UrlCheck>, Robots) {
        let since = || before.and_then(|robots| robots.failing_since).unwrap_or(now);
        let robots = Robots {
            fetched_at: now,
            failing_since: rules.is_none().then(since),
            rules: rules.map(RobotsRules::to_text).unwrap_or_default(),
        };
        let RobotsFetch { origin, waiting, .. } = fetch;
        let others = self.known.insert(origin, known(&robots, now));
        (together(waiting, others), robots)
    }

    /// Gives up an fetch: the checks that waited for it.
    pub(in crate::sources) fn forget(&mut self, fetch: RobotsFetch) -> Vec<UrlCheck> {
        let others = self.known.remove(&fetch.origin);
        together(fetch.waiting, others)
    }

    /// Drops what is known of the origins of a host that is left.
    pub(in crate::sources) fn leave(&mut self, key: &str) {
        for origin in self.origins.remove(key).unwrap_or_default() {
            // What is being asked for is waited for by checks that come from elsewhere.
            if let Some(Known::Asked(_)) = self.known.get(&origin) {
                self.origins.entry(key.to_owned()).or_default().push(origin);
            } else {
                self.known.remove(&origin);
            }
        }
    }
}

fn together(mut waiting: Vec<UrlCheck>, others: Option<Known>) -> Vec<UrlCheck> {
    if let Some(Known::Asked(others)) = others {
        waiting.extend(others);
    }
    waiting
}

fn known(robots: &Robots, now: i64) -> Known {
    match robots.failing_since {
        Some(since) if now.saturating_sub(since) < MONTH => Known::Unknown,
        Some(_) => Known::Rules(RobotsRules::allow_all()),
        None => Known::Rules(RobotsRules::parse(robots.rules.as_bytes(), PRODUCT)),
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn path(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

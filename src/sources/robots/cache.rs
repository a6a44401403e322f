//! Whether robots may ask for a URL: the robots.txt of each origin, fetched once a day.
//!
//! RFC 9309, section 2.3.1: without a robots.txt everything is allowed; while it can't be fetched,
//! nothing is, for a month; redirects are followed.

use std::collections::HashMap;
use std::time::Duration;

use url::Url;

use super::super::address_guard::{self, Route};
use super::super::client::{Answer, Method, Reply, Request, Wanted};
use super::super::ledger::Robots;
use super::super::rate_limit;
use super::super::tls::Trust;
use super::super::url_check::UrlCheck;
use super::parse::RobotsRules;
use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The name that a robots.txt knows the program by.
const PRODUCT: &str = "dateline";

/// How long its rules are valid, in milliseconds (RFC 9309, section 2.4).
const DAY: i64 = 24 * 60 * 60 * 1000;

/// How long one that can't be fetched forbids everything, in milliseconds (section 2.3.1.4).
const MONTH: i64 = 30 * DAY;

/// How many redirects of it are followed (section 2.3.1.2 asks for five).
const MAX_REDIRECTS: u32 = 5;

/// The longest delay between requests that it is granted.
const MAX_DELAY: Duration = Duration::from_mins(1);

/// The fetch of a robots.txt, and the checks that wait for it.
pub(in crate::sources) struct RobotsFetch {
    origin: String,
    waiting: Vec<UrlCheck>,
    at: Url,
    route: Route,
    /// As of the check that caused it: a broken certificate applies to the rules, too.
    trust: Trust,
    hops: u32,
}

/// How a fetch goes on after a reply.
pub(in crate::sources) enum FetchStep {
    /// With another request.
    Ask,
    /// The rules.
    Rules(RobotsRules),
    /// It could not be fetched, though there is a server.
    Unknown,
    /// The host could not be reached, so its pages could not be either.
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
        rate_limit::key(&self.at)
    }

    pub(in crate::sources) fn host(&self) -> &str {
        rate_limit::host(&self.at)
    }

    pub(in crate::sources) fn request(&self) -> Request {
        let (method, url, wanted) = (Method::Get, self.at.clone(), Wanted::Robots);
        Request { method, url, route: self.route, trust: self.trust, wanted }
    }

    pub(in crate::sources) fn step(&mut self, reply: &Reply, policy: &AddressPolicy) -> FetchStep {
        match reply {
            Reply::Late => FetchStep::Ask,
            Reply::Failure { class, sent: false } if self.hops == 0 => FetchStep::Unreached(*class),
            Reply::Failure { .. } => FetchStep::Unknown,
            Reply::Answer(answer) => self.answered(answer, policy),
        }
    }

    fn answered(&mut self, answer: &Answer, policy: &AddressPolicy) -> FetchStep {
        match answer.status {
            // Part of the rules could be misleading.
            200..=299 => match &answer.body {
                Some(body) => FetchStep::Rules(RobotsRules::parse(body, PRODUCT)),
                None => FetchStep::Unknown,
            },
            300..=399 => match self.follow(answer, policy) {
                Some(()) => FetchStep::Ask,
                None => FetchStep::Rules(RobotsRules::allow_all()),
            },
            // "Too many requests" comes from a busy server, which may have rules.
            429 | 500..=599 => FetchStep::Unknown,
            _ => FetchStep::Rules(RobotsRules::allow_all()),
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
    /// It may, with this delay between the requests to its host, if the rules ask for one.
    Granted(UrlCheck, Option<Duration>),
    /// It may not.
    Refused(UrlCheck, ErrorClass),
    /// It waits for a fetch of its robots.txt that is under way.
    Waiting,
    /// It waits for this fetch of its robots.txt, which must be sent.
    Ask(RobotsFetch),
}

enum OriginRules {
    Asked(Vec<UrlCheck>),
    Rules(RobotsRules),
    Unknown,
}

/// The rules of the robots.txt of each origin.
#[derive(Default)]
pub(in crate::sources) struct RobotsCache {
    known: HashMap<String, OriginRules>,
    /// The origins of each host.
    origins: HashMap<String, Vec<String>>,
}

impl RobotsCache {
    /// Decides whether a check may make its next request. `stored` returns what an earlier run stored.
    pub(in crate::sources) fn decide<E>(
        &mut self,
        check: UrlCheck,
        policy: &AddressPolicy,
        now: i64,
        stored: impl FnOnce(&str) -> Result<Option<Robots>, E>,
    ) -> Result<RobotsDecision, E> {
        let url = check.at().clone();
        let origin = origin(&url);
        if !self.known.contains_key(&origin)
            && let Some(robots) = stored(&origin)?
            && (0..DAY).contains(&(now - robots.fetched_at))
        {
            self.know(&origin, rate_limit::key(&url), known(&robots, now));
        }
        Ok(match self.known.get_mut(&origin) {
            Some(OriginRules::Asked(waiting)) => {
                waiting.push(check);
                RobotsDecision::Waiting
            }
            Some(OriginRules::Unknown) => RobotsDecision::Refused(check, ErrorClass::RobotsUnknown),
            Some(OriginRules::Rules(rules)) if rules.allows(path(&url)) => {
                RobotsDecision::Granted(check, rules.delay().map(|delay| delay.min(MAX_DELAY)))
            }
            Some(OriginRules::Rules(_)) => {
                RobotsDecision::Refused(check, ErrorClass::RobotsRefused)
            }
            None => {
                let at = url.join("/robots.txt").ok();
                let target = at.and_then(|at| Some((address_guard::check(&at, policy).ok()?, at)));
                // A host that may be asked for a page may be asked for this too.
                let Some((route, at)) = target else {
                    return Ok(RobotsDecision::Granted(check, None));
                };
                self.know(&origin, rate_limit::key(&url), OriginRules::Asked(Vec::new()));
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

    fn know(&mut self, origin: &str, key: &str, known: OriginRules) {
        self.known.insert(origin.to_owned(), known);
        let origins = self.origins.entry(key.to_owned()).or_default();
        if !origins.iter().any(|known| known == origin) {
            origins.push(origin.to_owned());
        }
    }

    /// Takes in the result of a fetch. Returns the checks that waited for it, and what to store.
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

    /// Gives up a fetch. Returns the checks that waited for it.
    pub(in crate::sources) fn give_up(&mut self, fetch: RobotsFetch) -> Vec<UrlCheck> {
        let others = self.known.remove(&fetch.origin);
        together(fetch.waiting, others)
    }

    /// Drops the rules of a host that is released.
    pub(in crate::sources) fn forget_host(&mut self, key: &str) {
        for origin in self.origins.remove(key).unwrap_or_default() {
            // Checks from other hosts may wait for a fetch under way.
            if let Some(OriginRules::Asked(_)) = self.known.get(&origin) {
                self.origins.entry(key.to_owned()).or_default().push(origin);
            } else {
                self.known.remove(&origin);
            }
        }
    }
}

fn together(mut waiting: Vec<UrlCheck>, others: Option<OriginRules>) -> Vec<UrlCheck> {
    if let Some(OriginRules::Asked(others)) = others {
        waiting.extend(others);
    }
    waiting
}

fn known(robots: &Robots, now: i64) -> OriginRules {
    match robots.failing_since {
        Some(since) if now.saturating_sub(since) < MONTH => OriginRules::Unknown,
        Some(_) => OriginRules::Rules(RobotsRules::allow_all()),
        None => OriginRules::Rules(RobotsRules::parse(robots.rules.as_bytes(), PRODUCT)),
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn path(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

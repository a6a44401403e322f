//! Decides whether the robots.txt of an origin allows a request. Each robots.txt is fetched once a day.
//!
//! This follows RFC 9309, section 2.3.1. If a robots.txt does not exist, everything is allowed.
//! While it cannot be fetched, nothing is allowed, for at most a month. Redirects are followed.

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

/// The product token that a robots.txt uses for Dateline.
const PRODUCT: &str = "dateline";

/// The time during which fetched rules are valid, in milliseconds (RFC 9309, section 2.4).
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The time, in milliseconds, after which everything is allowed if a robots.txt still cannot be
/// fetched (RFC 9309, section 2.3.1.4).
const MONTH: i64 = 30 * DAY;

/// The maximum number of redirects that a fetch follows (RFC 9309, section 2.3.1.2, asks for at
/// least five).
const MAX_REDIRECTS: u32 = 5;

/// The longest delay between requests that a robots.txt can set.
const MAX_DELAY: Duration = Duration::from_mins(1);

/// The fetch of a robots.txt, with the checks that wait for it.
pub(in crate::sources) struct RobotsFetch {
    origin: String,
    waiting: Vec<UrlCheck>,
    at: Url,
    route: Route,
    /// The certificates to accept. They are the same as in the check that caused the fetch, because
    /// both requests go to the same server.
    trust: Trust,
    hops: u32,
}

/// The next step of a fetch after a reply.
pub(in crate::sources) enum FetchStep {
    /// Another request.
    Ask,
    /// The end of the fetch, with these rules.
    Rules(RobotsRules),
    /// The end of the fetch: the server can be reached, but not its robots.txt.
    Unknown,
    /// The end of the fetch: the host cannot be reached, so requests for its pages would fail, too.
    Unreached(ErrorClass),
}

impl RobotsFetch {
    /// Returns the origin whose robots.txt is fetched.
    pub(in crate::sources) fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the URL of the next request.
    pub(in crate::sources) fn at(&self) -> &Url {
        &self.at
    }

    /// Returns the checks that wait for the fetch.
    pub(in crate::sources) fn into_checks(self) -> Vec<UrlCheck> {
        self.waiting
    }

    /// Returns the rate-limit key of the next request.
    pub(in crate::sources) fn key(&self) -> &str {
        rate_limit::key(&self.at)
    }

    /// Returns the host of the next request.
    pub(in crate::sources) fn host(&self) -> &str {
        rate_limit::host(&self.at)
    }

    /// Returns the next request.
    pub(in crate::sources) fn request(&self) -> Request {
        let (method, url, wanted) = (Method::Get, self.at.clone(), Wanted::Robots);
        Request { method, url, route: self.route, trust: self.trust, wanted }
    }

    /// Processes a reply and returns the next step of the fetch.
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
            // Incomplete rules could be misleading.
            200..=299 => match &answer.body {
                Some(body) => FetchStep::Rules(RobotsRules::parse(body, PRODUCT)),
                None => FetchStep::Unknown,
            },
            300..=399 => match self.follow(answer, policy) {
                Some(()) => FetchStep::Ask,
                None => FetchStep::Rules(RobotsRules::allow_all()),
            },
            // 429 comes from a busy server, which may have rules.
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

/// The decision whether a check may send its next request.
pub(in crate::sources) enum RobotsDecision {
    /// The check may send its request. The duration is the delay between requests that the rules
    /// ask for, if any.
    Granted(UrlCheck, Option<Duration>),
    /// The check must not send its request, for this reason.
    Refused(UrlCheck, ErrorClass),
    /// The check waits for a fetch of the robots.txt that is under way.
    Waiting,
    /// This fetch of the robots.txt must be sent first. The check waits for it.
    Ask(RobotsFetch),
}

/// The state of the robots.txt of one origin.
enum OriginRules {
    /// A fetch is under way. These checks wait for it, in addition to the checks in the [`RobotsFetch`].
    Asked(Vec<UrlCheck>),
    Rules(RobotsRules),
    /// The robots.txt cannot be fetched, so nothing is allowed.
    Unknown,
}

/// A cache of the robots.txt rules of each origin.
#[derive(Default)]
pub(in crate::sources) struct RobotsCache {
    known: HashMap<String, OriginRules>,
    /// The origins in `known`, by rate-limit key.
    origins: HashMap<String, Vec<String>>,
}

impl RobotsCache {
    /// Decides whether a check may send its next request. `now` is in milliseconds since 1970. `stored`
    /// returns the robots.txt of an origin that an earlier run stored.
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
                // This does not fail: if a page may be requested, so may the robots.txt on the same
                // host.
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

    /// Caches the result of a fetch. `rules` is `None` if the fetch failed, and `before` is the
    /// robots.txt that was stored before the fetch. Returns the checks that waited for the fetch,
    /// and the robots.txt to store in the ledger.
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

    /// Drops the rules of a host that has been released.
    pub(in crate::sources) fn forget_host(&mut self, key: &str) {
        for origin in self.origins.remove(key).unwrap_or_default() {
            // Checks of other hosts may wait for a fetch that is under way.
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

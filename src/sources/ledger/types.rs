//! The arguments and results of ledger methods: plain data.

use std::collections::BTreeMap;

use super::observation::Observation;
use crate::source_status::Verdict;

/// A URL to track, and the rate-limit key of its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The URL.
    pub url: String,
    /// The rate-limit key of its host. URLs with the same key are never requested at the same time.
    pub key: String,
}

/// The result of an enrolment, as numbers of URLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// The number of URLs that were added to the ledger.
    pub new: u64,
    /// The number of URLs that were already in the ledger.
    pub known: u64,
    /// The number of URLs that were not added because they are too long for a ledger.
    pub too_long: u64,
}

/// The exclusive right of one run to contact a host for a limited time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The id of the host in its ledger.
    pub host: i64,
    /// The host's rate-limit key.
    pub key: String,
    /// The host's epoch during this lease. It distinguishes the lease from all others on the same host.
    pub epoch: i64,
    /// The end of the lease, in milliseconds since 1970.
    pub until: i64,
}

/// A URL that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The id of the URL in its ledger.
    pub id: i64,
    /// The URL.
    pub url: String,
    /// The time at which the URL became due, in milliseconds since 1970, or 0 if the URL was never checked.
    pub since: i64,
}

/// A lease, and the URLs to check under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The lease.
    pub lease: Lease,
    /// The URLs that are due, starting with the one that has been due for longest.
    pub urls: Vec<Due>,
}

/// The reply to a request for the lease of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseReply {
    /// The host is leased.
    Granted(Lease),
    /// The host cannot be leased before this time, in milliseconds since 1970. Until then, another run
    /// holds the host, or the host's rate limit forbids requests.
    NotBefore(i64),
}

/// The result of the last attempt to fetch the robots.txt of an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Robots {
    /// The time of the last attempt, in milliseconds since 1970.
    pub fetched_at: i64,
    /// The time since which every attempt has failed, in milliseconds since 1970, or `None` if the last
    /// attempt succeeded.
    pub failing_since: Option<i64>,
    /// The rules that apply to Dateline, in the format of robots.txt. Empty if the last attempt failed.
    pub rules: String,
}

/// The result of looking up a URL in a web archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The time of the look-up, in milliseconds since 1970.
    pub looked_at: i64,
    /// The URL of the archived copy, or `None` if the web archive has no copy.
    pub found: Option<String>,
}

/// The terms of a lease: its duration, and the number of URLs to claim with it.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest {
    /// The duration of the lease, in milliseconds.
    pub duration: i64,
    /// The maximum number of URLs to claim.
    pub max_urls: u32,
}

/// The number of URLs in a ledger, in total and by state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of all URLs.
    pub urls: u64,
    /// The number of URLs that are due.
    pub due: u64,
    /// The number of URLs that were never checked.
    pub unseen: u64,
    /// The number of checked URLs for each verdict.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

/// The number of URLs of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCount {
    /// The host's rate-limit key.
    pub key: String,
    /// The number of all URLs of the host.
    pub urls: u64,
    /// The number of URLs of the host that are due.
    pub due: u64,
}

/// An observation from another ledger, together with its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedObservation {
    /// The URL and the rate-limit key of its host.
    pub enrolment: Enrolment,
    /// The observation of the URL.
    pub observation: Observation,
}

/// The result of an import, as numbers of observations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The number of observations that were added to the ledger.
    pub new: u64,
    /// The number of observations that were already in the ledger.
    pub known: u64,
}

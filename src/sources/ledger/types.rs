//! What goes into a ledger and comes out of it: plain data.

use std::collections::BTreeMap;

use super::observation::Observation;
use crate::source_status::Verdict;

/// A URL to track, and the rate-limit key of its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The URL.
    pub url: String,
    /// Its rate-limit key: URLs of one key are never asked for at the same time.
    pub key: String,
}

/// What an enrolment changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// URLs that were not in the ledger.
    pub new: u64,
    /// URLs that were.
    pub known: u64,
    /// URLs that are longer than any ledger takes, and were left out.
    pub too_long: u64,
}

/// A host that one run holds for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The id of the host in its ledger.
    pub host: i64,
    /// The host's rate-limit key.
    pub key: String,
    /// Tells this lease from all others of the host.
    pub epoch: i64,
    /// When it ends, in milliseconds since 1970.
    pub until: i64,
}

/// A URL that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The id of the URL in its ledger.
    pub id: i64,
    /// The URL.
    pub url: String,
    /// Since when it is due, in milliseconds since 1970; 0 if it was never checked.
    pub since: i64,
}

/// A lease, and the URLs to check under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The lease.
    pub lease: Lease,
    /// The URLs that are due, the longest due first.
    pub urls: Vec<Due>,
}

/// The answer to a request for the lease of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseReply {
    /// The host is leased.
    Granted(Lease),
    /// Another run holds the host, or nobody may ask it, until then, in milliseconds since 1970.
    NotBefore(i64),
}

/// What the robots.txt of an origin said, or that it could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Robots {
    /// When it was last asked for, in milliseconds since 1970.
    pub fetched_at: i64,
    /// Since when it cannot be fetched, if so, in milliseconds since 1970.
    pub failing_since: Option<i64>,
    /// The rules that apply, as a robots.txt; empty if it could not be fetched.
    pub rules: String,
}

/// What a web archive answered for a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// When it was asked, in milliseconds since 1970.
    pub looked_at: i64,
    /// The URL of the copy, if there is one.
    pub found: Option<String>,
}

/// How long to lease a host, and how many of its URLs to claim.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest {
    /// How long to hold the host, in milliseconds.
    pub duration: i64,
    /// The maximum number of URLs to claim at once.
    pub max_urls: u32,
}

/// How many URLs there are, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub urls: u64,
    /// Those that are due.
    pub due: u64,
    /// Those that were never checked.
    pub unseen: u64,
    /// The others, by their verdict.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

/// How many URLs one host has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCount {
    /// The host's rate-limit key.
    pub key: String,
    /// Its URLs.
    pub urls: u64,
    /// Those that are due.
    pub due: u64,
}

/// An observation from another ledger, and the URL it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedObservation {
    /// The URL and its host.
    pub enrolment: Enrolment,
    /// What was observed.
    pub observation: Observation,
}

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Observations that were not in the ledger.
    pub new: u64,
    /// Observations that were.
    pub known: u64,
}

//! What goes into a ledger and comes out of it: plain data.

use std::collections::BTreeMap;

use super::observation::Observation;
use crate::source_status::Verdict;

/// A URL to be watched, and the host that it must be polite to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The URL.
    pub url: String,
    /// Its key of politeness: what shares one is never asked twice at once.
    pub key: String,
}

/// What became of an enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// URLs that were not in the ledger.
    pub new: u64,
    /// URLs that were.
    pub known: u64,
    /// URLs that are longer than any ledger takes, and were left out.
    pub too_long: u64,
}

/// A host, held by one worker for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Names the host within its ledger.
    pub host: i64,
    /// Its key of politeness.
    pub key: String,
    /// Tells this lease from all others of the host.
    pub epoch: i64,
    /// When it ends, in milliseconds since 1970.
    pub until: i64,
}

/// A URL that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Names the URL within its ledger.
    pub id: i64,
    /// The URL.
    pub url: String,
    /// Since when, in milliseconds since 1970; 0 if it was never looked at.
    pub due_at: i64,
}

/// A lease, and what is to be asked under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The lease.
    pub lease: Lease,
    /// The URLs that are due, the stalest first.
    pub urls: Vec<Due>,
}

/// What became of the wish to hold one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leasing {
    /// It is held now.
    Granted(Lease),
    /// It is another's, or must be left in peace, until then, in milliseconds since 1970.
    NotBefore(i64),
}

/// What the robots.txt of an origin said, or that it could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Robots {
    /// When it was asked for last, in milliseconds since 1970.
    pub fetched_at: i64,
    /// Since when it could not be had, if so, in milliseconds since 1970.
    pub failing_since: Option<i64>,
    /// The rules that count, as a robots.txt; none if it could not be had.
    pub rules: String,
}

/// What an archive of the web answered for a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// When it was asked, in milliseconds since 1970.
    pub looked_at: i64,
    /// The URL of the copy, if there is one.
    pub found: Option<String>,
}

/// Who claims, and how much.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest<'a> {
    /// The worker's name.
    pub worker: &'a str,
    /// How long it is to hold the host, in milliseconds.
    pub lease: i64,
    /// The most URLs it takes at once.
    pub urls: u32,
}

/// How many URLs there are, of which kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub urls: u64,
    /// Those that are to be looked at now.
    pub due: u64,
    /// Those that were never looked at.
    pub unseen: u64,
    /// The others, by what stands of them.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

/// How many URLs of one host there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCount {
    /// The host's key of politeness.
    pub key: String,
    /// Its URLs.
    pub urls: u64,
    /// Those that are to be looked at now.
    pub due: u64,
}

/// An observation and the URL it is of, on its way between ledgers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The URL and its host.
    pub of: Enrolment,
    /// What was seen.
    pub seen: Observation,
}

/// What became of entries from another ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Observations that were not in the ledger.
    pub new: u64,
    /// Observations that were.
    pub known: u64,
}

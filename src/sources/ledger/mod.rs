//! The ledger: every look at every source URL, what stands of each by all of them, and which is to
//! be looked at next.
//!
//! `observation` is what a ledger keeps, `strikes` what follows from it. [`Ledger`] is what any
//! database must do for them; `sqlite` does it in one file, with the tables of `schema`, opened by
//! `file`. `exchange` carries observations from one ledger into another.
//!
//! Several workers share a ledger. They lease hosts, not URLs: the time at which a host is ready is
//! the gate of politeness, the end of a lease and the time at which its next URL is due, all in one
//! column, so what a worker that died held is free again by itself. A worker that comes back late
//! is told by the host's epoch, which every lease and every completion moves on.

pub mod error;
pub mod exchange;
mod legacy;
pub mod observation;
pub mod patience;
pub mod sqlite;
pub mod status_history;

use std::collections::BTreeMap;

pub use self::error::LedgerError;
pub use self::observation::Observation;
pub use self::patience::Patience;
pub use self::sqlite::SqliteLedger;
pub use self::status_history::UrlStatus;
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

/// Told of one thing after another. An error ends the telling and is handed on.
pub type Visit<'a, T> = &'a mut dyn FnMut(T) -> Result<(), LedgerError>;

/// What is known of source URLs, and when they are due.
///
/// Times are milliseconds since 1970. `now` is given in, so that tests have a clock of their own;
/// a database that several machines share may look at its own clock instead.
///
/// All methods fail if the database does, and then have changed nothing.
pub trait Ledger {
    /// Takes in URLs that are to be watched: new ones are due at once, known ones stay as they
    /// are, save that their host is the one given. If it fails, what came before may be enrolled.
    ///
    /// # Errors
    /// If the database fails.
    fn enroll(
        &mut self,
        urls: &mut dyn Iterator<Item = Enrolment>,
    ) -> Result<Enrolled, LedgerError>;

    /// Leases the host that has been ready for longest, with the URLs of it that are due. `None`
    /// if none is ready.
    ///
    /// # Errors
    /// If the database fails.
    fn claim(&mut self, terms: LeaseRequest<'_>, now: i64) -> Result<Option<Claim>, LedgerError>;

    /// Leases the host of that key, whether anything of it is due or not: one that a redirect leads
    /// to has its politeness too. A host that is not known is made.
    ///
    /// # Errors
    /// If the database fails.
    fn lease(
        &mut self,
        key: &str,
        terms: LeaseRequest<'_>,
        now: i64,
    ) -> Result<Leasing, LedgerError>;

    /// The URLs of a leased host that are due and come after that one, the stalest first, at most so
    /// many.
    ///
    /// # Errors
    /// If the database fails.
    fn due_after(
        &self,
        lease: &Lease,
        last: &Due,
        most: u32,
        now: i64,
    ) -> Result<Vec<Due>, LedgerError>;

    /// That URL, if it is enrolled and due.
    ///
    /// # Errors
    /// If the database fails.
    fn due(&self, url: &str, now: i64) -> Result<Option<Due>, LedgerError>;

    /// Whether a lease is still good.
    ///
    /// # Errors
    /// If the database fails.
    fn holds(&self, lease: &Lease, now: i64) -> Result<bool, LedgerError>;

    /// Holds a host for longer, until the given time.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`] if the lease is another's by now, or the database fails.
    fn renew(&mut self, lease: &mut Lease, until: i64) -> Result<(), LedgerError>;

    /// Keeps what was seen under a lease, which goes on.
    ///
    /// # Errors
    /// As [`Ledger::complete`].
    fn record(&mut self, lease: &Lease, seen: &[(i64, Observation)]) -> Result<(), LedgerError>;

    /// Ends a lease, with what was seen under it: all of it is kept, or nothing. The host is ready
    /// again when its next URL is due, but not before `gate`.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`] if the lease is another's by now, [`LedgerError::NoSuchUrl`] for an
    /// id the ledger doesn't have, or the database fails.
    fn complete(
        &mut self,
        lease: &Lease,
        seen: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError>;

    /// URLs that answered when they were last looked at, of different hosts, the latest first.
    ///
    /// # Errors
    /// If the database fails.
    fn alive(&self, most: u32) -> Result<Vec<String>, LedgerError>;

    /// What stands of a URL; `None` if it was never looked at.
    ///
    /// # Errors
    /// If the database fails.
    fn standing(&self, url: &str) -> Result<Option<UrlStatus>, LedgerError>;

    /// Tells of all URLs that were ever looked at, sorted by URL.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    fn standings(&self, visit: Visit<'_, (String, UrlStatus)>) -> Result<(), LedgerError>;

    /// When the next host is ready: a time in the past for "now", `None` if there is no URL.
    ///
    /// # Errors
    /// If the database fails.
    fn next_ready_at(&self) -> Result<Option<i64>, LedgerError>;

    /// Counts all URLs.
    ///
    /// # Errors
    /// If the database fails.
    fn counts(&self, now: i64) -> Result<Counts, LedgerError>;

    /// Counts the URLs of each host that has any, sorted by its key.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    fn hosts(&self, now: i64, visit: Visit<'_, HostCount>) -> Result<(), LedgerError>;

    /// Tells of all observations, sorted by URL, then time, then digest.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    fn observations(&self, visit: Visit<'_, (String, Observation)>) -> Result<(), LedgerError>;

    /// Takes in observations of another ledger, in any order and any number of times: all of them,
    /// or none. URLs that are known keep their host.
    ///
    /// # Errors
    /// [`LedgerError::TooLong`] for a URL longer than any ledger takes, or the database fails.
    fn merge(&mut self, entries: &[Entry]) -> Result<Merged, LedgerError>;

    /// What the robots.txt of an origin, such as `https://example.org`, said last.
    ///
    /// # Errors
    /// If the database fails.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Keeps what the robots.txt of an origin says.
    ///
    /// # Errors
    /// If the database fails.
    fn keep_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// What the archive of the web answered for a URL; `None` if it was not asked.
    ///
    /// # Errors
    /// If the database fails.
    fn capture(&self, url: &str) -> Result<Option<Capture>, LedgerError>;

    /// Keeps what the archive of the web answers for a URL.
    ///
    /// # Errors
    /// If the database fails.
    fn keep_capture(&mut self, url: &str, capture: &Capture) -> Result<(), LedgerError>;
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;

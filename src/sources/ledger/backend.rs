//! What any database must do to be a ledger.

use super::error::LedgerError;
use super::observation::Observation;
use super::status_history::UrlStatus;
use super::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, HostCount, ImportedObservation, Lease,
    LeaseReply, LeaseRequest, Merged, Robots,
};

/// Called with one item after another. An error ends the iteration and is passed on.
pub type Visit<'a, T> = &'a mut dyn FnMut(T) -> Result<(), LedgerError>;

/// The status of source URLs, and when each is due.
///
/// Times are milliseconds since 1970. The caller passes `now`, so that tests have a clock of their
/// own; a database that several machines share may use its own clock instead.
///
/// All methods fail if the database does, and then have changed nothing.
pub trait Ledger {
    /// Adds URLs to track. New ones are due at once; known ones stay as they are, except that they
    /// move to the host given. On an error, earlier URLs may be enrolled.
    ///
    /// # Errors
    /// If the database fails.
    fn enroll(
        &mut self,
        urls: &mut dyn Iterator<Item = Enrolment>,
    ) -> Result<Enrolled, LedgerError>;

    /// Leases the host that has been ready for longest, with its URLs that are due. `None` if no host
    /// is ready.
    ///
    /// # Errors
    /// If the database fails.
    fn claim(&mut self, request: LeaseRequest, now: i64) -> Result<Option<Claim>, LedgerError>;

    /// Leases the host with that rate-limit key, whether any of its URLs is due or not: the target of a
    /// redirect has a rate limit too. Adds a host that is not known.
    ///
    /// # Errors
    /// If the database fails.
    fn lease(
        &mut self,
        key: &str,
        request: LeaseRequest,
        now: i64,
    ) -> Result<LeaseReply, LedgerError>;

    /// Returns at most `most` URLs of a leased host that are due and come after `last`, the longest due
    /// first.
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

    /// Returns that URL, if it is enrolled and due.
    ///
    /// # Errors
    /// If the database fails.
    fn due(&self, url: &str, now: i64) -> Result<Option<Due>, LedgerError>;

    /// Returns whether a lease is still valid.
    ///
    /// # Errors
    /// If the database fails.
    #[cfg_attr(
        not(any(test, feature = "internals")),
        expect(dead_code, reason = "the conformance suite asks every backend for it")
    )]
    fn holds(&self, lease: &Lease, now: i64) -> Result<bool, LedgerError>;

    /// Extends a lease until the given time.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`] if another run holds the host by now, or the database fails.
    fn renew(&mut self, lease: &mut Lease, until: i64) -> Result<(), LedgerError>;

    /// Stores observations under a lease, which continues.
    ///
    /// # Errors
    /// As [`Ledger::complete`].
    fn record(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
    ) -> Result<(), LedgerError>;

    /// Ends a lease and stores the last observations under it: all of them, or none. The host is ready
    /// again when its next URL is due, but not before `gate`.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`] if another run holds the host by now, [`LedgerError::NoSuchUrl`] for
    /// an id that the ledger doesn't have, or the database fails.
    fn complete(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError>;

    /// Returns URLs of different hosts that answered when they were last checked, the latest first.
    ///
    /// # Errors
    /// If the database fails.
    fn alive(&self, most: u32) -> Result<Vec<String>, LedgerError>;

    /// Returns the status of a URL; `None` if it was never checked.
    ///
    /// # Errors
    /// If the database fails.
    fn status(&self, url: &str) -> Result<Option<UrlStatus>, LedgerError>;

    /// Visits all URLs that were ever checked, sorted by URL.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    #[cfg_attr(
        not(any(test, feature = "internals")),
        expect(dead_code, reason = "the conformance suite asks every backend for it")
    )]
    fn statuses(&self, visit: Visit<'_, (String, UrlStatus)>) -> Result<(), LedgerError>;

    /// Returns when the next host is ready: a time in the past for "now", `None` if there is no URL.
    ///
    /// # Errors
    /// If the database fails.
    fn next_ready_at(&self) -> Result<Option<i64>, LedgerError>;

    /// Counts all URLs.
    ///
    /// # Errors
    /// If the database fails.
    fn counts(&self, now: i64) -> Result<Counts, LedgerError>;

    /// Counts the URLs of each host that has any, sorted by rate-limit key.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    fn hosts(&self, now: i64, visit: Visit<'_, HostCount>) -> Result<(), LedgerError>;

    /// Visits all observations, sorted by URL, then time, then digest.
    ///
    /// # Errors
    /// If the database or the visitor fails.
    fn observations(&self, visit: Visit<'_, (String, Observation)>) -> Result<(), LedgerError>;

    /// Stores observations from another ledger, in any order and any number of times: all of them, or
    /// none. URLs that are known keep their host.
    ///
    /// # Errors
    /// [`LedgerError::TooLong`] for a URL longer than any ledger takes, or the database fails.
    fn merge(&mut self, observations: &[ImportedObservation]) -> Result<Merged, LedgerError>;

    /// Returns what the robots.txt of an origin, such as `https://example.org`, said last.
    ///
    /// # Errors
    /// If the database fails.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Stores what the robots.txt of an origin says.
    ///
    /// # Errors
    /// If the database fails.
    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// Returns what the web archive answered for a URL; `None` if it was not asked.
    ///
    /// # Errors
    /// If the database fails.
    fn capture(&self, url: &str) -> Result<Option<Capture>, LedgerError>;

    /// Stores what the web archive answers for a URL.
    ///
    /// # Errors
    /// If the database fails.
    fn store_capture(&mut self, url: &str, capture: &Capture) -> Result<(), LedgerError>;
}

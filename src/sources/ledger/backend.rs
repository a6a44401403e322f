//! The interface that a database must implement to serve as a ledger.

use super::error::LedgerError;
use super::observation::Observation;
use super::status_history::UrlStatus;
use super::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, HostCount, ImportedObservation, Lease,
    LeaseReply, LeaseRequest, Merged, Robots,
};

/// A function that a ledger calls with each item in turn. If the function returns an error, the iteration stops
/// with that error.
pub type Visit<'a, T> = &'a mut dyn FnMut(T) -> Result<(), LedgerError>;

/// A database that stores the status of source URLs and the time at which each URL is due.
///
/// Times are in milliseconds since 1970. The caller passes `now`, so that tests can use a simulated clock.
/// A database that several machines share may use its own clock instead.
///
/// Each method returns an error if the database fails. Apart from [`Ledger::enroll`], a method that returns
/// an error has not changed the ledger.
pub trait Ledger: Send {
    /// Adds URLs to track. New URLs are due at once. Known URLs keep their status, but move to the given
    /// host. If an error occurs, some of the URLs may have been enrolled.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn enroll(
        &mut self,
        urls: &mut dyn Iterator<Item = Enrolment>,
    ) -> Result<Enrolled, LedgerError>;

    /// Leases the host that has been ready for longest, and returns the lease with the host's URLs that are
    /// due. Of several hosts that became ready at the same time, leases the one with the most URLs. Returns
    /// `None` if no host is ready.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn claim(&mut self, request: LeaseRequest, now: i64) -> Result<Option<Claim>, LedgerError>;

    /// Leases the host with the given rate-limit key, even if none of its URLs is due: a redirect may lead
    /// to this host, and its rate limit applies to that request too. Adds the host if it is unknown.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn lease(
        &mut self,
        key: &str,
        request: LeaseRequest,
        now: i64,
    ) -> Result<LeaseReply, LedgerError>;

    /// Returns at most `most` more due URLs of a leased host: those that follow `last`, in the order of
    /// [`Claim::urls`].
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn due_after(
        &self,
        lease: &Lease,
        last: &Due,
        most: u32,
        now: i64,
    ) -> Result<Vec<Due>, LedgerError>;

    /// Returns the URL with its id and due time, or `None` if the URL is not enrolled or not due.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn due(&self, url: &str, now: i64) -> Result<Option<Due>, LedgerError>;

    /// Returns whether a lease is still valid.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    #[cfg_attr(
        not(any(test, feature = "internals")),
        expect(dead_code, reason = "only tests call this method")
    )]
    fn holds(&self, lease: &Lease, now: i64) -> Result<bool, LedgerError>;

    /// Extends a lease until the given time.
    ///
    /// # Errors
    /// Returns [`LedgerError::LeaseLost`] if the lease was completed or the host was leased again,
    /// or an error if the database fails.
    fn renew(&mut self, lease: &mut Lease, until: i64) -> Result<(), LedgerError>;

    /// Stores observations, given with the ids of their URLs, and keeps the lease.
    ///
    /// # Errors
    /// Returns the same errors as [`Ledger::complete`].
    fn record(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
    ) -> Result<(), LedgerError>;

    /// Stores the last observations of a lease, given with the ids of their URLs, and ends the lease.
    /// Stores either all observations or none. The host is ready again when its next URL is due, but not
    /// before `gate`.
    ///
    /// # Errors
    /// Returns [`LedgerError::LeaseLost`] if the lease was completed or the host was leased again,
    /// [`LedgerError::NoSuchUrl`] if the ledger has no URL with one of the ids, or an error if the
    /// database fails.
    fn complete(
        &mut self,
        lease: &Lease,
        observations: &[(i64, Observation)],
        gate: i64,
    ) -> Result<(), LedgerError>;

    /// Returns at most `most` URLs that are alive or have moved, starting with the URL that answered last.
    /// Returns only one URL for each host.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn alive(&self, most: u32) -> Result<Vec<String>, LedgerError>;

    /// Returns the status of a URL, or `None` if the URL was never checked.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn status(&self, url: &str) -> Result<Option<UrlStatus>, LedgerError>;

    /// Visits the status of each URL that was ever checked, sorted by URL.
    ///
    /// # Errors
    /// Returns an error if the database or the visitor fails.
    fn statuses(&self, visit: Visit<'_, (String, UrlStatus)>) -> Result<(), LedgerError>;

    /// Returns the time at which the next host is ready. A time in the past means that a host is ready now.
    /// Returns `None` if the ledger has no URLs and no leased hosts.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn next_ready_at(&self) -> Result<Option<i64>, LedgerError>;

    /// Counts all URLs, in total and by state.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn counts(&self, now: i64) -> Result<Counts, LedgerError>;

    /// Visits the number of URLs of each host that has URLs, sorted by rate-limit key.
    ///
    /// # Errors
    /// Returns an error if the database or the visitor fails.
    fn hosts(&self, now: i64, visit: Visit<'_, HostCount>) -> Result<(), LedgerError>;

    /// Visits all observations, sorted by URL, then time, then digest.
    ///
    /// # Errors
    /// Returns an error if the database or the visitor fails.
    fn observations(&self, visit: Visit<'_, (String, Observation)>) -> Result<(), LedgerError>;

    /// Stores observations from another ledger: either all of them or none. The resulting ledger does not
    /// depend on the order of the observations or on duplicates. Known URLs keep their host.
    ///
    /// # Errors
    /// Returns [`LedgerError::TooLong`] if a URL is too long for a ledger, or an error if the
    /// database fails.
    fn merge(&mut self, observations: &[ImportedObservation]) -> Result<Merged, LedgerError>;

    /// Returns the stored robots.txt of an origin, such as `https://example.org`, or `None` if no fetch has
    /// been attempted.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Stores the robots.txt of an origin, and replaces the previous one.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// Returns the result of looking up a URL in the web archive with the given base URL, or `None` if it
    /// was not looked up there.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn capture(&self, archive: &str, url: &str) -> Result<Option<Capture>, LedgerError>;

    /// Stores the result of looking up a URL in a web archive, and replaces the previous result of this
    /// archive.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    fn store_capture(
        &mut self,
        archive: &str,
        url: &str,
        capture: &Capture,
    ) -> Result<(), LedgerError>;
}

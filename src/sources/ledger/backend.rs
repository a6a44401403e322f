//! What any database must do to be a ledger.

use super::error::LedgerError;
use super::observation::Observation;
use super::status_history::UrlStatus;
use super::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, Entry, HostCount, Lease, LeaseRequest,
    Leasing, Merged, Robots,
};

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

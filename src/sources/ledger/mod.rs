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

mod backend;
pub mod error;
pub mod exchange;
mod legacy;
pub mod observation;
pub mod patience;
pub mod sqlite;
pub mod status_history;
mod types;

pub use self::backend::{Ledger, Visit};
pub use self::error::LedgerError;
pub use self::observation::Observation;
pub use self::patience::Patience;
pub use self::sqlite::SqliteLedger;
pub use self::status_history::UrlStatus;
pub use self::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, Entry, HostCount, Lease, LeaseRequest,
    Leasing, Merged, Robots,
};

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;

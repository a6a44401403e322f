//! The ledger: every observation of every source URL, the status that follows from them, and when each
//! URL is due again.
//!
//! `observation` is what a ledger stores, `status_history` derives the status from it. [`Ledger`] is what
//! any database must do; `sqlite` does it in one file. `exchange` moves observations from one ledger
//! to another.
//!
//! Several runs share a ledger. They lease hosts, not URLs. One column, `ready_at`, holds the end of the
//! rate limit, the end of a lease or the time at which the host's next URL is due, so a host that a
//! killed run held is free again without any clean-up. A run that comes back late notices by the
//! host's epoch, which every lease and every completion increments.

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
pub use self::error::{Damage, LedgerError, LineError, UnknownCode};
pub use self::observation::Observation;
pub use self::patience::Patience;
pub use self::sqlite::SqliteLedger;
pub use self::status_history::UrlStatus;
pub use self::types::{
    Capture, Claim, Counts, Due, Enrolled, Enrolment, HostCount, ImportedObservation, Lease,
    LeaseReply, LeaseRequest, Merged, Robots,
};

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;

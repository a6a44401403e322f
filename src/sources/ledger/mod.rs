//! The ledger: a database of all observations of source URLs, with the status of each URL and the time of
//! its next check.
//!
//! `observation` defines what a ledger stores, and `status_history` derives the status of a URL from its
//! observations. [`Ledger`] is the interface of a database, and `sqlite` implements it in a single file.
//! `import_export` moves observations from one ledger to another.
//!
//! Several runs can share a ledger. They lease hosts, not URLs. A single column, `ready_at`, holds the end
//! of the rate limit, the end of the lease, or the time at which the host's next URL is due. The lease of a
//! killed run therefore expires without any clean-up. Each lease and each completion increments the epoch
//! of the host. If a run uses a lease after another run has leased the host, the epochs differ, and the
//! ledger rejects the lease.

mod backend;
pub mod error;
pub mod import_export;
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

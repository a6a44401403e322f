//! What can go wrong with a ledger.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Why a ledger could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file or its folder could not be opened or made.
    #[error("cannot open the ledger {}", path.display())]
    Open {
        /// The ledger's file.
        path: PathBuf,
        /// What the system says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The file, or one that belongs to it, is a symbolic link or no file at all.
    #[error("{} is no regular file: a ledger is not written through links", path.display())]
    NotAFile {
        /// The one that is none.
        path: PathBuf,
    },
    /// The file is something else, and left alone.
    #[error("{} is not a ledger of dateline", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program made the ledger.
    #[error(
        "the ledger {} was made by a newer version of dateline (its format is {found}, this \
         version knows {known})",
        path.display()
    )]
    Newer {
        /// The ledger's file.
        path: PathBuf,
        /// The version of its format.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The lease ended, and the host is another's by now or was completed already.
    #[error("the lease of {key} is over")]
    LeaseLost {
        /// The host's key of politeness.
        key: String,
    },
    /// An observation of a URL that the ledger doesn't have.
    #[error("the ledger has no URL with the id {id}")]
    NoSuchUrl {
        /// The id.
        id: i64,
    },
    /// A URL that no ledger takes.
    #[error("a URL of {length} bytes is too long for a ledger")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A line of an export that can't be read. The lines before it may have been taken in.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// An export could not be read or written.
    #[error("cannot read or write the export")]
    Exchange(#[from] std::io::Error),
    /// What the ledger holds makes no sense: it is damaged.
    #[error("the ledger is damaged: {what}")]
    Damaged {
        /// What makes no sense.
        what: String,
    },
    /// Another process had the ledger locked for too long.
    #[error("another process has locked the ledger {}: gave up after {waited:?}", path.display())]
    Locked {
        /// The ledger's file.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The database failed.
    #[error("the ledger's database failed")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}

//! What can go wrong with a ledger.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Why a ledger failed.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file or its folder could not be opened or created.
    #[error("cannot open the ledger {}", path.display())]
    Open {
        /// The ledger's file.
        path: PathBuf,
        /// What the system reports.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The file, or one that belongs to it, is a symbolic link or not a file.
    #[error("{} is not a regular file: a ledger is not written through links", path.display())]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else, and stays as it is.
    #[error("{} is not a Dateline ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program wrote the ledger.
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
    /// The lease ended, and another run holds the host or completed it.
    #[error("the lease of {key} is over")]
    LeaseLost {
        /// The host's rate-limit key.
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
    /// A line of an export that can't be read. Earlier lines may have been imported.
    #[error("line {line}: {problem}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        problem: LineError,
    },
    /// An export could not be read or written.
    #[error("cannot read or write the export")]
    Exchange(#[from] std::io::Error),
    /// The ledger's content makes no sense.
    #[error("the ledger is damaged: {0}")]
    Damaged(Damage),
    /// Another process kept the ledger locked for too long.
    #[error("another process has locked the ledger {}: gave up after {waited:?}", path.display())]
    Locked {
        /// The ledger's file.
        path: PathBuf,
        /// How long this process waited for it.
        waited: Duration,
    },
    /// The database failed.
    #[error("the ledger's database failed")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}

/// What is wrong with a line of an export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is longer than any line that a ledger writes.
    #[error("it is longer than {most} bytes")]
    TooLong {
        /// The longest that is read, in bytes.
        most: u64,
    },
    /// It is not JSON, or not an observation.
    #[error("{message}, at column {column}")]
    Json {
        /// What the parser reports.
        message: String,
        /// Where in the line, from 1.
        column: usize,
    },
    /// Its URL is longer than any ledger takes.
    #[error("its URL is longer than {most} bytes")]
    UrlTooLong {
        /// The longest that a ledger takes, in bytes.
        most: usize,
    },
    /// Its time is impossible.
    #[error("its time is in the future, or before 1970")]
    BadTime,
    /// Its URL is one that Dateline never checks.
    #[error("its URL is one that is never checked")]
    NeverChecked,
    /// Its error code is unknown.
    #[error("there is no error `{code}`: a newer version may have written it")]
    UnknownCode {
        /// The code, made printable.
        code: String,
    },
}

/// What makes no sense in a ledger.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The database finds its own file inconsistent.
    #[error("{report}")]
    File {
        /// The first problem that it reports.
        report: String,
    },
    /// Rows refer to rows that do not exist.
    #[error("rows that refer to nothing: {count}")]
    DanglingRows {
        /// How many.
        count: u32,
    },
    /// A column holds a code that no version wrote.
    #[error(transparent)]
    UnknownCode(#[from] UnknownCode),
    /// A column holds a value of another type.
    #[error(transparent)]
    Value(Box<dyn Error + Send + Sync>),
}

/// A code that is not one of its column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {column} `{code}`")]
pub struct UnknownCode {
    /// What the column holds.
    pub column: &'static str,
    /// The code, made printable.
    pub code: String,
}

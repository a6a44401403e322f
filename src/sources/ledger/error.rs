//! The errors of a ledger.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// The reason why a ledger could not be opened, read, written or imported into.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file or its folder could not be opened or created.
    #[error("cannot open the ledger {}", path.display())]
    Open {
        /// The ledger's file.
        path: PathBuf,
        /// The error of the operating system or of `SQLite`.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The path of the ledger, or of a file next to it that `SQLite` uses, is not a regular file.
    #[error(
        "{} is not a regular file, and Dateline does not follow links to a ledger",
        path.display()
    )]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a ledger. It was not changed.
    #[error("{} is not a Dateline ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program wrote the ledger.
    #[error(
        "the ledger {} was written by a newer version of Dateline: its format is {found}, but this \
         version supports only formats up to {known}",
        path.display()
    )]
    Newer {
        /// The ledger's file.
        path: PathBuf,
        /// The version of the ledger's format.
        found: i64,
        /// The newest version of the format that this program knows.
        known: i64,
    },
    /// The lease is no longer valid: it was completed, or it expired and the host was leased again.
    #[error("the lease of {key} is no longer valid")]
    LeaseLost {
        /// The host's rate-limit key.
        key: String,
    },
    /// An observation refers to a URL that is not in the ledger.
    #[error("the ledger has no URL with the id {id}")]
    NoSuchUrl {
        /// The id of the URL.
        id: i64,
    },
    /// A URL is too long for a ledger.
    #[error("a URL of {length} bytes is too long for a ledger")]
    TooLong {
        /// The length of the URL, in bytes.
        length: usize,
    },
    /// A line of an export is invalid. Earlier lines may have been imported.
    #[error("line {line}: {problem}")]
    Line {
        /// The number of the line, from 1.
        line: u64,
        /// The problem with the line.
        problem: LineError,
    },
    /// An export could not be read or written.
    #[error("cannot read or write the export")]
    Exchange(#[from] std::io::Error),
    /// The content of the ledger is invalid.
    #[error("the ledger is damaged: {0}")]
    Damaged(Damage),
    /// Another process kept the ledger locked for too long.
    #[error(
        "another process has locked the ledger {}: gave up waiting after {waited:?}",
        path.display()
    )]
    Locked {
        /// The ledger's file.
        path: PathBuf,
        /// The time that this process waited for the lock.
        waited: Duration,
    },
    /// The database failed.
    #[error("the ledger's database failed")]
    Database(#[source] Box<dyn Error + Send + Sync>),
}

/// The problem with a line of an export.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The line is longer than any line that a ledger writes.
    #[error("it is longer than {most} bytes")]
    TooLong {
        /// The maximum length of a line, in bytes.
        most: u64,
    },
    /// The line is not JSON, or its JSON is not an observation.
    #[error("{message}, at column {column}")]
    Json {
        /// The message of the JSON parser.
        message: String,
        /// The column of the error, in bytes, from 1.
        column: usize,
    },
    /// The URL is too long for a ledger.
    #[error("its URL is longer than {most} bytes")]
    UrlTooLong {
        /// The maximum length of a URL, in bytes.
        most: usize,
    },
    /// The time of the observation is before 1970, or more than a day in the future.
    #[error("its time is in the future, or before 1970")]
    BadTime,
    /// The URL is one that Dateline never checks.
    #[error("its URL is invalid or has no host, so it is never checked")]
    NeverChecked,
    /// The error code is unknown.
    #[error("`{code}` is not a known error code: a newer version may have written it")]
    UnknownCode {
        /// The code, with unprintable characters escaped.
        code: String,
    },
}

/// The invalid part of a damaged ledger.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The integrity check of the database failed.
    #[error("{report}")]
    File {
        /// The first problem that the database reports.
        report: String,
    },
    /// Some rows refer to rows that do not exist.
    #[error("references to rows that do not exist: {count}")]
    DanglingRows {
        /// The number of these rows.
        count: u32,
    },
    /// A column contains a code that this version does not know.
    #[error(transparent)]
    UnknownCode(#[from] UnknownCode),
    /// A column contains a value that cannot be converted to the type of its field.
    #[error(transparent)]
    Value(Box<dyn Error + Send + Sync>),
}

/// A code that is not valid in its column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {column} `{code}`")]
pub struct UnknownCode {
    /// The kind of code that the column contains, such as `verdict`.
    pub column: &'static str,
    /// The code, with unprintable characters escaped.
    pub code: String,
}

//! Failures of `SQLite` as those of a ledger.

use super::super::error::LedgerError;

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            // A value that is none of those a ledger stores.
            rusqlite::Error::FromSqlConversionFailure(_, _, what) => {
                Self::Damaged { what: what.to_string() }
            }
            error => Self::Database(Box::new(error)),
        }
    }
}

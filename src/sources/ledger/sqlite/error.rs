//! The conversion of `SQLite` errors into ledger errors.

use super::super::error::{Damage, LedgerError, UnknownCode};

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::FromSqlConversionFailure(_, _, reason) => {
                Self::Damaged(match reason.downcast::<UnknownCode>() {
                    Ok(unknown) => Damage::UnknownCode(*unknown),
                    Err(reason) => Damage::Value(reason),
                })
            }
            error => Self::Database(Box::new(error)),
        }
    }
}

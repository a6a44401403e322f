//! Opens the file of a ledger. Creates the file and its folder if they are missing. Refuses symbolic links
//! and files that are not ledgers.

#![expect(clippy::disallowed_methods, reason = "this module owns the ledger's file")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::super::error::LedgerError;
use super::super::patience::{Patience, Wait};
use super::schema::{self, FileKind};

/// Opens the ledger at `path`, and creates it if it is missing.
pub(super) fn open(path: &Path, patience: Patience) -> Result<Connection, LedgerError> {
    let path = prepare(path)?;
    let mut wait = Wait::new(patience, &path);
    loop {
        match connect(&path) {
            Ok((mut connection, found)) => {
                accept(&path, found)?;
                Wait::new(patience, &path)
                    .for_each_transaction(&mut connection)
                    .map_err(|error| opening(&path, error))?;
                return Ok(connection);
            }
            Err(error) if is_busy(&error) => {
                if !wait.pause() {
                    return Err(LedgerError::Locked { path, waited: patience.limit });
                }
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                return Err(LedgerError::NotALedger { path });
            }
            Err(error) => return Err(opening(&path, error)),
        }
    }
}

/// Opens the ledger at `path` for reading, and creates it if it is missing.
///
/// On a read-only file system, `SQLite` cannot create its lock files. No other process can write there
/// either, so the file is then read without locks. If a killed process left a write-ahead log next to the
/// file, the file alone is incomplete, and opening it fails.
pub(super) fn open_for_reading(path: &Path, patience: Patience) -> Result<Connection, LedgerError> {
    let written = open(path, patience);
    let is_not_writable =
        matches!(&written, Err(LedgerError::Open { source, .. }) if is_not_writable(&**source));
    let path = prepare(path)?;
    if !is_not_writable || !is_settled(&path) {
        return written;
    }
    let opened = connect_without_writing(&path, "immutable=1");
    let (connection, found, is_current) = opened.map_err(|error| opening(&path, error))?;
    accept(&path, found)?;
    // An older ledger needs a migration, which writes.
    if is_current { Ok(connection) } else { written }
}

/// Opens the existing ledger at `path` for reading, and writes nothing. Returns `None` if another version of the
/// program wrote it.
///
/// Without a write-ahead log, no process has the ledger open, so it is read without locks. With one, `SQLite` reads
/// the log and the shared memory, which it otherwise would create. It does not have to write to them.
///
/// Source: <https://www.sqlite.org/wal.html#readonly>
pub(super) fn open_without_writing(
    path: &Path,
    patience: Patience,
) -> Result<Option<Connection>, LedgerError> {
    let path = prepare(path)?;
    let mode = if is_settled(&path) { "immutable=1" } else { "readonly_shm=1" };
    let opened = connect_without_writing(&path, mode);
    let (mut connection, found, is_current) = match opened {
        Err(error) if is_busy(&error) => {
            return Err(LedgerError::Locked { path, waited: patience.limit });
        }
        opened => opened.map_err(|error| opening(&path, error))?,
    };
    if matches!(found, FileKind::Newer { .. }) {
        return Ok(None);
    }
    accept(&path, found)?;
    if !is_current {
        return Ok(None);
    }
    let wait = Wait::new(patience, &path).for_each_transaction(&mut connection);
    wait.map_err(|error| opening(&path, error))?;
    Ok(Some(connection))
}

/// Returns whether the file of a ledger contains everything, so that it can be read without its log.
fn is_settled(path: &Path) -> bool {
    let mut log = path.to_path_buf().into_os_string();
    log.push("-wal");
    std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}

/// Opens a file for reading. `parameter` is a parameter of its URI. Also returns what the file is, and whether its
/// tables are those of this version.
fn connect_without_writing(
    path: &Path,
    parameter: &str,
) -> rusqlite::Result<(Connection, FileKind, bool)> {
    let Ok(mut url) = url::Url::from_file_path(path) else {
        return Err(rusqlite::Error::InvalidPath(path.to_path_buf()));
    };
    url.set_query(Some(parameter));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(url.as_str(), flags)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let found = schema::look(&connection)?;
    let is_current = found == FileKind::Ready && schema::is_current(&connection)?;
    Ok((connection, found, is_current))
}

/// Converts the error of a statement that waits for a lock. If another process still holds the lock, the
/// result is [`LedgerError::Locked`].
pub(super) fn failed(path: &Path, patience: Patience, error: rusqlite::Error) -> LedgerError {
    if is_busy(&error) {
        return LedgerError::Locked { path: path.to_path_buf(), waited: patience.limit };
    }
    error.into()
}

/// Returns whether a lock of another process or connection caused the error.
fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn is_not_writable(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
}

fn connect(path: &Path) -> rusqlite::Result<(Connection, FileKind)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(path, flags)?;
    // Do not let SQLite wait for locks here. If two processes create the same ledger at once, waiting is
    // useless, so the caller retries from the start.
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(32);
    // Recognize a file that is not a ledger before writing anything to it.
    let found = schema::look(&connection)?;
    if found != FileKind::Ready {
        return Ok((connection, found));
    }
    set_up(&connection)?;
    // Read the version first: unlike a migration, this does not have to wait for a process that writes.
    let is_current = schema::is_current(&connection)?;
    let found = if is_current { found } else { schema::migrate(&mut connection)? };
    Ok((connection, found))
}

fn accept(path: &Path, found: FileKind) -> Result<(), LedgerError> {
    let path = path.to_path_buf();
    match found {
        FileKind::Ready => Ok(()),
        FileKind::Foreign => Err(LedgerError::NotALedger { path }),
        FileKind::Newer { found, known } => Err(LedgerError::Newer { path, found, known }),
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // In WAL mode, a killed process loses nothing that it has committed. A power failure may lose the last
    // commits, but does not damage the ledger. The URLs of lost commits are checked again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Do not trust the schema: the file may come with another person's archive.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Creates the folder of the ledger, and returns the path of the ledger without symbolic links.
fn prepare(path: &Path) -> Result<PathBuf, LedgerError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Some(name) = path.file_name() else {
        return Err(LedgerError::NotAFile { path: path.to_path_buf() });
    };
    if !folder.is_dir() {
        std::fs::create_dir_all(folder).map_err(|error| opening(path, error))?;
    }
    // SQLite refuses a path that contains a symbolic link. The caller has checked the links among the
    // folders, so resolve them here.
    let folder = std::fs::canonicalize(folder).map_err(|error| opening(path, error))?;
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = name.to_owned();
        name.push(suffix);
        let beside = folder.join(name);
        if std::fs::symlink_metadata(&beside).is_ok_and(|found| !found.is_file()) {
            return Err(LedgerError::NotAFile { path: beside });
        }
    }
    Ok(folder.join(name))
}

fn opening(path: &Path, source: impl Error + Send + Sync + 'static) -> LedgerError {
    LedgerError::Open { path: path.to_path_buf(), source: Box::new(source) }
}

//! The tables of an `SQLite` ledger, and the migrations from older versions of the tables.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{captures, codes};

/// The application id in the header of an `SQLite` file that identifies the file as a ledger: `DLdg` in
/// ASCII.
const APPLICATION_ID: i64 = 0x444c_6467;

/// The steps that create the tables and update them from version to version. A released step never changes,
/// and new steps are appended. The file stores the number of completed steps as its version.
const MIGRATIONS: &[Migration] = &[
    Migration::Sql(
        "
    CREATE TABLE host (
        host_id INTEGER PRIMARY KEY,
        politeness_key TEXT NOT NULL UNIQUE,
        -- Nobody asks before: the later of gate_at and the least due_at of its URLs, or the end of
        -- a lease while it has an owner.
        ready_at INTEGER NOT NULL DEFAULT 0,
        gate_at INTEGER NOT NULL DEFAULT 0,
        epoch INTEGER NOT NULL DEFAULT 0,
        owner TEXT
    ) STRICT;
    CREATE INDEX host_ready ON host (ready_at);
    CREATE TABLE url (
        url_id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        host_id INTEGER NOT NULL REFERENCES host,
        due_at INTEGER NOT NULL DEFAULT 0,
        -- What follows is made of the observations. No verdict: never looked at.
        verdict TEXT,
        reason TEXT NOT NULL DEFAULT '',
        strikes INTEGER NOT NULL DEFAULT 0,
        first_fail_at INTEGER,
        last_ok_at INTEGER,
        final_url TEXT,
        checked_at INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX url_due ON url (host_id, due_at);
    CREATE TABLE observation (
        url_id INTEGER NOT NULL REFERENCES url,
        at INTEGER NOT NULL,
        digest BLOB NOT NULL,
        reading TEXT NOT NULL,
        status INTEGER,
        error TEXT,
        final_url TEXT,
        vantage TEXT NOT NULL,
        PRIMARY KEY (url_id, at, digest)
    ) STRICT, WITHOUT ROWID;
",
    ),
    Migration::Sql(
        "
    -- How many URLs a host has: of those that are ready at once, the largest goes first.
    ALTER TABLE host ADD COLUMN urls INTEGER NOT NULL DEFAULT 0;
    UPDATE host SET urls = (SELECT count(*) FROM url WHERE url.host_id = host.host_id);
    DROP INDEX host_ready;
    CREATE INDEX host_ready ON host (ready_at, urls DESC);
    CREATE TABLE robots (
        origin TEXT PRIMARY KEY,
        fetched_at INTEGER NOT NULL,
        failing_since INTEGER,
        rules TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE capture (
        url TEXT PRIMARY KEY,
        looked_at INTEGER NOT NULL,
        -- None: the archive has no copy.
        found TEXT
    ) STRICT, WITHOUT ROWID;
",
    ),
    Migration::Run(codes::replace_words),
    Migration::Run(captures::add_archives),
];

/// A step from one version of the tables to the next.
#[derive(Clone, Copy)]
enum Migration {
    Sql(&'static str),
    Run(fn(&Transaction<'_>) -> rusqlite::Result<()>),
}

impl Migration {
    fn run(self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        match self {
            Self::Sql(sql) => transaction.execute_batch(sql),
            Self::Run(run) => run(transaction),
        }
    }
}

/// The kind of a database file, which determines whether it can be used as a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A ledger of a known version, or an empty file that can become a ledger.
    Ready,
    /// A file that is not a ledger.
    Foreign,
    /// A ledger of a newer version.
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
}

/// Determines the kind of a file without writing to it.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<FileKind> {
    // Read within one transaction: another process could create the ledger between two reads.
    let transaction = connection.unchecked_transaction()?;
    look_for(&transaction, MIGRATIONS)
}

/// Creates the tables, or updates them to the newest version. Changes nothing if the file is foreign or newer.
/// Returns the kind of the file.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<FileKind> {
    migrate_by(connection, MIGRATIONS)
}

/// Creates the tables of an earlier version.
#[cfg(test)]
pub(super) fn migrate_to(
    connection: &mut Connection,
    version: usize,
) -> rusqlite::Result<FileKind> {
    migrate_by(connection, &MIGRATIONS[..version])
}

/// Returns whether the tables have the newest version.
pub(super) fn is_current(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? == newest(MIGRATIONS))
}

fn look_for(connection: &Connection, migrations: &[Migration]) -> rusqlite::Result<FileKind> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = version(connection)?;
    // The ledger may come with another person's archive, so refuse a file with triggers or views: their SQL
    // would run along with the statements of this program.
    let (tables, active): (i64, i64) = connection.query_row(
        "SELECT count(*), count(CASE WHEN type IN ('trigger', 'view') THEN 1 END)
         FROM sqlite_schema",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let known = newest(migrations);
    let empty = id == 0 && version == 0 && tables == 0;
    Ok(match id {
        APPLICATION_ID if version > known => FileKind::Newer { found: version, known },
        APPLICATION_ID if version > 0 && active == 0 => FileKind::Ready,
        _ if empty => FileKind::Ready,
        _ => FileKind::Foreign,
    })
}

fn migrate_by(connection: &mut Connection, migrations: &[Migration]) -> rusqlite::Result<FileKind> {
    // Check the file again within the transaction: another process may have changed it meanwhile.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = look_for(&transaction, migrations)?;
    if found != FileKind::Ready {
        return Ok(found);
    }
    let done = usize::try_from(version(&transaction)?).unwrap_or(0);
    if done < migrations.len() {
        for migration in &migrations[done..] {
            migration.run(&transaction)?;
        }
        if done > 0 {
            // This cannot be a migration: a migration must not change, but this code always works with the
            // newest tables.
            codes::derive_statuses(&transaction)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", newest(migrations))?;
    }
    transaction.commit()?;
    Ok(FileKind::Ready)
}

/// Returns the version of the tables after all these migrations.
fn newest(migrations: &[Migration]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_runs_once_and_nothing_is_lost() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(migrate(&mut connection).unwrap(), FileKind::Ready);
        connection.execute("INSERT INTO host (politeness_key) VALUES ('a.org')", []).unwrap();
        let mut later = MIGRATIONS.to_vec();
        let sql = "ALTER TABLE host ADD COLUMN delay_ms INTEGER NOT NULL DEFAULT 250;";
        later.push(Migration::Sql(sql));
        for _ in 0..2 {
            assert_eq!(migrate_by(&mut connection, &later).unwrap(), FileKind::Ready);
        }
        let row: (String, i64) = connection
            .query_row("SELECT politeness_key, delay_ms FROM host", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, ("a.org".to_owned(), 250));
        let known = newest(MIGRATIONS);
        assert_eq!(look(&connection).unwrap(), FileKind::Newer { found: known + 1, known });
    }

    #[test]
    fn a_migration_that_fails_leaves_the_old_version() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut later = MIGRATIONS.to_vec();
        let sql = "CREATE TABLE extra (id INTEGER); CREATE TABLE host (id INTEGER);";
        later.push(Migration::Sql(sql));
        migrate_by(&mut connection, &later).unwrap_err();
        assert_eq!(version(&connection).unwrap(), newest(MIGRATIONS));
        let extra = "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'";
        assert_eq!(connection.query_row(extra, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
        assert_eq!(look(&connection).unwrap(), FileKind::Ready);
    }

    #[test]
    fn what_others_made_is_foreign() {
        for sql in [
            "CREATE TABLE t (x);",
            "PRAGMA user_version = 1;",
            "PRAGMA application_id = 7; PRAGMA user_version = 1;",
        ] {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(sql).unwrap();
            assert_eq!(migrate(&mut connection).unwrap(), FileKind::Foreign, "{sql}");
        }
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER t AFTER INSERT ON url BEGIN DELETE FROM observation; END;",
            )
            .unwrap();
        assert_eq!(look(&connection).unwrap(), FileKind::Foreign);
    }
}

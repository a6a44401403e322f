//! The tables of a ledger in `SQLite`, and how those of older versions become today's.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::codes;

/// Marks a file as a ledger, in its header: `DLdg`.
const APPLICATION_ID: i64 = 0x444c_6467;

/// What makes each version of the tables of the one before. Never changed once released, only
/// added to: the number of those that ran is the version, which the file carries.
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

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A ledger of this version, or there was nothing in it and it is one now.
    Ready,
    /// Something else.
    Foreign,
    /// A ledger of a version that this program does not know.
    Newer {
        /// The file's version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
}

/// Looks at what a file is, without writing to it. `Ready` if it is a ledger, of any version that
/// is known, or empty.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<FileKind> {
    // One transaction, or another process could make the ledger between two looks.
    let transaction = connection.unchecked_transaction()?;
    look_for(&transaction, MIGRATIONS)
}

/// Brings the tables up to this version.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<FileKind> {
    migrate_by(connection, MIGRATIONS)
}

/// Brings the tables up to an earlier version.
#[cfg(test)]
pub(super) fn migrate_to(
    connection: &mut Connection,
    version: usize,
) -> rusqlite::Result<FileKind> {
    migrate_by(connection, &MIGRATIONS[..version])
}

/// Whether the tables are those of this version.
pub(super) fn is_current(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? == newest(MIGRATIONS))
}

fn look_for(connection: &Connection, migrations: &[Migration]) -> rusqlite::Result<FileKind> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = version(connection)?;
    // A ledger may come with somebody's archive: what would run by itself is not run.
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
    // Looked at again inside: another process may have been faster.
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
            // Not by a migration, which must not change: this code knows only the newest tables.
            codes::derive_statuses(&transaction)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", newest(migrations))?;
    }
    transaction.commit()?;
    Ok(FileKind::Ready)
}

/// The version that these make.
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

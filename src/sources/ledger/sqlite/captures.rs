//! The migration that records for each archived copy which web archive it comes from.

use rusqlite::{Transaction, params};

/// Adds the web archive to each capture with a copy. The URL of the copy contains it. Removes the
/// captures without a copy, because they do not tell which web archive has none.
pub(super) fn add_archives(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "ALTER TABLE capture RENAME TO old_capture;
        CREATE TABLE capture (
            url TEXT NOT NULL,
            -- The URL that precedes the time and the URL of the page in the URLs of the web archive.
            archive TEXT NOT NULL,
            looked_at INTEGER NOT NULL,
            -- None: the archive has no copy.
            found TEXT,
            PRIMARY KEY (url, archive)
        ) STRICT, WITHOUT ROWID;",
    )?;
    {
        let sql = "SELECT url, looked_at, found FROM old_capture WHERE found IS NOT NULL";
        let mut captures = transaction.prepare(sql)?;
        let mut captures = captures.query([])?;
        while let Some(row) = captures.next()? {
            let (url, looked_at, found): (String, i64, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            if let Some(archive) = archive_of(&found) {
                let sql = "INSERT INTO capture VALUES (?1, ?2, ?3, ?4)";
                transaction
                    .prepare_cached(sql)?
                    .execute(params![url, archive, looked_at, found])?;
            }
        }
    }
    transaction.execute_batch("DROP TABLE old_capture;")
}

/// Returns the part of a copy's URL before the slash and the 14 digits of its time.
fn archive_of(copy: &str) -> Option<&str> {
    let is_time = |text: &str| {
        let time = text.split('/').next().unwrap_or_default();
        time.bytes().take_while(u8::is_ascii_digit).count() == 14
    };
    let mut slashes = copy.match_indices('/').map(|(at, _)| at);
    slashes.find(|at| is_time(&copy[at + 1..])).map(|at| &copy[..at])
}

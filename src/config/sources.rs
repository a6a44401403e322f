//! The reading of `[sources]`: how source URLs are asked for.

use super::reader::Table;
use super::settings::SourceSettings;

/// Reads the table over `sources`, which hold the defaults.
pub(super) fn read(table: Table<'_>, sources: &mut SourceSettings) {
    sources.delay = table.duration("delay").unwrap_or(sources.delay);
    sources.timeout = table.duration("timeout").unwrap_or(sources.timeout);
    sources.concurrency = count(&table, "concurrency", 1..1025).unwrap_or(sources.concurrency);
    table.finish();
}

fn count(table: &Table<'_>, key: &'static str, range: std::ops::Range<i64>) -> Option<usize> {
    table.integer(key, range).and_then(|number| usize::try_from(number).ok())
}

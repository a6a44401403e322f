//! The command `dateline sources status`, which counts sources by status, host and year.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::args::{LedgerArgs, ListFormat, PagesArgs};
use crate::cli::error::CliError;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::write_stdout;
use crate::diagnostic::printable;
use crate::session::{HostCount, LedgerStatus, Sources, Verdict, YearStatus};

/// The maximum number of hosts in the table. The JSON output contains all hosts.
const SHOWN: usize = 10;

/// Prints the counts as a table or as JSON. Returns the exit code.
pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    format: ListFormat,
) -> Result<u8, CliError> {
    let sources = Sources::open(
        &pages.origin.paths(&pages.paths),
        ledger_options(Some(pages), ledger, None),
    )?;
    let status = StatusTable(sources.status()?);
    let text = match format {
        ListFormat::Human => status.table(),
        ListFormat::Json => serde_json::to_string_pretty(&status.json())? + "\n",
    };
    write_stdout(&text)?;
    Ok(0)
}

/// The status of a ledger, with methods for each output format.
struct StatusTable(LedgerStatus);

impl StatusTable {
    fn json(&self) -> JsonStatus {
        let host =
            |host: &HostCount| JsonHost { host: host.key.clone(), urls: host.urls, due: host.due };
        let year = |(year, of): (&i16, &YearStatus)| JsonYear {
            year: *year,
            urls: of.urls,
            unseen: of.unseen,
            verdicts: verdicts(&of.by_verdict),
        };
        JsonStatus {
            urls: self.0.counts.urls,
            due: self.0.counts.due,
            unseen: self.0.counts.unseen,
            verdicts: verdicts(&self.0.counts.by_verdict),
            hosts: self.0.hosts.iter().map(host).collect(),
            years: self.0.years.iter().map(year).collect(),
        }
    }

    fn table(&self) -> String {
        let counts = &self.0.counts;
        let mut rows = vec![(counts.urls, "URLs".to_owned())];
        rows.push((counts.due, "due".to_owned()));
        rows.push((counts.unseen, "never checked".to_owned()));
        rows.extend(counts.by_verdict.iter().map(|(verdict, count)| (*count, verdict.to_string())));
        let shown = self.0.hosts.iter().take(SHOWN);
        rows.extend(shown.map(|host| (host.urls, format!("at {}", printable(&host.key)))));
        if self.0.hosts.len() > SHOWN {
            let rest = self.0.hosts[SHOWN..].iter().map(|host| host.urls).sum();
            rows.push((rest, format!("at {} other hosts", self.0.hosts.len() - SHOWN)));
        }
        let mut table = String::new();
        for (count, what) in rows {
            let _ = writeln!(table, "{count:>9}  {what}");
        }
        table + &self.table_of_years()
    }

    /// Returns a table with a line for each year and a column for each status.
    fn table_of_years(&self) -> String {
        if self.0.years.is_empty() {
            return String::new();
        }
        let found: BTreeSet<Verdict> =
            self.0.years.values().flat_map(|year| year.by_verdict.keys().copied()).collect();
        let mut names = vec!["URLs", "unseen"];
        names.extend(found.iter().map(|verdict| verdict.name()));
        let mut table = format!("\n{:>6}", "year");
        for name in names {
            let _ = write!(table, "{name:>12}");
        }
        for (year, of) in &self.0.years {
            let count = |verdict: &Verdict| of.by_verdict.get(verdict).copied().unwrap_or_default();
            let _ = write!(table, "\n{year:>6}");
            for count in [of.urls, of.unseen].into_iter().chain(found.iter().map(count)) {
                let _ = write!(table, "{count:>12}");
            }
        }
        table + "\n"
    }
}

fn verdicts(counts: &BTreeMap<Verdict, u64>) -> Map<String, Value> {
    counts.iter().map(|(verdict, count)| (verdict.name().to_owned(), (*count).into())).collect()
}

#[derive(Serialize)]
struct JsonStatus {
    urls: u64,
    due: u64,
    unseen: u64,
    verdicts: Map<String, Value>,
    hosts: Vec<JsonHost>,
    years: Vec<JsonYear>,
}

#[derive(Serialize)]
struct JsonHost {
    host: String,
    urls: u64,
    due: u64,
}

#[derive(Serialize)]
struct JsonYear {
    year: i16,
    urls: u64,
    unseen: u64,
    verdicts: Map<String, Value>,
}

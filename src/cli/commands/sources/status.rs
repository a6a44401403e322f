//! The command `dateline sources status`, which counts sources by status, host and year, and lists
//! those that are failing or lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::args::{LedgerArgs, ListFormat, PagesArgs};
use crate::cli::error::CliError;
use crate::cli::source_options::ledger_options;
use crate::cli::terminal::write_stdout;
use crate::diagnostic::{counted, printable};
use crate::json_escape;
use crate::session::{
    HostCount, LedgerStatus, Reason, Sources, UnavailableSource, Verdict, YearStatus,
};

/// The maximum number of hosts in the table. The JSON output contains all hosts.
const SHOWN: usize = 10;

/// The maximum number of failing and lost sources in the list. The JSON output contains all of them.
const SHOWN_SOURCES: usize = 50;

/// Prints the status as text or as JSON. Returns the exit code.
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
        ListFormat::Human => status.table() + &status.list(),
        ListFormat::Json => {
            let mut json = Vec::new();
            json_escape::to_writer_pretty(&mut json, &status.json())?;
            String::from_utf8_lossy(&json).into_owned() + "\n"
        }
    };
    write_stdout(&text)?;
    Ok(0)
}

/// The status of a ledger, with methods for each output format.
struct StatusTable(LedgerStatus);

impl StatusTable {
    fn json(&self) -> JsonStatus<'_> {
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
            unavailable: self.0.unavailable.iter().map(JsonUnavailable::from).collect(),
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
            let hosts = counted((self.0.hosts.len() - SHOWN) as u64, "other host");
            rows.push((rest, format!("at {hosts}")));
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

    /// Returns a line for each of the first [`SHOWN_SOURCES`] failing or lost sources, and a line
    /// about the rest.
    fn list(&self) -> String {
        let sources = &self.0.unavailable;
        if sources.is_empty() {
            return String::new();
        }
        let mut list = "\n".to_owned();
        for source in sources.iter().take(SHOWN_SOURCES) {
            let _ = writeln!(list, "{}", line(source));
        }
        if sources.len() > SHOWN_SOURCES {
            let rest = counted((sources.len() - SHOWN_SOURCES) as u64, "more source");
            let _ = writeln!(list, "{:>9}  {rest}: `--output-format json` lists all", "");
        }
        list
    }
}

/// Returns the line about a failing or lost source.
fn line(UnavailableSource { outcome, pages }: &UnavailableSource) -> String {
    let mut line = format!("{:>9}  {}: {}", outcome.verdict.name(), outcome.url, outcome.evidence);
    match &pages[..] {
        [] => line += "; cited on none of the pages",
        [page] => line.extend(["; cited on ", page]),
        [page, rest @ ..] => {
            let rest = counted(rest.len() as u64, "other page");
            line.extend(["; cited on ", page, " and ", &rest]);
        }
    }
    printable(&line).into_owned()
}

fn verdicts(counts: &BTreeMap<Verdict, u64>) -> Map<String, Value> {
    counts.iter().map(|(verdict, count)| (verdict.name().to_owned(), (*count).into())).collect()
}

#[derive(Serialize)]
struct JsonStatus<'a> {
    urls: u64,
    due: u64,
    unseen: u64,
    verdicts: Map<String, Value>,
    hosts: Vec<JsonHost>,
    years: Vec<JsonYear>,
    unavailable: Vec<JsonUnavailable<'a>>,
}

/// A source that is failing or lost.
#[derive(Serialize)]
struct JsonUnavailable<'a> {
    url: &'a str,
    verdict: &'static str,
    /// The code of the reason.
    reason: Option<String>,
    /// The reason and the history, as words.
    message: String,
    strikes: u32,
    /// The time of the first failure since the source last answered.
    since: Option<String>,
    pages: &'a [String],
}

impl<'a> From<&'a UnavailableSource> for JsonUnavailable<'a> {
    fn from(UnavailableSource { outcome, pages }: &'a UnavailableSource) -> Self {
        let record = outcome.evidence.record.as_ref();
        let since = record.and_then(|record| record.first_fail_at);
        let since = since.and_then(|at| Timestamp::from_millisecond(at).ok());
        Self {
            url: &outcome.url,
            verdict: outcome.verdict.name(),
            reason: outcome.evidence.reason().map(Reason::code),
            message: outcome.evidence.to_string(),
            strikes: record.map_or(0, |record| record.strikes),
            since: since.map(|at| at.to_string()),
            pages,
        }
    }
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

//! `dateline sources status`: how many sources there are, and what stands of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Cited, cited, failure, now, place, settings};
use crate::cli::Failure;
use crate::cli::args::{LedgerArgs, ListFormat, PagesArgs};
use crate::cli::terminal::write_stdout;
use crate::diagnostic::printable;
use crate::source_status::Verdict;
use crate::sources::ledger::{Counts, HostCount, Ledger, LedgerError, SqliteLedger};

/// The most hosts that the table names; JSON has them all.
const SHOWN: usize = 10;

pub(super) fn run(
    pages: &PagesArgs,
    ledger: &LedgerArgs,
    format: ListFormat,
) -> Result<u8, Failure> {
    let settings = settings(pages)?;
    let ledger = place(ledger, &settings).open_to_look()?;
    let status =
        Status::read(&ledger, cited(pages, &settings)?).map_err(|error| failure(&error))?;
    let text = match format {
        ListFormat::Human => status.table(),
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(&status.json());
            text.map_err(|error| Failure::Message(error.to_string()))? + "\n"
        }
    };
    write_stdout(&text)?;
    Ok(0)
}

/// The sources that the events of one year cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Year {
    urls: u64,
    unseen: u64,
    by_verdict: BTreeMap<Verdict, u64>,
}

struct Status {
    counts: Counts,
    hosts: Vec<HostCount>,
    years: BTreeMap<i16, Year>,
}

impl Status {
    fn read(ledger: &SqliteLedger, cited: Vec<Cited>) -> Result<Self, LedgerError> {
        let counts = ledger.counts(now())?;
        let mut hosts: Vec<HostCount> = Vec::new();
        ledger.hosts(now(), &mut |host| {
            hosts.push(host);
            Ok(())
        })?;
        hosts.sort_by(|one, other| other.urls.cmp(&one.urls).then_with(|| one.key.cmp(&other.key)));
        // One URL that several events of a year cite is one source of it.
        let cited = cited.into_iter().filter_map(|(url, date)| Some((date?.year(), url)));
        let cited: BTreeSet<(i16, String)> = cited.collect();
        let mut years: BTreeMap<i16, Year> = BTreeMap::new();
        for (year, url) in cited {
            let year = years.entry(year).or_default();
            year.urls += 1;
            match ledger.standing(&url)? {
                None => year.unseen += 1,
                Some(standing) => *year.by_verdict.entry(standing.verdict).or_default() += 1,
            }
        }
        Ok(Self { counts, hosts, years })
    }

    fn json(&self) -> JsonStatus {
        let host =
            |host: &HostCount| JsonHost { host: host.key.clone(), urls: host.urls, due: host.due };
        let year = |(year, of): (&i16, &Year)| JsonYear {
            year: *year,
            urls: of.urls,
            unseen: of.unseen,
            verdicts: verdicts(&of.by_verdict),
        };
        JsonStatus {
            urls: self.counts.urls,
            due: self.counts.due,
            unseen: self.counts.unseen,
            verdicts: verdicts(&self.counts.by_verdict),
            hosts: self.hosts.iter().map(host).collect(),
            years: self.years.iter().map(year).collect(),
        }
    }

    fn table(&self) -> String {
        let counts = &self.counts;
        let mut rows = vec![(counts.urls, "URLs".to_owned())];
        rows.push((counts.due, "due".to_owned()));
        rows.push((counts.unseen, "never looked at".to_owned()));
        rows.extend(counts.by_verdict.iter().map(|(verdict, count)| (*count, verdict.to_string())));
        let shown = self.hosts.iter().take(SHOWN);
        rows.extend(shown.map(|host| (host.urls, format!("at {}", printable(&host.key)))));
        if self.hosts.len() > SHOWN {
            let rest = self.hosts[SHOWN..].iter().map(|host| host.urls).sum();
            rows.push((rest, format!("at {} other hosts", self.hosts.len() - SHOWN)));
        }
        let mut table = String::new();
        for (count, what) in rows {
            let _ = writeln!(table, "{count:>9}  {what}");
        }
        table + &self.table_of_years()
    }

    /// A line a year, a column for each verdict that there is.
    fn table_of_years(&self) -> String {
        if self.years.is_empty() {
            return String::new();
        }
        let found: BTreeSet<Verdict> =
            self.years.values().flat_map(|year| year.by_verdict.keys().copied()).collect();
        let mut names = vec!["URLs", "unseen"];
        names.extend(found.iter().map(|verdict| verdict.name()));
        let mut table = format!("\n{:>6}", "year");
        for name in names {
            let _ = write!(table, "{name:>12}");
        }
        for (year, of) in &self.years {
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

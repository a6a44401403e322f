//! `dateline sources`, and the ledger of `dateline check`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::args::{LedgerArgs, ListFormat, SourcesCommand};
use super::terminal::write_stdout;
use super::{Failure, disk};
use crate::diagnostic::printable;
use crate::probe::ledger::{Counts, HostCount, Ledger, LedgerError, SqliteLedger, exchange};
use crate::probe::politeness_key;
use crate::report::Escaping;

/// The ledger that is meant if none is named.
const USUAL: &str = ".dateline/ledger.sqlite3";

pub(super) fn run(command: &SourcesCommand) -> Result<u8, Failure> {
    match command {
        SourcesCommand::Status { ledger, output_format } => status(ledger, *output_format)?,
        SourcesCommand::Export { ledger } => {
            let ledger = open_known(&ledger.ledger)?;
            let mut out = io::stdout().lock();
            let mut out = BufWriter::new(Escaping(&mut out));
            exchange::export(&ledger, &mut out).map_err(|error| failure(&error))?;
            out.flush()?;
        }
        SourcesCommand::Import { ledger } => {
            let mut ledger = open(&ledger.ledger)?;
            let key = |url: &str| politeness_key(url);
            let merged = exchange::import(&mut ledger, &mut io::stdin().lock(), &key, now());
            let merged = merged.map_err(|error| failure(&error))?;
            write_stdout(&format!("{} new, {} known\n", merged.new, merged.known))?;
        }
    }
    Ok(0)
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the ledger is given the time from here")]
    Timestamp::now().as_millisecond()
}

/// Opens a ledger, which is made if it is not there. The folder of the usual one may have been put
/// there by a stranger, as a link to somewhere else.
pub(super) fn open(path: &Path) -> Result<SqliteLedger, Failure> {
    let folder = path.parent().filter(|_| path == Path::new(USUAL));
    if folder.is_some_and(disk::is_link) {
        return Err(Failure::Message(format!("{} is in a folder that is a link", path.display())));
    }

    SqliteLedger::open(path).map_err(|error| failure(&error))
}

/// Opens a ledger that is there: to look must not make one.
pub(super) fn open_known(path: &Path) -> Result<SqliteLedger, Failure> {
    if !disk::is_there(path) {
        return Err(Failure::Message(format!("there is no ledger at {}", path.display())));
    }
    open(path)
}

/// What went wrong, and why.
pub(super) fn failure(error: &LedgerError) -> Failure {
    if let Some(error) = broken_pipe(error) {
        return Failure::Output(error);
    }
    let reason = std::error::Error::source(error).map(|reason| format!(": {reason}"));
    Failure::Message(format!("{error}{}", reason.unwrap_or_default()))
}

/// Whether nobody reads on.
fn broken_pipe(error: &LedgerError) -> Option<io::Error> {
    let source = std::error::Error::source(error)?.downcast_ref::<io::Error>()?;
    (source.kind() == io::ErrorKind::BrokenPipe).then(|| io::Error::from(source.kind()))
}

#[derive(Serialize)]
struct JsonStatus {
    urls: u64,
    due: u64,
    unseen: u64,
    verdicts: serde_json::Map<String, serde_json::Value>,
    hosts: Vec<JsonHost>,
}

#[derive(Serialize)]
struct JsonHost {
    host: String,
    urls: u64,
    due: u64,
}

/// The most hosts that the table names; JSON has them all.
const SHOWN: usize = 10;

fn status(args: &LedgerArgs, format: ListFormat) -> Result<(), Failure> {
    let ledger = open_known(&args.ledger)?;
    let counts = ledger.counts(now()).map_err(|error| failure(&error))?;
    let mut hosts: Vec<HostCount> = Vec::new();
    let mut visit = |host: HostCount| {
        hosts.push(host);
        Ok(())
    };
    ledger.hosts(now(), &mut visit).map_err(|error| failure(&error))?;
    hosts.sort_by(|one, other| other.urls.cmp(&one.urls).then_with(|| one.key.cmp(&other.key)));
    let text = match format {
        ListFormat::Human => table(&counts, &hosts),
        ListFormat::Json => {
            let verdicts = counts.by_verdict.iter();
            let verdicts =
                verdicts.map(|(verdict, count)| (verdict.name().to_owned(), (*count).into()));
            let status = JsonStatus {
                urls: counts.urls,
                due: counts.due,
                unseen: counts.unseen,
                verdicts: verdicts.collect(),
                hosts: hosts
                    .into_iter()
                    .map(|host| JsonHost { host: host.key, urls: host.urls, due: host.due })
                    .collect(),
            };
            let text = serde_json::to_string_pretty(&status);
            text.map_err(|error| Failure::Message(error.to_string()))? + "\n"
        }
    };
    write_stdout(&text)?;
    Ok(())
}

fn table(counts: &Counts, hosts: &[HostCount]) -> String {
    let mut rows = vec![(counts.urls, "URLs".to_owned())];
    rows.push((counts.due, "due".to_owned()));
    rows.push((counts.unseen, "never looked at".to_owned()));
    rows.extend(counts.by_verdict.iter().map(|(verdict, count)| (*count, verdict.to_string())));
    let shown = hosts.iter().take(SHOWN);
    rows.extend(shown.map(|host| (host.urls, format!("at {}", printable(&host.key)))));
    if hosts.len() > SHOWN {
        let rest = hosts[SHOWN..].iter().map(|host| host.urls).sum();
        rows.push((rest, format!("at {} other hosts", hosts.len() - SHOWN)));
    }
    let lines = rows
        .iter()
        .flat_map(|(count, what)| [format!("{count:>9}  "), what.clone(), "\n".to_owned()]);
    lines.collect()
}

//! `dateline sources`: the ledger of source URLs.

mod crawl;
mod place;
mod repair;
mod status;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

pub(super) use self::place::ParsedPath;
use super::args::{CheckArgs, LedgerArgs, PagesArgs, SourcesCommand};
use super::known::gather;
use super::scene::Scene;
use super::terminal::{to_stdout, write_stdout};
use super::{Failure, check};
use crate::archive::layout::FolderDate;
use crate::config::{Settings, discover};
use crate::json_escape::Escaping;
use crate::rules;
use crate::sources::ledger::{LedgerError, SqliteLedger, exchange};
use crate::sources::politeness_key;

pub(super) fn run(command: SourcesCommand) -> Result<u8, Failure> {
    match command {
        SourcesCommand::Status { pages, ledger, output_format } => {
            status::run(&pages, &ledger, output_format)
        }
        SourcesCommand::Check(args) => check_sources(*args),
        SourcesCommand::Crawl { pages, ledger, contact } => crawl::run(&pages, &ledger, &contact),
        SourcesCommand::Repair { pages, ledger, contact, fix, color } => {
            repair::run(&pages, &ledger, &contact, fix, color)
        }
        SourcesCommand::Export { ledger } => {
            let ledger = place(&ledger, &here()?).open_to_look()?;
            export(&ledger)
        }
        SourcesCommand::Import { ledger } => {
            let mut ledger = place(&ledger, &here()?).open()?;
            let key = |url: &str| politeness_key(url);
            let merged = exchange::import(&mut ledger, &mut io::stdin().lock(), &key, now());
            let merged = merged.map_err(|error| failure(&error))?;
            write_stdout(&format!("{} new, {} known\n", merged.new, merged.known))?;
            Ok(0)
        }
    }
}

/// `dateline check`, online, with a ledger, and of its rules only those that look at sources.
fn check_sources(mut args: CheckArgs) -> Result<u8, Failure> {
    (args.online, args.only_sources) = (true, true);
    check::run(&args)
}

/// The settings of the folder that the program was started in.
fn here() -> Result<Settings, Failure> {
    Ok(discover::load(Path::new("."), &discover::Origin::Search, &rules::infos())?)
}

fn place(args: &LedgerArgs, settings: &Settings) -> ParsedPath {
    ParsedPath::usual(args.ledger.as_deref(), settings)
}

/// The settings that these pages are read by.
fn settings(pages: &PagesArgs) -> Result<Settings, Failure> {
    let first = pages.paths.first().map_or(Path::new("."), PathBuf::as_path);
    Ok(discover::load(first, &pages.origin.origin(), &rules::infos())?)
}

/// A source URL and the day of the page that cites it, if that is a page of a day.
pub(super) type Cited = (String, Option<Date>);

/// The sources that pages cite, in the order of their places.
fn cited(pages: &PagesArgs, settings: &Settings) -> Result<Vec<Cited>, Failure> {
    let mut scene = Scene::on_disk(&pages.paths, settings)?;
    Ok(gather(settings, &mut scene, check::today(), &mut |linter, _, files| {
        let linted = linter.run(files);
        let cited = linted.sources().map(|(file, _, url)| {
            (url.to_owned(), linter.archive.place(file).date.and_then(FolderDate::day))
        });
        cited.collect()
    }))
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the ledger is given the time from here")]
    Timestamp::now().as_millisecond()
}

/// Writes a ledger's observations to standard output.
fn export(ledger: &SqliteLedger) -> Result<u8, Failure> {
    let mut failed = None;
    to_stdout(|out| {
        let mut out = BufWriter::new(Escaping(out));
        match exchange::export(ledger, &mut out) {
            Ok(()) => out.flush(),
            Err(LedgerError::Exchange(error)) => Err(error),
            Err(error) => {
                failed = Some(error);
                out.flush()
            }
        }
    })?;
    failed.map_or(Ok(0), |error| Err(failure(&error)))
}

/// What went wrong, and why.
pub(super) fn failure(error: &LedgerError) -> Failure {
    let reason = std::error::Error::source(error).map(|reason| format!(": {reason}"));
    Failure::Message(format!("{error}{}", reason.unwrap_or_default()))
}

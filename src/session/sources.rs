//! The sources of an archive and its ledger, over time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::SessionBaseline;
use super::clock;
use super::contact::Contact;
use super::error::SessionError;
use super::fix_loop::{FixLoop, PlannedFixes};
use super::input::InputFiles;
use super::ledger_path::LedgerPath;
use super::observer::{NoObserver, Observer};
use super::options::ContactOptions;
use super::source_status::read_sources;
use super::tally::Tally;
use super::threads::Threads;
use crate::archive::layout::FolderDate;
use crate::config::Settings;
use crate::config::discover::{self, Origin};
use crate::diagnostic::Applicability;
use crate::rule::Need;
use crate::rules;
use crate::source_status::Verdict;
use crate::sources::ledger::{
    Counts, HostCount, Ledger, LedgerError, Merged, Patience, SqliteLedger, exchange,
};
use crate::sources::{CopyCounts, enroll, rate_limit_key, statuses};

/// How the sources of an archive are opened.
#[derive(Clone, Debug)]
pub struct LedgerOptions {
    /// Where the settings come from.
    pub settings: Origin,
    /// The ledger; `None`: the one that the settings name, else the usual one in the archive.
    pub ledger: Option<PathBuf>,
    /// How requests are made.
    pub contact: ContactOptions,
    /// How long to wait for a ledger that another process has locked.
    pub patience: Patience,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            settings: Origin::Search,
            ledger: None,
            contact: ContactOptions::default(),
            patience: Patience::default(),
        }
    }
}

/// The sources of an archive, with the ledger that tracks them.
pub struct Sources {
    paths: Vec<PathBuf>,
    settings: Settings,
    ledger: LedgerPath,
    contact: ContactOptions,
    patience: Patience,
    threads: Threads,
    observer: Arc<dyn Observer>,
}

/// A source URL, and the day of a page that cites it, if that is the page of a day or an event.
type CitedUrl = (String, Option<Date>);

impl Sources {
    /// Opens the sources of the pages in `paths`, which are in one archive.
    ///
    /// # Errors
    /// If the first path or the settings are wrong.
    pub fn open(paths: &[PathBuf], options: LedgerOptions) -> Result<Self, SessionError> {
        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let settings = discover::load(first, &options.settings, &rules::infos())?;
        let ledger = LedgerPath::usual(options.ledger.as_deref(), &settings);
        let LedgerOptions { contact, patience, .. } = options;
        let (threads, observer) = (Threads::new(None)?, Arc::new(NoObserver));
        Ok(Self { paths: paths.to_vec(), settings, ledger, contact, patience, threads, observer })
    }

    /// Returns the sources with an observer that follows them.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Counts the URLs of the ledger, and of the pages by year.
    ///
    /// # Errors
    /// If there is no ledger, or it or the archive cannot be read.
    pub fn status(&self) -> Result<LedgerStatus, SessionError> {
        let ledger = self.ledger.open_for_reading(self.patience)?;
        Ok(LedgerStatus::read(&ledger, self.cited()?)?)
    }

    /// Adds the sources of the pages to the ledger, and requests all URLs of the ledger that are due,
    /// as a robot does.
    ///
    /// # Errors
    /// If the ledger or the archive cannot be read, or the run is stopped.
    pub fn crawl(&self) -> Result<Crawl, SessionError> {
        let mut ledger = self.open_ledger()?;
        let mut urls: Vec<String> = self.cited()?.into_iter().map(|(url, _)| url).collect();
        urls.sort_unstable();
        urls.dedup();
        enroll(&mut ledger, &mut urls.into_iter())?;
        let tally = self.contact().crawl(&mut ledger)?;
        Ok(Crawl { tally, counts: ledger.counts(clock::now())? })
    }

    /// Looks up archived copies of the lost sources of the pages, and plans the fixes that cite them.
    ///
    /// # Errors
    /// If the ledger or the archive cannot be read, or the run is stopped.
    pub fn plan_repair(&self) -> Result<Repair, SessionError> {
        let mut ledger = self.open_ledger()?;
        let (lost, undated) = lost(self.cited()?, &ledger)?;
        let copies = self.contact().find_copies(&lost, &mut ledger)?;
        let urls: Vec<String> = lost.into_iter().map(|(url, _)| url).collect();
        let outcomes = statuses(&urls, &ledger)?;
        let settings = only_lost(self.settings.clone());
        let fix_loop = FixLoop {
            allowed: Applicability::Unsafe,
            outcomes: &outcomes,
            today: clock::today(),
            baseline: &SessionBaseline::default(),
            settings: &settings,
            threads: &self.threads,
        };
        let mut input = InputFiles::on_disk(&self.paths, &settings, self.threads.count())?;
        let fixes = fix_loop.run(&mut input)?;
        Ok(Repair { lost: urls.len() as u64, undated, copies, fixes })
    }

    /// Writes every observation of the ledger, a line of JSON each.
    ///
    /// # Errors
    /// If there is no ledger, or it or the writer fails.
    pub fn export(&self, out: &mut dyn Write) -> Result<(), SessionError> {
        let ledger = self.ledger.open_for_reading(self.patience)?;
        Ok(exchange::export(&ledger, out)?)
    }

    /// Reads observations of another ledger, as [`Sources::export`] writes them.
    ///
    /// # Errors
    /// If the ledger fails, or at the first line that is not an observation.
    pub fn import(&self, from: &mut dyn BufRead) -> Result<Merged, SessionError> {
        let mut ledger = self.open_ledger()?;
        Ok(exchange::import(&mut ledger, from, &|url| rate_limit_key(url), clock::now())?)
    }

    fn open_ledger(&self) -> Result<SqliteLedger, SessionError> {
        self.ledger.open(self.patience, &*self.observer)
    }

    fn contact(&self) -> Contact<'_> {
        let (settings, options) = (&self.settings, &self.contact);
        Contact { settings, options, observer: &*self.observer }
    }

    /// The sources that the pages cite, in the order of their places.
    fn cited(&self) -> Result<Vec<CitedUrl>, SessionError> {
        let settings = &self.settings;
        let mut files = InputFiles::on_disk(&self.paths, settings, self.threads.count())?;
        Ok(read_sources(settings, &mut files, clock::today(), &mut |linter, _, pages| {
            let linted = linter.run(pages);
            let cited = linted.sources().map(|(file, _, url)| {
                (url.to_owned(), linter.archive.place(file).date.and_then(FolderDate::day))
            });
            cited.collect()
        }))
    }
}

/// What a crawl did, and what the ledger holds after it.
#[derive(Clone, Debug)]
pub struct Crawl {
    /// What was requested.
    pub tally: Tally,
    /// What the ledger holds.
    pub counts: Counts,
}

/// Archived copies of lost sources, and the fixes that cite them.
pub struct Repair {
    /// How many sources are lost.
    pub lost: u64,
    /// How many more are lost that no page with a date cites: they are not looked up.
    pub undated: u64,
    /// What the archive of the web answered.
    pub copies: CopyCounts,
    /// The fixes.
    pub fixes: PlannedFixes,
}

/// What a ledger holds.
#[derive(Clone, Debug)]
pub struct LedgerStatus {
    /// All of its URLs.
    pub counts: Counts,
    /// The URLs of each host, most first.
    pub hosts: Vec<HostCount>,
    /// The URLs that the pages of each year cite.
    pub years: BTreeMap<i16, YearStatus>,
}

/// The sources that the pages of one year cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearStatus {
    /// All of them.
    pub urls: u64,
    /// Those that were never requested.
    pub unseen: u64,
    /// The others, by their status.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

impl LedgerStatus {
    fn read(ledger: &SqliteLedger, cited: Vec<CitedUrl>) -> Result<Self, LedgerError> {
        let now = clock::now();
        let counts = ledger.counts(now)?;
        let mut hosts: Vec<HostCount> = Vec::new();
        ledger.hosts(now, &mut |host| {
            hosts.push(host);
            Ok(())
        })?;
        hosts.sort_by(|one, other| other.urls.cmp(&one.urls).then_with(|| one.key.cmp(&other.key)));
        // One URL that several events of a year cite is one source of it.
        let cited = cited.into_iter().filter_map(|(url, date)| Some((date?.year(), url)));
        let cited: BTreeSet<(i16, String)> = cited.collect();
        let mut years: BTreeMap<i16, YearStatus> = BTreeMap::new();
        for (year, url) in cited {
            let year = years.entry(year).or_default();
            year.urls += 1;
            match ledger.status(&url)? {
                None => year.unseen += 1,
                Some(status) => *year.by_verdict.entry(status.verdict).or_default() += 1,
            }
        }
        Ok(Self { counts, hosts, years })
    }
}

/// The sources that are lost, each with the earliest day of a page that cites it, in order; and how
/// many more there are that no page with a date cites.
fn lost(
    cited: Vec<CitedUrl>,
    ledger: &SqliteLedger,
) -> Result<(Vec<(String, Date)>, u64), LedgerError> {
    let mut days: BTreeMap<String, Option<Date>> = BTreeMap::new();
    for (url, day) in cited {
        let earliest = days.entry(url).or_insert(day);
        *earliest = day.into_iter().chain(*earliest).min();
    }
    let (mut lost, mut undated) = (Vec::new(), 0);
    for (url, day) in days {
        if !ledger.status(&url)?.is_some_and(|status| status.verdict.is_lost()) {
            continue;
        }
        match day {
            Some(day) => lost.push((url, day)),
            None => undated += 1,
        }
    }
    Ok((lost, undated))
}

/// The settings with only those rules whose fixes cite archived copies, of those that would run.
fn only_lost(mut settings: Settings) -> Settings {
    let rules = rules::RULES.iter().enumerate();
    let lost = rules.filter(|(_, rule)| rule.needs.contains(&Need::ArchivedCopies));
    settings.rules.restrict(lost.map(|(index, _)| index).collect());
    settings
}

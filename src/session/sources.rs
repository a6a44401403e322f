//! The sources of an archive, tracked over time in a ledger.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufRead, Write};
use std::path::PathBuf;
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
use super::source_lookup::read_sources;
use super::tally::Tally;
use super::threads::Threads;
use super::walk_disk::walk_disk;
use crate::config::Settings;
use crate::config::discover::{self, LoadOptions, Origin};
use crate::diagnostic::Applicability;
use crate::rule::Need;
use crate::rules;
use crate::source_status::{Outcome, Verdict};
use crate::sources::ledger::{
    Counts, HostCount, Ledger, LedgerError, Merged, Patience, SqliteLedger, import_export,
};
use crate::sources::{CopyCounts, enroll, rate_limit_key, statuses, unavailable};

/// The options for opening the sources of an archive.
#[derive(Clone, Debug)]
pub struct LedgerOptions {
    /// The origin of the settings.
    pub settings: Origin,
    /// The archive's root. `None` means the root in the settings, or else the folder in which pages
    /// fit the layout.
    pub root: Option<PathBuf>,
    /// The path of the ledger. `None` means the ledger in the settings, or else the default ledger
    /// of the archive.
    pub ledger: Option<PathBuf>,
    /// The canonical path of the folder in which the caller works. Without settings, it may be the
    /// archive's root if a path is below it.
    pub working_directory: Option<PathBuf>,
    /// The options for requests.
    pub contact: ContactOptions,
    /// The time to wait for a ledger that another process has locked.
    pub patience: Patience,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            settings: Origin::Search,
            root: None,
            ledger: None,
            working_directory: None,
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

/// A source URL that a page cites.
struct Citation {
    url: String,
    /// The path of the page, relative to the archive's root.
    page: String,
    /// The day in the path of the page, if there is one.
    day: Option<Date>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("root", &self.settings.root).finish_non_exhaustive()
    }
}

impl Sources {
    /// Opens the sources of the pages in `paths`, which must be in one archive.
    ///
    /// # Errors
    /// Returns an error if the first path cannot be read, or if the settings or the proxy is
    /// invalid.
    pub fn open(paths: &[PathBuf], options: LedgerOptions) -> Result<Self, SessionError> {
        options.contact.refuse_proxy()?;
        let load_options = LoadOptions {
            origin: &options.settings,
            root: options.root.as_deref(),
            working_directory: options.working_directory.as_deref(),
            may_lack_files: false,
            walk: walk_disk,
        };
        let settings = discover::load(paths, load_options, &rules::infos())?;
        let ledger = LedgerPath::usual(options.ledger.as_deref(), &settings);
        let LedgerOptions { contact, patience, .. } = options;
        let (threads, observer) = (Threads::new(None)?, Arc::new(NoObserver));
        Ok(Self { paths: paths.to_vec(), settings, ledger, contact, patience, threads, observer })
    }

    /// Sets the observer that is notified of the progress.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Counts the URLs in the ledger, and the URLs that the pages of each year cite. Lists the URLs
    /// that are failing or lost.
    ///
    /// # Errors
    /// Returns an error if the ledger does not exist, or if the ledger or the archive cannot be
    /// read.
    pub fn status(&self) -> Result<LedgerStatus, SessionError> {
        let ledger = self.ledger.open_for_reading(self.patience)?;
        Ok(LedgerStatus::read(&ledger, self.cited()?)?)
    }

    /// Adds the sources of the pages to the ledger, and requests all URLs in the ledger that are
    /// due. Obeys robots.txt.
    ///
    /// # Errors
    /// Returns an error if the ledger or the archive cannot be read, if requests are not possible,
    /// or if the run is stopped.
    pub fn crawl(&self) -> Result<Crawl, SessionError> {
        let mut ledger = self.open_ledger()?;
        let mut urls: Vec<String> = self.cited()?.into_iter().map(|cited| cited.url).collect();
        urls.sort_unstable();
        urls.dedup();
        enroll(&mut ledger, &mut urls.into_iter())?;
        let tally = self.contact().crawl(&mut ledger)?;
        Ok(Crawl { tally, counts: ledger.counts(clock::now())? })
    }

    /// Looks up archived copies of the lost sources of the pages, and plans the fixes that cite the
    /// copies.
    ///
    /// # Errors
    /// Returns an error if the ledger or the archive cannot be read, if requests are not possible,
    /// or if the run is stopped.
    pub fn plan_repair(&self) -> Result<Repair, SessionError> {
        let mut ledger = self.open_ledger()?;
        let (lost, undated) = lost(self.cited()?, &ledger)?;
        let copies = self.contact().find_copies(&lost, &mut ledger)?;
        let urls: Vec<String> = lost.into_iter().map(|(url, _)| url).collect();
        let outcomes = statuses(&urls, &self.settings.sources.archive, &ledger)?;
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

    /// Writes each observation in the ledger as one line of JSON.
    ///
    /// # Errors
    /// Returns an error if the ledger does not exist or cannot be read, or if the writer fails.
    pub fn export(&self, out: &mut dyn Write) -> Result<(), SessionError> {
        let ledger = self.ledger.open_for_reading(self.patience)?;
        Ok(import_export::export(&ledger, out)?)
    }

    /// Reads the observations of another ledger, in the format that [`Sources::export`] writes.
    ///
    /// # Errors
    /// Returns an error if the ledger or the reader fails, or at the first line that is not an
    /// observation.
    pub fn import(&self, from: &mut dyn BufRead) -> Result<Merged, SessionError> {
        let mut ledger = self.open_ledger()?;
        Ok(import_export::import(&mut ledger, from, &|url| rate_limit_key(url), clock::now())?)
    }

    fn open_ledger(&self) -> Result<SqliteLedger, SessionError> {
        self.ledger.open(self.patience, &*self.observer)
    }

    fn contact(&self) -> Contact<'_> {
        let (settings, options) = (&self.settings, &self.contact);
        Contact { settings, options, observer: &*self.observer }
    }

    /// Returns the sources in the order in which the pages cite them. Sources that are cited twice
    /// appear twice.
    fn cited(&self) -> Result<Vec<Citation>, SessionError> {
        let settings = &self.settings;
        let mut files = InputFiles::on_disk(&self.paths, settings, self.threads.count())?;
        Ok(read_sources(settings, &mut files, clock::today(), &mut |linter, _, pages| {
            let linted = linter.run(pages);
            let cited = linted.sources().map(|(file, _, url)| Citation {
                url: url.to_owned(),
                page: linter.archive.path(file).to_owned(),
                day: linted.day_of(file),
            });
            cited.collect()
        }))
    }
}

/// The result of a crawl.
#[derive(Clone, Debug)]
pub struct Crawl {
    /// Counts of the requested and the skipped URLs.
    pub tally: Tally,
    /// Counts of the URLs in the ledger after the crawl.
    pub counts: Counts,
}

/// The archived copies of lost sources, and the fixes that cite the copies.
#[derive(Debug)]
pub struct Repair {
    /// The number of lost sources that were looked up.
    pub lost: u64,
    /// The number of lost sources that were not looked up, because they are cited only on pages
    /// without a date.
    pub undated: u64,
    /// Counts of the lost sources with a copy, without a copy, and without an answer from the web
    /// archive.
    pub copies: CopyCounts,
    /// The fixes, applied in memory.
    pub fixes: PlannedFixes,
}

/// Counts of the URLs in a ledger, and the URLs that are failing or lost.
#[derive(Clone, Debug)]
pub struct LedgerStatus {
    /// Counts of all URLs.
    pub counts: Counts,
    /// The number of URLs of each host, in descending order.
    pub hosts: Vec<HostCount>,
    /// Counts of the URLs that the pages of each year cite.
    pub years: BTreeMap<i16, YearStatus>,
    /// The URLs that are failing or lost, starting with the worst verdict. URLs with the same
    /// verdict are sorted by URL.
    pub unavailable: Vec<UnavailableSource>,
}

/// A source that is failing or lost, and the pages that cite it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnavailableSource {
    /// The URL, the verdict and the evidence.
    pub outcome: Outcome,
    /// The sorted paths of the pages that cite the source, relative to the archive's root.
    pub pages: Vec<String>,
}

/// Counts of the distinct source URLs that the pages of one year cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearStatus {
    /// The number of all URLs.
    pub urls: u64,
    /// The number of URLs that were never requested.
    pub unseen: u64,
    /// The number of the other URLs, by status.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

impl LedgerStatus {
    fn read(ledger: &SqliteLedger, cited: Vec<Citation>) -> Result<Self, LedgerError> {
        let now = clock::now();
        let counts = ledger.counts(now)?;
        let mut hosts: Vec<HostCount> = Vec::new();
        ledger.hosts(now, &mut |host| {
            hosts.push(host);
            Ok(())
        })?;
        hosts.sort_by(|one, other| other.urls.cmp(&one.urls).then_with(|| one.key.cmp(&other.key)));
        let unavailable = UnavailableSource::read(ledger, &cited)?;
        // Count a URL once per year, even if several pages of that year cite it.
        let cited = cited.into_iter().filter_map(|cited| Some((cited.day?.year(), cited.url)));
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
        Ok(Self { counts, hosts, years, unavailable })
    }
}

impl UnavailableSource {
    fn read(ledger: &SqliteLedger, cited: &[Citation]) -> Result<Vec<Self>, LedgerError> {
        // A page may cite a source several times.
        let mut pages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for citation in cited {
            pages.entry(&citation.url).or_default().insert(&citation.page);
        }
        let mut outcomes = unavailable(ledger)?;
        // The sort is stable, so URLs with the same verdict remain sorted by URL.
        outcomes.sort_by_key(|outcome| Reverse(outcome.verdict));
        let with_pages = |outcome: Outcome| {
            let pages = pages.get(&*outcome.url).into_iter().flatten();
            Self { pages: pages.map(|&page| page.to_owned()).collect(), outcome }
        };
        Ok(outcomes.into_iter().map(with_pages).collect())
    }
}

/// Returns the lost sources that a dated page cites, with the earliest day of such a page, sorted
/// by URL. Also returns the number of the other lost sources, which only undated pages cite.
fn lost(
    cited: Vec<Citation>,
    ledger: &SqliteLedger,
) -> Result<(Vec<(String, Date)>, u64), LedgerError> {
    let mut days: BTreeMap<String, Option<Date>> = BTreeMap::new();
    for Citation { url, day, .. } in cited {
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

/// Restricts the settings to those enabled rules whose fixes cite archived copies.
fn only_lost(mut settings: Settings) -> Settings {
    let rules = rules::RULES.iter().enumerate();
    let lost = rules.filter(|(_, rule)| rule.needs.contains(&Need::ArchivedCopies));
    settings.rules.restrict(lost.map(|(index, _)| index).collect());
    settings
}

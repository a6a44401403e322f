//! The lookup of the status of sources, through requests, a ledger or both.

use std::io::{self, Write};
use std::path::PathBuf;

use jiff::civil::Date;

use super::contact::Contact;
use super::error::SessionError;
use super::input::InputFiles;
use super::ledger_path::{EDITOR_PATIENCE, LedgerPath};
use super::observer::Observer;
use super::options::SourceOptions;
use super::tally::Tally;
use crate::config::{RuleSet, Settings};
use crate::diagnostic::{counted, printable};
use crate::linter::Linter;
use crate::source_status::Outcome;
use crate::sources::statuses;
use crate::span::FileId;

/// The means by which a session looks up sources: requests, a ledger or both.
pub(super) struct SourceLookup {
    options: SourceOptions,
    ledger: Option<LedgerPath>,
    /// The ledger that the session would read if it existed.
    missing: Option<LedgerPath>,
    /// Whether the ledger is only read, and not even upgraded.
    writes_nothing: bool,
}

/// The results of looking up sources.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownSources {
    /// The status of each URL.
    pub(super) outcomes: Vec<Outcome>,
    /// Counts of the requested and the skipped URLs, if the session is online.
    pub(super) tally: Option<Tally>,
}

impl SourceLookup {
    /// Chooses between requests, a ledger and both.
    ///
    /// # Errors
    /// Returns [`SessionError::Offline`] if an option needs requests but the session is offline.
    pub(super) fn new(options: &SourceOptions, settings: &Settings) -> Result<Self, SessionError> {
        if options.contact.is_any() && !options.online {
            return Err(SessionError::Offline);
        }
        let named = options.ledger.as_deref();
        let path = if options.only {
            Some(LedgerPath::usual(named, settings))
        } else {
            LedgerPath::given(named, settings)
        };
        // Without `--ledger`, the ledger may be missing, for example in a fresh clone.
        let may_be_missing = !options.online && named.is_none();
        let (missing, ledger) = match path {
            Some(path) if may_be_missing && !path.is_there() => (Some(path), None),
            path => (None, path),
        };
        Ok(Self { options: options.clone(), ledger, missing, writes_nothing: false })
    }

    /// Only reads the ledger, for an editor.
    pub(super) fn without_writing(self) -> Self {
        Self { writes_nothing: true, ..self }
    }

    /// Returns whether the session looks up sources at all.
    pub(super) fn is_any(&self) -> bool {
        self.options.online || self.ledger.is_some()
    }

    /// Returns whether every source is requested in this run. With a ledger, only sources that are
    /// due are requested.
    pub(super) fn is_conclusive(&self) -> bool {
        self.options.online && self.ledger.is_none()
    }

    /// Returns whether the session contacts servers.
    pub(super) fn is_online(&self) -> bool {
        self.options.online
    }

    /// Looks up the status of each of `urls`.
    pub(super) fn look_up(
        &self,
        urls: &[String],
        settings: &Settings,
        observer: &dyn Observer,
    ) -> Result<KnownSources, SessionError> {
        let contact = Contact { settings, options: &self.options.contact, observer };
        let patience = self.options.patience;
        let (outcomes, tally) = match &self.ledger {
            None if self.options.online => contact.check(urls.to_vec())?,
            None => return Ok(KnownSources::default()),
            Some(path) if self.options.online => {
                contact.recheck(urls, &mut path.open(patience, observer)?)?
            }
            Some(path) if self.writes_nothing => {
                let Some(ledger) = path.open_without_writing(EDITOR_PATIENCE)? else {
                    return Ok(KnownSources::default());
                };
                let outcomes = statuses(urls, &settings.sources.archive, &ledger)?;
                return Ok(KnownSources { outcomes, tally: None });
            }
            Some(path) => {
                let outcomes =
                    statuses(urls, &settings.sources.archive, &path.open_for_reading(patience)?)?;
                return Ok(KnownSources { outcomes, tally: None });
            }
        };
        Ok(KnownSources { outcomes, tally: Some(tally) })
    }

    /// Returns the lines of the summary about the lookup.
    pub(super) fn summary(&self, tally: Option<Tally>) -> LookupSummary {
        LookupSummary {
            missing_ledger: self.missing.as_ref().map(|path| path.path().to_path_buf()),
            has_ledger: self.ledger.is_some(),
            tally,
        }
    }
}

/// The lines of the summary about the sources that were and were not looked up.
#[derive(Clone, Debug, Default)]
pub(super) struct LookupSummary {
    missing_ledger: Option<PathBuf>,
    has_ledger: bool,
    tally: Option<Tally>,
}

impl LookupSummary {
    /// Writes the lines.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(path) = &self.missing_ledger {
            let path = path.display().to_string();
            writeln!(out, "no ledger yet at {}: sources not checked", printable(&path))?;
        }
        let Some(tally) = &self.tally else { return Ok(()) };
        if self.has_ledger {
            let seen = counted(tally.seen(), "source");
            writeln!(out, "{seen} checked; those that were not due were not contacted")?;
        }
        tally.write_untried(out)
    }
}

/// Reads pages to collect their sources, without running rules. `read` runs the linter and returns
/// the sources.
pub(super) fn read_sources<T>(
    settings: &Settings,
    files: &mut InputFiles,
    today: Date,
    read: &mut dyn FnMut(&Linter<'_>, &InputFiles, &[FileId]) -> T,
) -> T {
    let mut settings = settings.clone();
    settings.rules.command(Some(RuleSet::default()), RuleSet::default(), RuleSet::default());
    let walked = files.take();
    let project = files.project(&settings, walked);
    let linter = Linter { online: true, ..project.linter(&*files.source, today) };
    let read = read(&linter, files, &project.selected.files);
    files.walked = project.into_parts().0;
    read
}

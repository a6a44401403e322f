//! Where a ledger is, and how it is opened.

use std::path::{Path, PathBuf};

use super::failure;
use crate::cli::terminal::say;
use crate::cli::{Failure, disk};
use crate::config::{Settings, discover};
use crate::diagnostic::printable;
use crate::sources::ledger::{Patience, SqliteLedger};

/// The ledger that is meant if none is named, from the archive's root on.
const USUAL: &str = ".dateline/ledger.sqlite3";

/// Where a ledger is.
#[derive(Clone, Debug)]
pub(in crate::cli) struct ParsedPath {
    path: PathBuf,
    /// The archive's root, if that the ledger is in it comes from the archive: then no link may lead
    /// out of it.
    root: Option<PathBuf>,
}

impl ParsedPath {
    /// The ledger that is named, on the command line or in the settings.
    pub(in crate::cli) fn given(named: Option<&Path>, settings: &Settings) -> Option<Self> {
        let by_settings = || {
            let path = settings.sources.ledger.clone()?;
            Some(Self { path, root: Some(settings.root.clone()) })
        };
        named.map(|path| Self { path: path.to_owned(), root: None }).or_else(by_settings)
    }

    /// The ledger that is meant, named or not.
    pub(in crate::cli) fn usual(named: Option<&Path>, settings: &Settings) -> Self {
        let root = settings.root.clone();
        let usual = || Self { path: root.join(USUAL), root: Some(root.clone()) };
        Self::given(named, settings).unwrap_or_else(usual)
    }

    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::cli) fn is_there(&self) -> bool {
        disk::is_there(&self.path)
    }

    /// Its path, once it is clear that nobody put a link in the way.
    pub(in crate::cli) fn checked(&self) -> Result<PathBuf, Failure> {
        if self.root.is_none() {
            discover::refuse_links(&self.path)?;
        }
        if let (Some(root), Some(folder)) = (&self.root, self.path.parent()) {
            let path = self.path.display();
            let is_own = disk::make_folders(root, folder).map_err(|error| {
                Failure::Message(format!("cannot open the ledger {path}: {error}"))
            })?;
            if !is_own {
                return Err(Failure::Message(format!("the ledger {path} is behind a link")));
            }
        }
        Ok(self.path.clone())
    }

    /// Opens it, and makes it if it is not there.
    pub(in crate::cli) fn open(&self) -> Result<SqliteLedger, Failure> {
        let is_new = !self.is_there();
        let ledger = SqliteLedger::open_with(&self.checked()?, patience());
        let ledger = ledger.map_err(|error| failure(&error))?;
        if is_new {
            say(&format!("made the ledger {}", printable(&self.path.display().to_string())));
        }
        Ok(ledger)
    }

    /// Opens it to look at it, which must not make one.
    pub(in crate::cli) fn open_to_look(&self) -> Result<SqliteLedger, Failure> {
        if !self.is_there() {
            let path = self.path.display();
            return Err(Failure::Message(format!("there is no ledger at {path}")));
        }
        let ledger = SqliteLedger::open_to_look(&self.checked()?, patience());
        ledger.map_err(|error| failure(&error))
    }
}

/// Waits as long as usual, and says so.
fn patience() -> Patience {
    let notice = |path: &Path| {
        let path = path.display().to_string();
        say(&format!("waiting for the ledger {}: another process has locked it", printable(&path)));
    };
    Patience { notice, ..Patience::default() }
}

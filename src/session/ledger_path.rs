//! The path of a ledger, and how the ledger is opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::SessionError;
use super::fs;
use super::observer::{Notice, Observer};
use crate::config::{Settings, discover};
use crate::sources::ledger::{Patience, SqliteLedger};

/// The default path of the ledger, relative to the archive's root.
const USUAL: &str = ".dateline/ledger.sqlite3";

/// The time that an editor waits for a ledger that another process has locked. Meanwhile, it has no answers.
pub(super) const EDITOR_PATIENCE: Duration = Duration::from_millis(100);

/// The path of a ledger.
#[derive(Clone, Debug)]
pub(super) struct LedgerPath {
    path: PathBuf,
    /// The archive's root, if the path comes from the settings or is the default. The ledger's
    /// folder must then be inside the root, without symbolic links on the way.
    root: Option<PathBuf>,
}

impl LedgerPath {
    /// Returns the path from the command line or else from the settings, or `None` if neither gives
    /// a path.
    pub(super) fn given(named: Option<&Path>, settings: &Settings) -> Option<Self> {
        let by_settings = || {
            let path = settings.sources.ledger.clone()?;
            Some(Self { path, root: Some(settings.root.clone()) })
        };
        named.map(|path| Self { path: path.to_owned(), root: None }).or_else(by_settings)
    }

    /// Returns the path from the command line, or else from the settings, or else the default path.
    pub(super) fn usual(named: Option<&Path>, settings: &Settings) -> Self {
        let root = settings.root.clone();
        let usual = || Self { path: root.join(USUAL), root: Some(root.clone()) };
        Self::given(named, settings).unwrap_or_else(usual)
    }

    /// Returns the path of the ledger file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether anything exists at the path.
    pub(super) fn is_there(&self) -> bool {
        fs::is_there(&self.path)
    }

    /// Checks the symbolic links in the path, and returns the path. Creates the missing folders of
    /// a path that comes from the settings or is the default.
    ///
    /// # Errors
    /// Returns an error if the path contains a link that could come from a commit, or if a folder
    /// cannot be created.
    fn checked(&self) -> Result<PathBuf, SessionError> {
        if self.root.is_none() {
            discover::refuse_links(&self.path)?;
        }
        if let (Some(root), Some(folder)) = (&self.root, self.path.parent()) {
            let path = || self.path.clone();
            let is_own = fs::make_folders(root, folder)
                .map_err(|source| SessionError::LedgerFolder { path: path(), source })?;
            if !is_own {
                return Err(SessionError::LedgerLink { path: path() });
            }
        }
        Ok(self.path.clone())
    }

    /// Opens the ledger, and creates it if it does not exist. Notifies the observer of a new
    /// ledger.
    pub(super) fn open(
        &self,
        patience: Patience,
        observer: &dyn Observer,
    ) -> Result<SqliteLedger, SessionError> {
        let is_new = !self.is_there();
        let ledger = SqliteLedger::open_with(&self.checked()?, patience)?;
        if is_new {
            observer.notice(&Notice::LedgerCreated(&self.path));
        }
        Ok(ledger)
    }

    /// Opens an existing ledger to read it.
    ///
    /// # Errors
    /// Returns [`SessionError::NoLedger`] if the ledger does not exist.
    pub(super) fn open_for_reading(
        &self,
        patience: Patience,
    ) -> Result<SqliteLedger, SessionError> {
        if !self.is_there() {
            return Err(SessionError::NoLedger { path: self.path.clone() });
        }
        Ok(SqliteLedger::open_for_reading(&self.checked()?, patience)?)
    }

    /// Opens an existing ledger to read it, and writes nothing, not even next to it. Returns `None` if there is
    /// no ledger, or if another version of the program wrote it.
    pub(super) fn open_without_writing(
        &self,
        patience: Duration,
    ) -> Result<Option<SqliteLedger>, SessionError> {
        if !self.is_there() {
            return Ok(None);
        }
        let patience = Patience { limit: patience, ..Patience::default() };
        Ok(SqliteLedger::open_without_writing(&self.checked()?, patience)?)
    }
}

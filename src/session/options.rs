//! The options of a session.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Date;
use url::Url;

use super::error::SessionError;
use super::walk_disk::walk_disk;
use crate::address::AddressPolicy;
use crate::config::discover::{LoadOptions, Origin};
use crate::sources::ledger::Patience;

/// The options of a check. By default, a session checks all pages on the disk, offline, with the
/// nearest settings at or above the path.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The origin of the settings.
    pub settings: Origin,
    /// The archive's root. `None` means the root in the settings, or else the folder in which pages
    /// fit the layout.
    pub root: Option<PathBuf>,
    /// The rules to run instead of those that the settings select: ids, groups or `all`.
    pub select: Vec<String>,
    /// The rules to run in addition to the selected ones.
    pub extend_select: Vec<String>,
    /// The rules that do not run.
    pub ignore: Vec<String>,
    /// Patterns of pages that are not checked, in addition to those in the settings.
    pub exclude: Vec<String>,
    /// The pages to check, and the source of their bytes.
    pub input: Input,
    /// Other pages that an editor holds, by their absolute paths. Their contents replace those on the
    /// disk, but they are not checked. Only [`Input::Page`] and [`Input::Disk`] use them.
    pub unsaved: BTreeMap<PathBuf, Arc<[u8]>>,
    /// The baseline, if any.
    pub baseline: Option<BaselineOptions>,
    /// The options for looking up sources.
    pub sources: SourceOptions,
    /// The canonical path of the folder in which the caller works. In reports for people, paths are
    /// relative to it. Without settings, it may be the archive's root if a path is below it. `None`
    /// means no such folder: paths in reports are relative to the archive's root.
    pub working_directory: Option<PathBuf>,
    /// The number of threads that read pages. `None` means one per processor.
    pub jobs: Option<NonZeroUsize>,
    /// The current date, for rules about the future. `None` means the current date in UTC.
    pub today: Option<Date>,
}

impl CheckOptions {
    /// Returns the options that decide on the settings and the root.
    pub(super) fn load_options(&self) -> LoadOptions<'_> {
        LoadOptions {
            origin: &self.settings,
            root: self.root.as_deref(),
            working_directory: self.working_directory.as_deref(),
            may_lack_files: self.input.may_lack_files(),
            walk: walk_disk,
        }
    }

    /// Refuses to update a baseline unless the session checks the files on the disk. Also refuses
    /// an invalid proxy.
    pub(super) fn refuse_conflicts(&self) -> Result<(), SessionError> {
        let updates =
            self.baseline.as_ref().is_some_and(|baseline| baseline.mode != BaselineMode::Hide);
        if updates && (self.input != Input::Disk || !self.unsaved.is_empty()) {
            return Err(SessionError::Conflict(
                "a baseline can be updated only from a check of all files on the disk",
            ));
        }
        self.sources.contact.refuse_proxy()
    }
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            settings: Origin::Search,
            root: None,
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            exclude: Vec::new(),
            input: Input::Disk,
            unsaved: BTreeMap::new(),
            baseline: None,
            sources: SourceOptions::default(),
            working_directory: None,
            jobs: None,
            today: None,
        }
    }
}

/// The pages that a session checks, and the source of their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// All pages on the disk that are in the paths of the session. All findings are reported.
    #[default]
    Disk,
    /// The same pages as with [`Input::Disk`]. Only the findings that the changes since this commit
    /// caused are reported.
    Since(String),
    /// The pages in git's index. Only the findings that the staged changes caused are reported.
    Staged,
    /// One page with this content, which an editor holds. All other files are read from the disk.
    Page(Vec<u8>),
}

impl Input {
    /// Returns whether the session looks at changes in git.
    pub(super) fn is_of_changes(&self) -> bool {
        matches!(self, Self::Since(_) | Self::Staged)
    }

    /// Returns whether a path may name a file that does not exist on the disk.
    pub(super) fn may_lack_files(&self) -> bool {
        *self != Self::Disk
    }
}

/// A baseline, and how the session uses it.
#[derive(Clone, Debug)]
pub struct BaselineOptions {
    /// The path of the baseline file.
    pub file: PathBuf,
    /// How the session uses the baseline.
    pub mode: BaselineMode,
}

/// How a session uses a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineMode {
    /// Hides the findings that the baseline records.
    Hide,
    /// Records all findings, and drops the entries of findings that no longer occur. The file is
    /// written when [`Report::write_baseline`](super::Report::write_baseline) is called.
    Update,
    /// Like `Update`, but ignores the content of the existing file. If anything but a regular file
    /// exists at the path, this is an error.
    Replace,
}

/// The options for looking up sources.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Whether to contact servers.
    pub online: bool,
    /// Whether to run only the rules about sources. If neither `ledger` nor the settings name a
    /// ledger, the default ledger is used.
    pub only: bool,
    /// The path of the ledger. `None` means the ledger in the settings, if the settings name one.
    pub ledger: Option<PathBuf>,
    /// The options for requests.
    pub contact: ContactOptions,
    /// The time to wait for a ledger that another process has locked.
    pub patience: Patience,
}

/// The options for contacting servers that the caller sets, in addition to the settings.
#[derive(Clone, Debug, Default)]
pub struct ContactOptions {
    /// The address ranges that may be contacted even though they are not public.
    pub allow_addresses: Vec<IpNet>,
    /// The proxy for all requests.
    pub proxy: Option<Url>,
    /// The time after which no further requests are sent.
    pub budget: Option<Duration>,
    /// The values of the headers in the settings.
    pub variables: Variables,
}

impl ContactOptions {
    /// Returns whether a URL can be that of a proxy. It must have a host, and the scheme `http` or
    /// `https`.
    #[must_use]
    pub fn is_proxy(url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && url.has_host()
    }

    /// Refuses a URL that cannot be that of a proxy, because requests would fail or bypass the
    /// proxy.
    pub(super) fn refuse_proxy(&self) -> Result<(), SessionError> {
        match self.proxy.as_ref().filter(|url| !Self::is_proxy(url)) {
            Some(url) => Err(SessionError::Proxy(url.clone())),
            None => Ok(()),
        }
    }

    /// Returns the policy for addresses.
    pub(super) fn policy(&self) -> AddressPolicy {
        AddressPolicy::new(self.allow_addresses.clone())
    }

    /// Returns whether any option is set that has no effect offline.
    pub(super) fn is_any(&self) -> bool {
        self.budget.is_some() || self.proxy.is_some()
    }
}

/// Looks up the values of variables, usually in the environment of the program. By default, no
/// variable is set.
#[derive(Clone)]
pub struct Variables(Arc<LookUpVariable>);

type LookUpVariable = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Variables {
    /// Creates variables whose values `look_up` returns.
    pub fn new(look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }

    /// Returns the value of a variable, or `None` if it is not set.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }
}

impl Default for Variables {
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables")
    }
}

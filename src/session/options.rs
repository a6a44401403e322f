//! What a session is asked to do.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Date;
use url::Url;

use crate::config::discover::Origin;
use crate::sources::ledger::Patience;

/// How an archive is checked. The default checks all pages on the disk, offline, with the settings
/// found upward from the path.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Where the settings come from.
    pub settings: Origin,
    /// Rules to run instead of those that the settings select: ids, groups or `all`.
    pub select: Vec<String>,
    /// Rules to run in addition.
    pub extend_select: Vec<String>,
    /// Rules not to run.
    pub ignore: Vec<String>,
    /// Which pages are checked, and where their bytes come from.
    pub input: Input,
    /// The baseline, if any.
    pub baseline: Option<BaselineOptions>,
    /// What is looked up about sources.
    pub sources: SourceOptions,
    /// How many threads read pages. `None`: one per processor.
    pub jobs: Option<NonZeroUsize>,
    /// Today, for rules about the future. `None`: the current day in UTC.
    pub today: Option<Date>,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            settings: Origin::Search,
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            input: Input::Disk,
            baseline: None,
            sources: SourceOptions::default(),
            jobs: None,
            today: None,
        }
    }
}

/// Which pages a session checks, and where their bytes come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// All pages on the disk that are in the paths of the session.
    #[default]
    Disk,
    /// The same, but only findings that come of what changed since this commit.
    Since(String),
    /// The pages in git's index, but only findings that come of what is staged.
    Staged,
    /// One page with this content, which an editor holds; the rest of the archive is that on the disk.
    Page(Vec<u8>),
}

impl Input {
    /// Whether a path may be of a file that is not on the disk.
    pub(super) fn may_lack_files(&self) -> bool {
        *self != Self::Disk
    }
}

/// A baseline, and what is done with it.
#[derive(Clone, Debug)]
pub struct BaselineOptions {
    /// The file.
    pub file: PathBuf,
    /// What is done with it.
    pub mode: BaselineMode,
}

/// What is done with a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineMode {
    /// Findings that it records are hidden.
    Hide,
    /// All findings are recorded, and entries that no longer occur are dropped, once
    /// [`Report::write_baseline`](super::Report::write_baseline) is called.
    Update,
    /// As `Update`, but nothing of the old file is kept, and it is not read.
    Replace,
}

/// What is looked up about sources, and how.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Whether servers are contacted.
    pub online: bool,
    /// Whether only the rules about sources run. Then there is always a ledger.
    pub only: bool,
    /// The ledger; `None`: the one that the settings name, if any.
    pub ledger: Option<PathBuf>,
    /// How requests are made.
    pub contact: ContactOptions,
    /// How long to wait for a ledger that another process has locked.
    pub patience: Patience,
}

/// How servers are contacted, beyond what the settings say.
#[derive(Clone, Debug, Default)]
pub struct ContactOptions {
    /// Ranges of addresses that are contacted although they are not public.
    pub allow_addresses: Vec<IpNet>,
    /// The proxy that all requests go through.
    pub proxy: Option<Url>,
    /// The time after which no further request is made.
    pub budget: Option<Duration>,
    /// Looks up the values of the headers that the settings name.
    pub variables: Variables,
}

impl ContactOptions {
    /// Whether any of them makes no sense without contact.
    pub(super) fn is_any(&self) -> bool {
        !self.allow_addresses.is_empty() || self.budget.is_some() || self.proxy.is_some()
    }
}

/// Looks up a variable by its name: the environment, for a program. By default there are none.
#[derive(Clone)]
pub struct Variables(Arc<LookUpVariable>);

type LookUpVariable = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Variables {
    /// Variables that `look_up` finds.
    pub fn new(look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }

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

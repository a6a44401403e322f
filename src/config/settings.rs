//! The settings of a run, resolved: every value is there, from the file or by default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::hosts::HostSettings;
use super::path_patterns::PathPatterns;
use super::rules::RuleSettings;
use crate::archive::date::DateFormats;
use crate::archive::layout::Layout;
use crate::archive::resolve::Resolver;
use crate::archive::template::{DateTemplate, DayTemplate, EventTemplate, SectionKind};

/// Which day the link to the previous day must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviousPolicy {
    /// Yesterday, or the nearest earlier day that has a page.
    Any,
    /// Yesterday, whether it has a page or not.
    Calendar,
    /// The nearest earlier day that has a page.
    Nearest,
}

impl PreviousPolicy {
    /// All of them.
    const ALL: [Self; 3] = [Self::Any, Self::Calendar, Self::Nearest];

    /// Their names in the settings.
    pub const NAMES: [&'static str; 3] =
        [Self::ALL[0].name(), Self::ALL[1].name(), Self::ALL[2].name()];

    /// Returns its name in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Calendar => "calendar",
            Self::Nearest => "nearest",
        }
    }

    /// Finds a policy by its name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }
}

/// How source URLs are contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSettings {
    /// Time between the starts of two requests to one host.
    pub delay: Duration,
    /// Time for one request, from the connection to the end of its headers.
    pub timeout: Duration,
    /// Requests in flight, over all hosts.
    pub concurrency: usize,
    /// The file of the ledger, inside the archive's root; absolute once the root is known.
    pub ledger: Option<PathBuf>,
    /// Time for a whole run; none for a run without a limit.
    pub budget: Option<Duration>,
    /// A URL at which servers can reach whoever runs the archive; every request carries it.
    pub contact: Option<String>,
    /// Where archived copies are looked up: an http(s) URL without a slash at its end.
    pub archive: String,
    /// Settings of single hosts, by the host as the `url` crate writes it.
    pub hosts: BTreeMap<String, HostSettings>,
}

/// Everything that a run needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The archive's root, canonical.
    pub root: PathBuf,
    /// The root of the repository that holds the archive, if one does, canonical.
    pub repository: Option<PathBuf>,
    /// The file that the settings were read from.
    pub file: Option<PathBuf>,
    /// Keys that the file gives, as dotted names with their lines, for `config show`.
    pub given: BTreeMap<String, usize>,
    /// Pages that are not checked; links to them still resolve.
    pub exclude: PathPatterns,
    /// How links are resolved.
    pub resolver: Resolver,
    /// How paths are read.
    pub layout: Layout,
    /// How event pages are written.
    pub event: EventTemplate,
    /// Whether an event page must have a topic.
    pub topic_required: bool,
    /// How day pages are written.
    pub day: DayTemplate,
    /// Which day the link to the previous day must name.
    pub previous_policy: PreviousPolicy,
    /// Which rules run, and how much they matter.
    pub rules: RuleSettings,
    /// How sources are contacted.
    pub sources: SourceSettings,
}

impl Settings {
    /// Settings in which nothing is set: what the defaults are read over.
    pub(super) fn unset(root: PathBuf, rules: RuleSettings) -> Self {
        let date = || DateTemplate { level: 0, formats: DateFormats::default() };
        Self {
            root,
            repository: None,
            file: None,
            given: BTreeMap::new(),
            exclude: PathPatterns::default(),
            resolver: Resolver { url_prefixes: Vec::new(), generated: Vec::new() },
            layout: Layout { event: Vec::new(), day: Vec::new() },
            event: EventTemplate {
                date: date(),
                topic_level: 0,
                title_level: 0,
                sections: Vec::new(),
            },
            topic_required: false,
            day: DayTemplate {
                date: date(),
                topic_level: 0,
                entry_level: 0,
                previous_level: 0,
                previous_texts: Vec::new(),
            },
            previous_policy: PreviousPolicy::Any,
            rules,
            sources: SourceSettings {
                delay: Duration::ZERO,
                timeout: Duration::ZERO,
                concurrency: 0,
                ledger: None,
                budget: None,
                contact: None,
                archive: String::new(),
                hosts: BTreeMap::new(),
            },
        }
    }

    /// Returns the prefix that turns a path from the archive's root into one from the repository's
    /// root: folders that end in `/`, or nothing if the roots are the same or there is no repository.
    #[must_use]
    pub fn path_to_root(&self) -> String {
        let below = self.repository.as_deref().and_then(|top| self.root.strip_prefix(top).ok());
        let parts = below.unwrap_or(Path::new("")).iter();
        parts.fold(String::new(), |path, part| path + &part.to_string_lossy() + "/")
    }
}

/// Returns the kind of a section by its name in the settings.
pub(super) fn section_kind(name: &str) -> SectionKind {
    match name {
        "sources" => SectionKind::Sources,
        "related" => SectionKind::Related,
        _ => SectionKind::Other,
    }
}

/// Returns the place of a section by default: sources first, the rest in any order.
pub(super) fn section_order(kind: SectionKind) -> u32 {
    match kind {
        SectionKind::Sources => 1,
        SectionKind::Related | SectionKind::Other => 2,
    }
}

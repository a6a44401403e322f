//! The resolved settings of a run. Every value comes from the settings file or is a default.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::hosts::HostSettings;
use super::path_patterns::PathPatterns;
use super::presets::Preset;
use super::rules::RuleSettings;
use crate::address::AddressPolicy;
use crate::archive::layout::Layout;
use crate::archive::outline::OutlineReader;
use crate::archive::places::Place;
use crate::archive::resolve::Resolver;
use crate::archive::site::Site;
use crate::archive::template::{DayTemplate, EventTemplate, SectionKind};
use crate::document::{AnchorStyle, Forms, ReferencePattern, Syntax, TemplateLanguage};

/// The day that the link to the previous day must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviousPolicy {
    /// Either the day before, or the nearest earlier day that has a page.
    Any,
    /// The day before, whether or not it has a page.
    Calendar,
    /// The nearest earlier day that has a page.
    Nearest,
}

impl PreviousPolicy {
    /// All policies.
    const ALL: [Self; 3] = [Self::Any, Self::Calendar, Self::Nearest];

    /// The names of all policies in the settings.
    pub const NAMES: [&'static str; 3] =
        [Self::ALL[0].name(), Self::ALL[1].name(), Self::ALL[2].name()];

    /// Returns the name of the policy in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Calendar => "calendar",
            Self::Nearest => "nearest",
        }
    }

    /// Returns the policy with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }
}

/// The settings for contacting source URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSettings {
    /// The time between the starts of two requests to one host.
    pub delay: Duration,
    /// The time limit for one request, from connecting to the end of the response's headers.
    pub timeout: Duration,
    /// The maximum number of requests in flight, over all hosts.
    pub concurrency: usize,
    /// The file of the ledger, below the archive's root. The path is relative to the root until the root
    /// is known, and then absolute.
    pub ledger: Option<PathBuf>,
    /// The time limit for a whole run, or `None` for no limit.
    pub budget: Option<Duration>,
    /// A URL at which servers can reach the maintainer of the archive. Every request carries it.
    pub contact: Option<String>,
    /// The http(s) URL below which archived copies are looked up, without a trailing slash.
    pub archive: String,
    /// The settings of individual hosts. The keys are hosts as the `url` crate writes them.
    pub hosts: BTreeMap<String, HostSettings>,
}

/// The reason why a folder is the root of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootOrigin {
    /// An option that names the root.
    Option,
    /// The settings file, which is in the root or names it.
    Settings,
    /// Pages that fit the layout in the root of the repository or, outside a repository, in the
    /// folder that the run was given. If no path contains a date, the reason is the folder itself.
    Folder,
    /// Pages that fit the layout in another folder.
    Layout,
    /// None. The root is unknown, so links that start at the root cannot be resolved. Contains the
    /// folders in which pages fit the layout: those below, relative to [`Settings::root`], or else the
    /// absolute path of one above.
    Unknown(Vec<String>),
    /// An option that names a folder in which no page fits the layout. Contains the folders elsewhere in
    /// which pages do. Links that start at the root are not resolved.
    WrongOption(Vec<PathBuf>),
    /// Like [`Self::WrongOption`], but the settings file names the folder, or is in it.
    WrongSettings(Vec<PathBuf>),
}

impl RootOrigin {
    /// Returns whether links that start at the root cannot be resolved.
    #[must_use]
    pub fn is_rootless(&self) -> bool {
        matches!(self, Self::Unknown(_) | Self::WrongOption(_) | Self::WrongSettings(_))
    }
}

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The canonical path of the archive's root.
    pub root: PathBuf,
    /// What decided on the root.
    pub root_origin: RootOrigin,
    /// The canonical path of the root of the repository that contains the archive, if any.
    pub repository: Option<PathBuf>,
    /// The file that the settings were read from, or `None` for the defaults.
    pub file: Option<PathBuf>,
    /// The dotted names of the keys that the file gives, with their line numbers, for `config show`.
    pub given: BTreeMap<String, usize>,
    /// The preset, which gives other settings their defaults.
    pub preset: Preset,
    /// The dotted names of the keys that the preset gives.
    pub given_by_preset: BTreeSet<String>,
    /// Patterns of pages that are not checked. Links to these pages still resolve.
    pub exclude: PathPatterns,
    /// The settings for resolving links.
    pub resolver: Resolver,
    /// The site on which the pages are served.
    pub site: Site,
    /// The program that gives headings their anchors.
    pub anchors: AnchorStyle,
    /// The language of template tags.
    pub template: TemplateLanguage,
    /// Other notations of links.
    pub references: Vec<ReferencePattern>,
    /// The forms of front matter.
    pub forms: Forms,
    /// The path patterns of event pages and day pages.
    pub layout: Layout,
    /// The structure of event pages.
    pub event: EventTemplate,
    /// The structure of day pages.
    pub day: DayTemplate,
    /// The day that the link to the previous day must name.
    pub previous_policy: PreviousPolicy,
    /// The rules that run, and the severities of their findings.
    pub rules: RuleSettings,
    /// The settings for contacting source URLs.
    pub sources: SourceSettings,
    /// The policy that decides which addresses can be contacted. Only options can allow addresses
    /// that are not public; a settings file cannot.
    pub policy: AddressPolicy,
}

impl Settings {
    /// Returns settings without any values, to be filled with the defaults.
    pub(super) fn unset(root: PathBuf, rules: RuleSettings) -> Self {
        Self {
            root,
            root_origin: RootOrigin::Folder,
            repository: None,
            file: None,
            given: BTreeMap::new(),
            preset: Preset::Gazette,
            given_by_preset: BTreeSet::new(),
            exclude: PathPatterns::default(),
            resolver: Resolver::default(),
            site: Site::default(),
            anchors: AnchorStyle::default(),
            template: TemplateLanguage::default(),
            references: Vec::new(),
            forms: Forms::default(),
            layout: Layout { event: Vec::new(), day: Vec::new() },
            event: EventTemplate::default(),
            day: DayTemplate::default(),
            previous_policy: PreviousPolicy::Any,
            rules,
            policy: AddressPolicy::default(),
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

    /// Returns what pages contain besides Markdown.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        let EventTemplate { date, sources, related, fields, .. } = &self.event;
        let lists = sources.iter().chain(related);
        let link_keys: BTreeSet<&str> = lists.filter_map(Place::front_key).collect();
        let dates = date.from.iter().chain(&self.day.date.from);
        let lines = dates.chain(fields.iter().flat_map(|field| &field.from));
        let labels: BTreeSet<&str> = lines.filter_map(Place::label).collect();
        Syntax {
            forms: self.forms,
            link_keys: link_keys.into_iter().map(str::to_owned).collect(),
            labels: labels.into_iter().map(str::to_owned).collect(),
            anchors: self.anchors,
            template: self.template,
            references: self.references.clone(),
        }
    }

    /// Returns a reader of page outlines that uses the templates. `syntax` is that of the pages.
    #[must_use]
    pub fn reader<'a>(&'a self, syntax: &'a Syntax) -> OutlineReader<'a> {
        OutlineReader { event: &self.event, day: &self.day, syntax }
    }

    /// Returns the prefix that turns a path relative to the archive's root into a path relative to
    /// the repository's root. The prefix ends with `/`. It is empty if the two roots are the same,
    /// or if there is no repository.
    #[must_use]
    pub fn path_to_root(&self) -> String {
        let below = self.repository.as_deref().and_then(|top| self.root.strip_prefix(top).ok());
        let parts = below.unwrap_or(Path::new("")).iter();
        parts.fold(String::new(), |path, part| path + &part.to_string_lossy() + "/")
    }
}

/// Returns the kind of the section with this name in the settings.
pub(super) fn section_kind(name: &str) -> SectionKind {
    match name {
        "sources" => SectionKind::Sources,
        "related" => SectionKind::Related,
        _ => SectionKind::Other,
    }
}

/// Returns the default order of a section: sources first, and the other sections in any order.
pub(super) fn section_order(kind: SectionKind) -> u32 {
    match kind {
        SectionKind::Sources => 1,
        SectionKind::Related | SectionKind::Other => 2,
    }
}

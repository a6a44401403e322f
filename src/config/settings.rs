//! The settings of a run, resolved: every value is there, from the file or by default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::hosts::HostSettings;
use super::rules::RuleSettings;
use crate::archive::date::DateFormats;
use crate::archive::layout::{Layout, Pattern, PatternError};
use crate::archive::resolve::Resolver;
use crate::archive::template::{
    DateTemplate, DayTemplate, EventTemplate, SectionKind, SectionTemplate,
};

/// What the link to the previous day is to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviousPolicy {
    /// Yesterday, or the nearest earlier day that has a page.
    Any,
    /// Yesterday, whether it has a page or not.
    Calendar,
    /// The nearest earlier day that has a page.
    Nearest,
}

/// How source URLs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSettings {
    /// Time between the starts of two requests to one host.
    pub delay: Duration,
    /// Time for one request, from the connection to the end of its headers.
    pub timeout: Duration,
    /// Requests in flight, over all hosts.
    pub concurrency: usize,
    /// The file of the ledger, inside the archive's root: from the root on once the root is known.
    pub ledger: Option<PathBuf>,
    /// Time for a whole run; without end if there is none.
    pub budget: Option<Duration>,
    /// Where whoever runs the archive can be reached: told to every server.
    pub contact: Option<String>,
    /// Where archived copies are looked up: an http(s) URL without a slash at its end.
    pub archive: String,
    /// What holds for single hosts, by the host as the `url` crate writes it.
    pub hosts: BTreeMap<String, HostSettings>,
}

/// Why patterns of paths are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternsError {
    /// The one with this index is none; what is wrong with it.
    #[error("not a pattern of paths: {1}")]
    One(usize, String),
    /// None is wrong by itself.
    #[error("all patterns of paths together are too large, of which this is the first")]
    All,
}

/// Patterns of paths; kept as written for `config show`.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    written: Vec<String>,
    set: GlobSet,
}

impl PathPatterns {
    /// Compiles patterns. `*` stays within a folder, `**` does not.
    ///
    /// # Errors
    /// [`PatternsError`]: one is no pattern, or all together are too large.
    pub fn new(written: Vec<String>) -> Result<Self, PatternsError> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in written.iter().enumerate() {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            let wrong = |error: globset::Error| PatternsError::One(index, error.kind().to_string());
            set.add(glob.map_err(wrong)?);
        }
        let set = set.build().map_err(|_| PatternsError::All)?;
        Ok(Self { written, set })
    }

    /// Whether a path relative to the root is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The patterns that match a path relative to the root, by their indices, in order.
    #[must_use]
    pub fn matching(&self, path: &str) -> Vec<usize> {
        self.set.matches(path)
    }

    /// The patterns as written.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }
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
    /// What the link to the previous day is to name.
    pub previous_policy: PreviousPolicy,
    /// Which rules run, and how much they matter.
    pub rules: RuleSettings,
    /// How sources are asked for.
    pub sources: SourceSettings,
}

impl Settings {
    /// The settings without a file: the English layout, all four of its templates.
    ///
    /// # Errors
    /// Never in practice: the built-in patterns and formats are tested to be sound.
    pub fn defaults(root: PathBuf, rules: RuleSettings) -> Result<Self, PatternError> {
        Ok(Self {
            root,
            repository: None,
            file: None,
            given: BTreeMap::new(),
            exclude: PathPatterns::default(),
            resolver: Resolver {
                url_prefixes: Vec::new(),
                generated: ["html", "json", "xml"].map(str::to_owned).to_vec(),
            },
            layout: default_layout()?,
            event: EventTemplate {
                date: DateTemplate { level: 3, formats: default_formats() },
                topic_level: 5,
                title_level: 1,
                sections: default_sections(),
            },
            topic_required: false,
            day: DayTemplate {
                date: DateTemplate { level: 2, formats: default_formats() },
                topic_level: 5,
                entry_level: 3,
                previous_level: 2,
                previous_texts: vec!["Previous Day...".to_owned()],
            },
            previous_policy: PreviousPolicy::Any,
            rules,
            sources: SourceSettings {
                delay: Duration::from_millis(250),
                timeout: Duration::from_secs(20),
                concurrency: 64,
                ledger: None,
                budget: None,
                contact: None,
                archive: "https://web.archive.org/web".to_owned(),
                hosts: BTreeMap::new(),
            },
        })
    }
}

impl Settings {
    /// What stands before a path from the archive's root where one from the repository's root is due:
    /// nothing where the two are the same or there is no repository, else folders that end in `/`.
    #[must_use]
    pub fn path_to_root(&self) -> String {
        let below = self.repository.as_deref().and_then(|top| self.root.strip_prefix(top).ok());
        let parts = below.unwrap_or(Path::new("")).iter();
        parts.fold(String::new(), |path, part| path + &part.to_string_lossy() + "/")
    }
}

fn default_layout() -> Result<Layout, PatternError> {
    let folder = "news/{year}/{month:02}/{day}";
    let day = |name: &str| Pattern::parse(&format!("{folder}/{name}.md"), false);
    Ok(Layout {
        event: vec![Pattern::parse(&format!("{folder}/{{slug}}.md"), true)?],
        day: vec![day("index")?, day("README")?],
    })
}

fn default_formats() -> DateFormats {
    DateFormats::new(["%Y-%m-%d", "%Y-%m-%-d"].map(str::to_owned).to_vec()).unwrap_or_default()
}

fn default_sections() -> Vec<SectionTemplate> {
    [
        ("sources", &["Source:", "Sources:"][..]),
        ("related", &["Related:"]),
        ("changes", &["Changes:"]),
    ]
    .map(|(name, headings)| {
        let kind = section_kind(name);
        SectionTemplate {
            name: name.to_owned(),
            kind,
            level: 3,
            headings: headings.iter().copied().map(str::to_owned).collect(),
            required: false,
            order: section_order(kind),
        }
    })
    .to_vec()
}

/// The kind of a section, by its name in the settings.
pub(super) fn section_kind(name: &str) -> SectionKind {
    match name {
        "sources" => SectionKind::Sources,
        "related" => SectionKind::Related,
        _ => SectionKind::Other,
    }
}

/// Where a section stands unless the settings say otherwise: sources first, the rest in any order.
pub(super) fn section_order(kind: SectionKind) -> u32 {
    match kind {
        SectionKind::Sources => 1,
        SectionKind::Related | SectionKind::Other => 2,
    }
}

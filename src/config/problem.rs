//! Everything that can be wrong with a settings file, in words.

use super::limits;
use super::path_patterns::PatternsError;
use super::rules::UnknownSelector;
use crate::archive::layout::PatternError;
use crate::diagnostic::{grouped, quote};

/// Something wrong in a settings file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file is not TOML; what the parser says.
    #[error("invalid TOML: {0}")]
    Syntax(String),
    /// A key that no setting has.
    #[error("unknown key {}{}", quote(.key), in_table(.table))]
    UnknownKey {
        /// The key.
        key: String,
        /// The table that it is in; empty for the file itself.
        table: String,
        /// The settings of that table.
        known: Vec<&'static str>,
        /// The one that is nearest, if one is near.
        nearest: Option<&'static str>,
    },
    /// A table lacks settings that it needs.
    #[error("`{table}` needs {}", listed(.settings.iter().map(|setting| setting.0)))]
    Incomplete {
        /// The table.
        table: String,
        /// What it lacks, with an example for each.
        settings: Vec<(&'static str, &'static str)>,
    },
    /// A value of another type.
    #[error("`{key}` must be {wanted}, not {found}")]
    WrongType {
        /// The setting.
        key: String,
        /// Which values it takes.
        wanted: &'static str,
        /// What the value is.
        found: String,
    },
    /// A string that is too long.
    #[error("a string can have at most {} bytes", grouped(limits::STRING as u64))]
    LongString,
    /// A list that is too long.
    #[error("`{key}` has {} entries; at most {} are allowed", grouped(*.all as u64), grouped(*.most as u64))]
    LongList {
        /// The setting.
        key: String,
        /// How many entries it has.
        all: usize,
        /// How many it can have.
        most: usize,
    },
    /// An empty list that needs an entry.
    #[error("`{key}` needs at least one entry")]
    EmptyList {
        /// The setting.
        key: String,
    },
    /// A number that is too small or too large.
    #[error("`{key}` must be from {least} to {most}")]
    OutOfRange {
        /// The setting.
        key: String,
        /// The minimum.
        least: i64,
        /// The maximum.
        most: i64,
    },
    /// A string that is not a length of time.
    #[error("`{key}` is not a length of time: {written:?}")]
    Duration {
        /// The setting.
        key: String,
        /// What it says.
        written: String,
    },
    /// A word that the setting does not accept.
    #[error("`{key}` cannot be {written:?}")]
    UnknownWord {
        /// The setting.
        key: String,
        /// What it says.
        written: String,
        /// The words that it takes.
        known: &'static [&'static str],
        /// The one that is nearest, if one is near.
        nearest: Option<&'static str>,
    },
    /// A setting that asks for something that does not exist.
    #[error("`{key}` cannot be true")]
    OnlyFalse {
        /// The setting.
        key: String,
    },
    /// A root outside of the settings file's folder.
    #[error("`archive.root` leads outside: {0:?}")]
    RootOutside(String),
    /// A text that is not a URL prefix.
    #[error("not a URL prefix: {0:?}")]
    UrlPrefix(String),
    /// A path pattern with too many wildcards.
    #[error("a path pattern can have at most {} wildcards: `*`, `?` and `[ ]`", grouped(limits::WILDCARDS as u64))]
    Wildcards,
    /// Path patterns with too many wildcards together.
    #[error("all path patterns together can have at most {} wildcards: `*`, `?` and `[ ]`", grouped(limits::ALL_WILDCARDS as u64))]
    AllWildcards,
    /// Path patterns that are refused.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
    /// A pattern of the layout that is malformed.
    #[error(transparent)]
    Layout(#[from] PatternError),
    /// A format that does not give a day.
    #[error("this format does not give a day: {0:?}")]
    DateFormat(String),
    /// Sections with too many headings.
    #[error("the sections have more than {} headings together", limits::HEADINGS)]
    SectionHeadings,
    /// A selector that names no rule.
    #[error(transparent)]
    Rule(#[from] UnknownSelector),
    /// A value that is not a severity.
    #[error("a severity is \"error\" or \"warning\"")]
    Severity,
    /// A ledger that is not a file inside the archive.
    #[error("`sources.ledger` is not a path inside the archive: {0:?}")]
    Ledger(String),
    /// A contact that is not a URL.
    #[error("`sources.contact` is not an http(s) or mailto URL: {0:?}")]
    Contact(String),
    /// A URL below which no archived copies can be looked up, and why.
    #[error("`sources.archive-url` cannot be used to look up copies: {0}")]
    ArchiveUrl(String),
    /// Two tables for one host.
    #[error("`{0}` has settings already")]
    RepeatedHost(String),
    /// A key that is not a host, and why.
    #[error("{host:?} is not a host: {reason}")]
    Host {
        /// The key.
        host: String,
        /// Why it is not a host.
        reason: String,
    },
    /// A host with a wildcard.
    #[error("{0:?} is not a host: `*` cannot be part of one")]
    HostWildcard(String),
    /// A host that is taken apart at its dots.
    #[error("a host with dots must be in quotes")]
    UnquotedHost,
    /// A host that cannot have headers.
    #[error("`{0}` cannot have headers: the variables with their values would not be its alone")]
    HostHeaders(String),
    /// A text that is not the name of a header.
    #[error("{0:?} is not the name of a header")]
    HeaderName(String),
    /// A header that belongs to the connection.
    #[error("`{0}` is a header of the connection")]
    ConnectionHeader(String),
    /// A header that is listed twice.
    #[error("`{0}` is listed twice")]
    RepeatedHeader(String),
}

impl Problem {
    /// Returns what to do about it, if that is not obvious.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::UnknownKey { nearest: Some(near), .. } => return Some(did_you_mean(near)),
            Self::UnknownKey { known, .. } => {
                return Some(format!("known keys: {}", known.join(", ")));
            }
            Self::UnknownWord { nearest: Some(near), .. } => {
                return Some(format!("did you mean {near:?}?"));
            }
            Self::UnknownWord { known, .. } => return Some(format!("one of {}", known.join(", "))),
            Self::Incomplete { settings, .. } => {
                let lines = settings.iter().map(|(name, example)| format!("`{name} = {example}`"));
                return Some(format!("for example, {}", lines.collect::<Vec<_>>().join(" and ")));
            }
            Self::Rule(unknown) => return Some(unknown.help()),
            Self::Duration { .. } => "write a number and ms, s, m or h: \"250ms\"",
            Self::OnlyFalse { .. } => "no rule requires it: remove the key, or set it to false",
            Self::RootOutside(_) => "name the folder of this file, or one below it",
            Self::UrlPrefix(_) => "a prefix begins with `/`, such as \"/zh\"",
            Self::DateFormat(_) => {
                "use strftime's %Y, %m and %d, or %-m and %-d without leading zeros"
            }
            Self::Severity => "to switch a rule off, list it in `rules.ignore`",
            Self::Ledger(_) => "name a file below the archive's root: \".dateline/ledger.sqlite3\"",
            Self::Contact(_) => "for example, \"mailto:archive@example.org\"",
            Self::ArchiveUrl(_) => {
                "write an http(s) URL up to its path: \"https://web.archive.org/web\""
            }
            Self::RepeatedHost(_) => "put all settings of a host into one table",
            Self::Host { .. } => {
                "write the host alone, without scheme, port and path; put an IPv6 address in [ ]"
            }
            Self::HostWildcard(_) => {
                "settings apply to exactly the host that is named, not to those below it"
            }
            Self::UnquotedHost => "write [sources.hosts.\"example.org\"]",
            Self::HostHeaders(_) => {
                "a host can have headers if its labels consist of letters, digits and hyphens, \
                 without a hyphen at their ends"
            }
            Self::HeaderName(_) => {
                "a name consists of letters, digits and hyphens; the value is never in this file"
            }
            Self::ConnectionHeader(_) => "it says how a request is carried, and cannot be set",
            Self::RepeatedHeader(_) => "header names ignore upper and lower case",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

fn in_table(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!(" in [{table}]") }
}

/// Names in backticks, joined by "and".
fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

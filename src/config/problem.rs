//! The problems that a settings file can have, with their messages.

use super::limits;
use super::path_patterns::PatternsError;
use super::rules::UnknownSelector;
use crate::archive::date::RefusedDateText;
use crate::archive::layout::PatternError;
use crate::archive::site::PermalinkError;
use crate::diagnostic::{grouped, quote};
use crate::document::ReferencePatternError;

/// A problem in a settings file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Text that is not valid TOML, with the message of the parser.
    #[error("invalid TOML: {0}")]
    Syntax(String),
    /// An unknown key.
    #[error("unknown key {}{}", quote(.key), in_table(.table))]
    UnknownKey {
        /// The key.
        key: String,
        /// The name of the table that contains the key. Empty at the top level of the file.
        table: String,
        /// The keys that the table can have.
        known: Vec<&'static str>,
        /// The most similar of the known names, if one is similar enough.
        nearest: Option<&'static str>,
    },
    /// A table that lacks some of its required settings.
    #[error("`{table}` needs {}", listed(.settings.iter().map(|setting| setting.0)))]
    Incomplete {
        /// The name of the table.
        table: String,
        /// The names of the missing settings, each with an example value.
        settings: Vec<(&'static str, &'static str)>,
    },
    /// A value of the wrong type.
    #[error("`{key}` must be {wanted}, not {found}")]
    WrongType {
        /// The dotted name of the setting.
        key: String,
        /// The values that the setting accepts, in words.
        wanted: &'static str,
        /// The type of the value, with an article.
        found: String,
    },
    /// A string that is too long.
    #[error("a string can have at most {} bytes", grouped(limits::STRING as u64))]
    LongString,
    /// A list that is too long.
    #[error("`{key}` has {} entries; at most {} are allowed", grouped(*.all as u64), grouped(*.most as u64))]
    LongList {
        /// The dotted name of the setting.
        key: String,
        /// The number of entries in the list.
        all: usize,
        /// The maximum number of entries.
        most: usize,
    },
    /// An empty list where at least one entry is required.
    #[error("`{key}` needs at least one entry")]
    EmptyList {
        /// The dotted name of the setting.
        key: String,
    },
    /// A number that is too small or too large.
    #[error("`{key}` must be from {least} to {most}")]
    OutOfRange {
        /// The dotted name of the setting.
        key: String,
        /// The minimum.
        least: i64,
        /// The maximum.
        most: i64,
    },
    /// A string that is not a duration.
    #[error("`{key}` is not a length of time: {written:?}")]
    Duration {
        /// The dotted name of the setting.
        key: String,
        /// The string, as written.
        written: String,
    },
    /// A word that the setting does not accept.
    #[error("`{key}` cannot be {written:?}")]
    UnknownWord {
        /// The dotted name of the setting.
        key: String,
        /// The string, as written.
        written: String,
        /// The words that the setting accepts.
        known: &'static [&'static str],
        /// The most similar of the known names, if one is similar enough.
        nearest: Option<&'static str>,
    },
    /// A text that the setting does not accept.
    #[error("`{key}` cannot be {written:?}")]
    Text {
        /// The dotted name of the setting.
        key: String,
        /// The text, as written.
        written: String,
        /// What the setting accepts, in words.
        wanted: Option<&'static str>,
    },
    /// A setting that is `true` but accepts only `false`.
    #[error("`{key}` cannot be true")]
    OnlyFalse {
        /// The dotted name of the setting.
        key: String,
    },
    /// An archive root outside the folder of the settings file.
    #[error("`archive.root` leads outside the folder of this file: {0:?}")]
    RootOutside(String),
    /// A text that is not a URL prefix.
    #[error("not a URL prefix: {0:?}")]
    UrlPrefix(String),
    /// A text that is not a place of the field.
    #[error("not a place of this field: {written:?}")]
    Place {
        /// The text, as written.
        written: String,
        /// The places of the field.
        known: &'static str,
    },
    /// A text that is not a value with which a page is hidden.
    #[error("not a value of front matter: {0:?}")]
    Hidden(String),
    /// A second field of the same name.
    #[error("there is a field {0:?} already")]
    RepeatedField(String),
    /// A text that is not an extension of files.
    #[error("not an extension of pages: {0:?}")]
    Extension(String),
    /// A path pattern with too many wildcards.
    #[error("a path pattern can have at most {} wildcards: `*`, `?` and `[ ]`", grouped(limits::WILDCARDS as u64))]
    Wildcards,
    /// Path patterns that together have too many wildcards.
    #[error("all path patterns together can have at most {} wildcards: `*`, `?` and `[ ]`", grouped(limits::ALL_WILDCARDS as u64))]
    AllWildcards,
    /// Path patterns that cannot be compiled.
    #[error(transparent)]
    Patterns(#[from] PatternsError),
    /// A malformed pattern of the layout.
    #[error(transparent)]
    Layout(#[from] PatternError),
    /// A faulty permalink.
    #[error(transparent)]
    Permalink(#[from] PermalinkError),
    /// A faulty reference.
    #[error(transparent)]
    Reference(#[from] ReferencePatternError),
    /// Permalinks that are neither one for all event pages nor one for each of their patterns.
    #[error(
        "`permalink` needs one permalink, or one for each of the {patterns} patterns of `layout.event`"
    )]
    PermalinkCount {
        /// The number of patterns.
        patterns: usize,
    },
    /// A format or a pattern that cannot be used for dates in headings.
    #[error(transparent)]
    DateText(#[from] RefusedDateText),
    /// Sections that together have too many headings.
    #[error("together, the sections have more than {} headings", limits::HEADINGS)]
    SectionHeadings,
    /// A selector that names no rule.
    #[error(transparent)]
    Rule(#[from] UnknownSelector),
    /// A value that is not a severity.
    #[error("a severity is \"error\" or \"warning\"")]
    Severity,
    /// A ledger path that leads out of the archive or into `.git`.
    #[error("`sources.ledger` is not a path inside the archive: {0:?}")]
    Ledger(String),
    /// A contact that is not an http(s) or mailto URL.
    #[error("`sources.contact` is not an http(s) or mailto URL: {0:?}")]
    Contact(String),
    /// A value of `sources.archive-url` below which archived copies cannot be looked up, with the
    /// reason.
    #[error("`sources.archive-url` cannot be used to look up copies: {0}")]
    ArchiveUrl(String),
    /// A second table for the same host.
    #[error("`{0}` has settings already")]
    RepeatedHost(String),
    /// A key that is not a host.
    #[error("{host:?} is not a host: {reason}")]
    Host {
        /// The key.
        host: String,
        /// Why the key is not a host.
        reason: String,
    },
    /// A host name that contains a wildcard.
    #[error("{0:?} is not a host: a host cannot contain `*`")]
    HostWildcard(String),
    /// A host name without quotes, which TOML splits into nested tables at its dots.
    #[error("a host with dots must be in quotes")]
    UnquotedHost,
    /// Headers of a host whose environment variables another host could share.
    #[error("`{0}` cannot have headers: another host could share the variables with their values")]
    HostHeaders(String),
    /// A text that is not the name of a header.
    #[error("{0:?} is not the name of a header")]
    HeaderName(String),
    /// A header that controls the connection.
    #[error("the header `{0}` cannot be set")]
    ConnectionHeader(String),
    /// A header that is listed twice.
    #[error("`{0}` is listed twice")]
    RepeatedHeader(String),
}

impl Problem {
    /// Returns advice on how to fix the problem, unless the message makes that obvious.
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
            Self::UnknownWord { known, .. } => {
                let words: Vec<_> = known.iter().map(|word| format!("{word:?}")).collect();
                return Some(format!("use one of {}", words.join(", ")));
            }
            Self::Text { wanted, .. } => return wanted.map(|words| format!("write {words}")),
            Self::Incomplete { settings, .. } => {
                let lines = settings.iter().map(|(name, example)| format!("`{name} = {example}`"));
                return Some(format!("for example, {}", lines.collect::<Vec<_>>().join(" and ")));
            }
            Self::Rule(unknown) => return Some(unknown.help()),
            Self::Place { known, .. } => return Some(format!("write {known}")),
            Self::RepeatedField(_) => "give the field a name of its own",
            Self::Hidden(_) => "write `front.KEY` or `front.KEY=VALUE`",
            Self::Layout(error) => return error.help(),
            Self::Duration { .. } => "write a number and a unit (ms, s, m or h), such as \"250ms\"",
            Self::OnlyFalse { .. } => {
                "Dateline has no such requirement: remove the key, or set it to false"
            }
            Self::RootOutside(_) => "name the folder of this file, or one below it",
            Self::Extension(_) => "write letters and digits, such as \"md\"",
            Self::UrlPrefix(_) => "a prefix begins with `/`, such as \"/zh\"",
            Self::DateText(RefusedDateText::Format(_)) => {
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
                "name each host in full: the settings of a host do not apply to its subdomains"
            }
            Self::UnquotedHost => "write [sources.hosts.\"example.org\"]",
            Self::HostHeaders(_) => {
                "a host can have headers if each part between its dots consists of letters, digits and \
                 hyphens, and begins and ends with a letter or a digit"
            }
            Self::HeaderName(_) => {
                "a name consists of letters, digits and hyphens; its value goes in an environment \
                 variable"
            }
            Self::ConnectionHeader(_) => "remove it: Dateline needs it to control the connection",
            Self::RepeatedHeader(_) => {
                "remove one of the two: names that differ only in case are the same header"
            }
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

/// Returns the names in backticks, joined by "and".
fn listed(names: impl Iterator<Item = &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

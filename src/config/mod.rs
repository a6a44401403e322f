//! The settings: `dateline.toml` as written, and what a run makes of it.

pub mod discover;
pub mod error;
pub mod file;
pub mod hosts;
pub mod limits;
mod reader;
pub mod rules;
pub mod settings;
pub mod show;
mod sources;

pub use error::{ConfigError, ConfigErrors, ConfigText, LoadError};
pub use hosts::{HeaderSetting, HostSettings};
pub use reader::parse_duration;
pub use rules::{PageRules, RuleInfo, RuleSet, RuleSettings};
pub use settings::{PathPatterns, PreviousPolicy, Settings, SourceSettings};

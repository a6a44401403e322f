//! The description of every setting, `dateline.toml` as written, and the settings of a run.

pub mod definitions;
pub mod discover;
pub mod error;
pub mod file;
pub mod hosts;
mod infer_root;
pub mod json_schema;
pub mod limits;
mod path_patterns;
pub mod presets;
pub mod problem;
mod reader;
pub mod rules;
pub mod settings;
pub mod show;
mod site;
mod sources;
mod templates;
pub mod toml_text;
pub mod values;

pub use error::{ConfigError, ConfigErrors, ConfigText, LoadError};
pub use hosts::{HeaderSetting, HostSettings};
pub use path_patterns::{PathPatterns, PatternsError};
pub use presets::{Preset, is_zola_config};
pub use reader::parse_duration;
pub use rules::{PageRules, RuleInfo, RuleSet, RuleSettings};
pub use settings::{PreviousPolicy, Settings, SourceSettings};

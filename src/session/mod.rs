//! The public interface of the library.
//!
//! A session opens an archive, checks it, fixes it and looks up its sources. It prints nothing: it
//! writes reports to a writer that the caller provides, and notifies an [`Observer`] of its
//! progress.

mod baseline;
mod baseline_coverage;
mod changes;
mod check;
mod check_few;
mod clock;
mod config;
mod contact;
mod editor;
mod editor_context;
mod error;
mod few_changes;
mod fix_loop;
mod fs;
mod init;
mod init_error;
mod input;
mod ledger_path;
mod observer;
mod options;
mod output;
mod page_index;
mod project;
mod report;
mod rules;
mod selection;
mod source_lookup;
mod sources;
mod tally;
mod threads;
mod walk_disk;

pub use self::changes::ChangeCounts;
pub use self::check::{FixPreview, Fixed, Session};
pub use self::config::{resolved_settings, settings_schema};
pub(crate) use self::editor::{
    BASELINE_NAME, archives_below, has_settings, resolved_path, settings_errors, text_on_disk,
};
pub use self::error::{BaselineFileError, SessionError};
pub use self::fix_loop::{FixReport, PlannedFixes};
pub use self::fs::PathError;
pub(crate) use self::fs::wait_for_writes;
pub use self::init::{InferredSettings, InitOptions};
pub use self::init_error::InitError;
pub use self::observer::{Notice, Observer, Step};
pub use self::options::{
    BaselineMode, BaselineOptions, CheckOptions, ContactOptions, Input, SourceOptions, Variables,
};
pub use self::output::{OutputFile, OutputFileError};
pub(crate) use self::page_index::PageIndex;
pub use self::report::{LocatedFinding, Report};
pub use self::rules::{RuleDescription, UnknownRule, rule, rules};
pub use self::selection::Skipped;
pub use self::sources::{
    Crawl, LedgerOptions, LedgerStatus, Repair, Sources, UnavailableSource, YearStatus,
};
pub use self::tally::Tally;
pub(crate) use self::walk_disk::ListedFiles;
pub use crate::address::AddressClass;
pub use crate::baseline::BaselineError;
pub use crate::config::discover::Origin;
pub use crate::config::rules::UnknownSelector;
pub use crate::config::{ConfigError, ConfigErrors};
pub use crate::config::{LoadError as SettingsError, parse_duration};
pub use crate::diagnostic::{Applicability, Severity};
pub use crate::fix::FixedFile;
pub use crate::git::{BlobError, GitError};
pub use crate::init::InferenceError;
pub use crate::linter::{Panicked, Summary, guarded};
pub use crate::report::{
    Format, PositionRange, Style, write_config_errors as write_settings_errors,
};
pub use crate::rule::Block;
pub use crate::source_status::{
    Cause, ErrorClass, Evidence, LedgerRecord, Likeness, Outcome, Reason, Redirect, Verdict,
};
pub use crate::sources::CrawlError;
pub use crate::sources::ledger::LedgerError;
pub use crate::sources::ledger::{Counts, HostCount, Merged, Patience};
pub use crate::sources::{CopyCounts, Progress, Stop};
pub use crate::span::Position;

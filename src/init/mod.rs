//! Infers the settings of an archive from its pages, for `dateline init`.
//!
//! A sample of pages provides the [`DateEvidence`]. The [`InferredLayout`] is inferred from this
//! evidence and the paths of all pages. Each page is then reduced to a [`PageSummary`], and an
//! [`Aggregate`] combines the summaries. The [`Inference`] contains the settings that most pages
//! support.

mod aggregate;
mod candidates;
mod config_values;
mod coverage;
mod date_evidence;
mod date_readings;
mod dates;
mod day;
mod draft_folders;
mod error;
mod event;
mod foreign_folders;
mod formats;
mod free_variables;
mod generated;
mod generators;
mod inference;
mod inferred;
mod layout;
mod number_kinds;
mod padding;
mod page_summary;
mod path_words;
mod patterns;
mod permalinks;
mod places;
mod refusal;
mod sections;
mod sightings;
mod site_config;
mod toml_site;
mod toml_writer;
mod undated;
mod unserved;

pub use aggregate::Aggregate;
pub use date_evidence::{DateEvidence, PageEvidence};
pub use draft_folders::draft_folders;
pub use error::InferenceError;
pub use foreign_folders::is_foreign;
pub use generators::{GeneratorConfig, generator};
pub use inference::{ArchiveSyntax, FrequentRule, Inference};
pub use inferred::{Inferred, Share};
pub use layout::InferredLayout;
pub use page_summary::PageSummary;
pub use sightings::labels;
pub use site_config::InferredSite;
pub use undated::UndatedPath;
pub use unserved::{Unserved, unserved};

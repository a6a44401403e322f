//! Inferring the settings of an archive from its pages, for `dateline init`.
//!
//! [`DateEvidence`] is read from a sample of pages, and the [`InferredLayout`] from all paths and that
//! evidence. Then each page is read into a [`PageSummary`], all of which make up an [`Aggregate`], and
//! what most pages have in common becomes the [`Inference`].

mod aggregate;
mod candidates;
mod date_evidence;
mod dates;
mod day;
mod draft_folders;
mod error;
mod event;
mod formats;
mod inference;
mod inferred;
mod layout;
mod page_summary;
mod patterns;
mod sections;
mod toml_writer;

pub use aggregate::Aggregate;
pub use date_evidence::{DateEvidence, PageEvidence};
pub use draft_folders::draft_folders;
pub use error::InferenceError;
pub use inference::{FrequentRule, Inference};
pub use inferred::{Inferred, Share};
pub use layout::InferredLayout;
pub use page_summary::PageSummary;

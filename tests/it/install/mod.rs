//! Tests of what belongs to an installation: completions for shells, manual pages, and the packages.
//!
//! The scripts in `tests/install` test the same with real shells and package managers.

mod completions;
mod man_pages;
mod packages;
#[cfg(unix)]
mod release;

//! The public interface of the library, as a program that embeds it uses it.

mod errors;
mod pages;
mod requests;
mod sessions;

use std::path::PathBuf;

use dateline::{BaselineMode, BaselineOptions, CheckOptions};

use crate::support::archive::TestArchive;

/// A page with two findings: a broken link without a fix, and a URL with a space, which a fix
/// corrects.
const PAGE: &str = "# About\n\n[x](/gone.md) [y](https://a.example/b c)\n";

/// Creates an archive of one page, `about.md`.
fn archive() -> TestArchive {
    let archive = TestArchive::new();
    archive.write("about.md", PAGE);
    archive
}

/// Returns options with a baseline.
fn with_baseline(file: PathBuf, mode: BaselineMode) -> CheckOptions {
    CheckOptions { baseline: Some(BaselineOptions { file, mode }), ..CheckOptions::default() }
}

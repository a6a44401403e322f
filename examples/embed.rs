//! Checks an archive, prints its findings by page, and counts the files that safe fixes would
//! change.
//!
//! `cargo run --example embed -- fixtures/broken`

#![expect(clippy::print_stdout, reason = "an example prints its findings")]

use std::error::Error;
use std::path::PathBuf;

use dateline::{Applicability, CheckOptions, Session};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    // Every option has a default. Dateline searches the folder and its parents for `dateline.toml`.
    let options = CheckOptions { ignore: vec!["text".to_owned()], ..CheckOptions::default() };
    let session = Session::open(path, options)?;

    let report = session.check()?;
    let mut last = None;
    for finding in report.findings() {
        if last.as_ref() != Some(&finding.path) {
            println!("{}", finding.path);
        }
        let start = finding.range.start;
        println!("  {}:{} {} [{}]", start.line, start.column, finding.message, finding.rule);
        last = Some(finding.path);
    }
    let summary = report.summary();
    println!("{} findings in {} pages", report.len(), summary.pages);

    // This happens in memory. `preview.write()` would write the files.
    let preview = session.preview_fixes(Applicability::Safe)?;
    println!("safe fixes would change {} files", preview.fixes().files().len());
    Ok(())
}

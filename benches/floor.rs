//! The minimum work of any linter: walk a folder, and read and parse every page.
//! `benches/run ARCHIVE` compares Dateline's time with it.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a separate program")]

use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag};
use rayon::prelude::*;

fn main() {
    // `cargo bench` and `cargo test` pass their own options.
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        println!("usage: floor FOLDER");
        return;
    };
    let pages: Vec<PathBuf> = ignore::WalkBuilder::new(folder)
        .build()
        .filter_map(Result::ok)
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    let links: usize = pages.par_iter().map(|page| count_links(page)).sum();
    println!("{} pages, {links} links", pages.len());
}

fn count_links(page: &Path) -> usize {
    let bytes = std::fs::read(page).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let events = Parser::new_ext(&text, Options::empty()).into_offset_iter();
    events.filter(|(event, _)| matches!(event, Event::Start(Tag::Link { .. }))).count()
}

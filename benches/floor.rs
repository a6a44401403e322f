//! The minimum work of any linter: walk a folder, and read and parse every page.
//! `benches/run ARCHIVE` compares Dateline's time with it.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a separate program")]

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::WalkState;
use pulldown_cmark::{Event, Options, Parser, Tag};
use rayon::prelude::*;

fn main() {
    // `cargo bench` and `cargo test` pass their own options.
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else {
        println!("usage: floor FOLDER");
        return;
    };
    let pages = find_pages(&folder);
    let links: usize = pages.par_iter().map(|page| count_links(page)).sum();
    println!("{} pages, {links} links", pages.len());
}

/// Returns the pages in a folder. Lists its folders on all cores.
fn find_pages(folder: &str) -> Vec<PathBuf> {
    let (sender, found) = mpsc::channel();
    let walk = ignore::WalkBuilder::new(folder).build_parallel();
    walk.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let path = entry.map(ignore::DirEntry::into_path).unwrap_or_default();
            if path.extension().is_some_and(|extension| extension == "md") {
                // The receiver exists until all senders are gone.
                let _ = sender.send(path);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    found.iter().collect()
}

fn count_links(page: &Path) -> usize {
    let bytes = std::fs::read(page).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let events = Parser::new_ext(&text, Options::empty()).into_offset_iter();
    events.filter(|(event, _)| matches!(event, Event::Start(Tag::Link { .. }))).count()
}

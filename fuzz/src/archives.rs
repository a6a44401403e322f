//! Small archives in one text, so that both a person and a fuzzer can write them: `== path` on a
//! line of its own, and below it the file.
//!
//! The line break before such a line belongs to it, so that a file need not end in one. Without any
//! such line, the text is an event page.

use std::path::PathBuf;
use std::sync::Arc;

use dateline::internals::config::{ConfigText, RuleSettings, Settings, file};
use dateline::internals::rules;

use super::memory::Files;

const MARK: &[u8] = b"== ";

/// Where a text stands that comes before any path.
const FIRST: &str = "news/2012/03/25/lock-gates-fail.md";

/// The most files. More of them only make each input take longer.
const MOST: usize = 12;

/// The settings file, which is a file of the archive as well.
const SETTINGS: &str = "dateline.toml";

/// Reads an archive.
pub fn read(data: &[u8]) -> Files {
    let mut files = Files::new();
    let mut path = Some(FIRST.to_owned());
    let mut page: Vec<u8> = Vec::new();
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        let Some(next) = line.strip_prefix(MARK) else {
            page.extend_from_slice(line);
            continue;
        };
        page.pop_if(|byte| *byte == b'\n');
        add(&mut files, path.take(), &mut page);
        path = str::from_utf8(next).ok().map(|path| path.trim_end_matches('\n').to_owned());
    }
    add(&mut files, path, &mut page);
    files
}

/// Adds a file, unless a file system could not hold it beside the others.
fn add(files: &mut Files, path: Option<String>, page: &mut Vec<u8>) {
    let page = std::mem::take(page);
    let Some(path) = path.filter(|path| is_sound(path)) else { return };
    let is_below =
        |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
    let is_taken = files.keys().any(|known| is_below(known, &path) || is_below(&path, known));
    let is_empty = page.is_empty() && files.is_empty() && path == FIRST;
    if !is_taken && !is_empty && files.len() < MOST {
        files.entry(path).or_insert(page);
    }
}

/// Whether a file of a walked folder can have this path.
fn is_sound(path: &str) -> bool {
    let is_name = |name: &str| !matches!(name, "" | "." | "..") && !name.contains('\0');
    path.len() < 256 && path.split('/').all(is_name)
}

/// The settings of an archive: those of its file, if it has one that is in order.
pub fn settings(files: &Files) -> Settings {
    let settings = defaults();
    let text = files.get(SETTINGS).and_then(|bytes| str::from_utf8(bytes).ok());
    let Some(text) = text else { return settings };
    let mut given = settings.clone();
    match file::read(&config(text), &mut given) {
        Ok(()) => given,
        Err(_) => settings,
    }
}

/// The settings without a file.
pub fn defaults() -> Settings {
    let rules = RuleSettings::defaults(&rules::infos());
    Settings::defaults(PathBuf::from("/archive"), rules).expect("the defaults are sound")
}

/// A settings file with this text.
pub fn config(text: &str) -> Arc<ConfigText> {
    Arc::new(ConfigText { path: PathBuf::from(SETTINGS), text: text.to_owned() })
}

/// An archive for a person to read.
pub fn shown(files: &Files) -> String {
    let page = |(path, bytes): (&String, &Vec<u8>)| {
        format!("== {path}\n{}\n", String::from_utf8_lossy(bytes))
    };
    files.iter().map(page).collect()
}

//! A text format for small archives, which both people and fuzzers can write. A line `== path`
//! comes before each file.
//!
//! The line break before such a line belongs to the line, so that a file need not end with one. A
//! text without such a line is an event page.

use std::path::PathBuf;
use std::sync::Arc;

use dateline::internals::config::{ConfigText, RuleSettings, Settings, file};
use dateline::internals::rules;

use super::memory::Files;

const MARK: &[u8] = b"== ";

/// The path of a text without a path line.
const FIRST: &str = "news/2012/03/25/lock-gates-fail.md";

/// The maximum number of files. More files would only slow down each input.
const MOST: usize = 12;

/// The path of the settings file, which is also a file of the archive.
const SETTINGS: &str = "dateline.toml";

/// Parses an archive.
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

/// Adds a file, unless the file system could not store it together with the others.
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

/// Returns whether a file in a walked folder can have this path.
fn is_sound(path: &str) -> bool {
    let is_name = |name: &str| !matches!(name, "" | "." | "..") && !name.contains('\0');
    path.len() < 256 && path.split('/').all(is_name)
}

/// Returns the settings of an archive: the defaults, unless it has a valid settings file.
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

/// Returns the default settings.
pub fn defaults() -> Settings {
    let rules = RuleSettings::defaults(&rules::infos());
    Settings::defaults(PathBuf::from("/archive"), rules).expect("the defaults are sound")
}

/// Returns a settings file with this text.
pub fn config(text: &str) -> Arc<ConfigText> {
    Arc::new(ConfigText { path: PathBuf::from(SETTINGS), text: text.to_owned() })
}

/// Returns the text of an archive for people to read.
pub fn shown(files: &Files) -> String {
    let page = |(path, bytes): (&String, &Vec<u8>)| {
        format!("== {path}\n{}\n", String::from_utf8_lossy(bytes))
    };
    files.iter().map(page).collect()
}

//! Rewritten destinations: each names the intended file, and nothing else on the page changes.

use dateline::internals::archive::Archive;
use dateline::internals::archive::destination::Destination;
use dateline::internals::archive::resolve::{Resolver, Target};
use dateline::internals::config::rules::select;
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::document::Document;
use dateline::internals::rules;
use dateline::internals::span::{FileId, SourceText};

use super::archives;
use super::memory::{self, Files};

const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";

/// Adds a file with a similar name for each link of a page, and checks the fixes of these links.
pub fn check(data: &[u8]) {
    check_renamed(data, "link/wrong-case", Applicability::Safe, |name| {
        let at = name.find(|char: char| char.is_ascii_alphabetic())?;
        let letter = name[at..=at].chars().next()?;
        let other = if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        Some(format!("{}{other}{}", &name[..at], &name[at + 1..]))
    });
    check_renamed(data, "link/not-found", Applicability::Unsafe, |name| {
        let stem = name.strip_suffix(".md").filter(|stem| !stem.is_empty())?;
        Some(format!("{stem}s.md"))
    });
}

fn check_renamed(
    data: &[u8],
    rule: &str,
    allowed: Applicability,
    rename: impl Fn(&str) -> Option<String>,
) {
    let mut settings = archives::defaults();
    let only = select(&rules::infos(), rule).expect("a rule");
    settings.rules.select_only(only);
    let files = beside(data, rename);
    let (archive, found) = memory::findings(&settings, &files);
    let takes = |found: &Diagnostic| found.rule == rule;
    let fixed = memory::fix(&settings, &files, &[], allowed, &takes);
    let mut fixed = fixed.unwrap_or_else(|| panic!("no end to {rule}"));
    let Some(after) = fixed.remove(PAGE) else {
        let is_due = |found: &Diagnostic| {
            found.finding.fix.as_ref().is_some_and(|fix| fix.applicability <= allowed)
        };
        assert!(!found.iter().any(is_due), "a fix was offered and not made: {found:?}");
        return;
    };
    assert!(fixed.is_empty(), "other files are changed: {:?}", fixed.keys());
    assert!(str::from_utf8(data).is_ok(), "a page that is not UTF-8 is changed");
    let before = SourceText::from_bytes(data);
    let after = SourceText::from_bytes(&after);
    let page = archive.paths.file(PAGE).expect("the page is there");
    compare(&archive, page, before.text(), after.text());
}

/// Returns an archive of the page and of files whose names are similar to those in its links.
fn beside(data: &[u8], rename: impl Fn(&str) -> Option<String>) -> Files {
    let mut text = format!("== {PAGE}\n").into_bytes();
    let source = SourceText::from_bytes(data);
    let document = Document::parse(source.text());
    let mut names: Vec<String> = Vec::new();
    for link in &document.links {
        let Destination::Internal { path, .. } = Destination::parse(link.target(source.text()))
        else {
            continue;
        };
        let Some(path) = Resolver::normalize(PAGE, path) else { continue };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(name) = rename(name) else { continue };
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let lower = path.to_lowercase();
        let is_near = |known: &String| known.to_lowercase() == lower;
        if !names.iter().any(is_near) && lower != PAGE && !path.contains('\n') {
            names.push(path);
        }
    }
    for name in names {
        text.extend_from_slice(format!("\n== {name}\n# A\n").as_bytes());
    }
    let mut files = archives::read(&text);
    files.insert(PAGE.to_owned(), data.to_vec());
    files
}

fn compare(archive: &Archive, page: FileId, before: &str, after: &str) {
    let (old, new) = (Document::parse(before), Document::parse(after));
    let shown = || format!("{before:?}\nbecomes\n{after:?}");
    assert_eq!(old.links.len(), new.links.len(), "{}", shown());
    assert_eq!(old.headings.len(), new.headings.len(), "{}", shown());
    let mut spans = Vec::new();
    for (one, other) in old.links.iter().zip(&new.links) {
        assert_eq!((one.kind, one.image), (other.kind, other.image), "{}", shown());
        assert_eq!(old.words(one.text), new.words(other.text), "{}", shown());
        let (was, is) = (one.target(before), other.target(after));
        if one.destination.of(before) == other.destination.of(after) {
            assert_eq!(was, is, "{}", shown());
            continue;
        }
        spans.push((one.destination, other.destination));
        let (Destination::Internal { path: old, .. }, Destination::Internal { path: new, .. }) =
            (Destination::parse(was), Destination::parse(is))
        else {
            panic!("{was:?} becomes {is:?}: {}", shown());
        };
        assert_eq!(was[old.len()..], is[new.len()..], "a query or fragment: {}", shown());
        if let Target::Miscased(file) = archive.resolve(page, old) {
            assert_eq!(archive.resolve(page, new).file(), Some(file), "{}", shown());
        }
        let target = archive.resolve(page, new);
        assert!(matches!(target, Target::File(_) | Target::Rendered(_)), "{is:?}: {}", shown());
    }
    let (old, new): (Vec<_>, Vec<_>) = spans.into_iter().unzip();
    assert_eq!(without(before, old), without(after, new), "{}", shown());
}

/// Returns a text in which each span is replaced by a NUL byte.
fn without(text: &str, mut spans: Vec<dateline::internals::span::Span>) -> String {
    spans.sort_unstable();
    spans.dedup();
    let mut left = String::new();
    let mut done = 0;
    for span in spans {
        left.push_str(&text[done..span.start as usize]);
        left.push('\0');
        done = span.end as usize;
    }
    left.push_str(&text[done..]);
    left
}

//! Folders of drafts: their pages may be named like those of the archive, and are none of it yet.

use std::collections::BTreeMap;

use super::candidates::may_name_a_day;
use super::{Seen, Share};
use crate::config::limits;

/// Names of such folders, in lower case.
const NAMES: [&str; 2] = ["drafts", "_drafts"];

/// The folders of drafts among an archive's paths that hold dated pages, as patterns of paths to be
/// left out, as many as settings may have; none if most dated pages are drafts, as then they are the
/// archive.
#[must_use]
pub fn drafts(paths: &[&str]) -> Vec<Seen<String>> {
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    let mut all = 0;
    for path in paths.iter().filter(|path| may_name_a_day(path)) {
        all += 1;
        if let Some(folder) = folder(path) {
            *folders.entry(folder).or_default() += 1;
        }
    }
    if folders.values().sum::<u64>() * 2 >= all {
        return Vec::new();
    }
    let seen = |(folder, of): (&str, u64)| Seen {
        // What has a meaning in a pattern stands for itself there as any one character.
        value: format!("{}/**", folder.replace(['*', '?', '[', ']', '{', '}', '\\'], "?")),
        share: Share { of, all, what: "dated pages" },
    };
    let mut patterns = folders.into_iter().map(seen).collect();
    limits::fit(&mut patterns, |pattern| &pattern.value);
    patterns
}

/// The folder of drafts that a path lies in.
fn folder(path: &str) -> Option<&str> {
    let mut start = 0;
    for (end, _) in path.match_indices('/') {
        if NAMES.iter().any(|name| path[start..end].eq_ignore_ascii_case(name)) {
            return Some(&path[..end]);
        }
        start = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_patterns_are_found_than_settings_may_have() {
        let mut paths = vec!["2012/03/05/a.md".to_owned(); 4000];
        paths.push(format!("{}/drafts/2012-03-05-b.md", "[".repeat(15)));
        paths.push(format!("{}/drafts/2012-03-05-b.md", "[".repeat(16)));
        paths.extend((0..1500).map(|index| format!("{index}/drafts/2012-03-05-b.md")));
        let paths: Vec<_> = paths.iter().map(String::as_str).collect();
        let found = drafts(&paths);
        assert_eq!(found.len(), 1000);
        let odd = drafts(&paths[..4002]);
        let values: Vec<_> = odd.iter().map(|seen| seen.value.as_str()).collect();
        assert_eq!(values, [format!("{}/drafts/**", "?".repeat(15))]);
    }

    #[test]
    fn only_few_dated_pages_are_drafts() {
        let page = "2012/03/05/a.md";
        let mut paths = vec![page, page, page, "blog/_drafts/2012-03-05-b.md", "drafts/c.md"];
        let seen = |paths: &[&str]| -> Vec<(String, String)> {
            drafts(paths).into_iter().map(|seen| (seen.value, seen.share.to_string())).collect()
        };
        let blog = ("blog/_drafts/**".to_owned(), "1 of 4 dated pages (25.0 %)".to_owned());
        assert_eq!(seen(&paths), [blog]);
        paths.push("[a]/Drafts/2012-03-05-b.md");
        assert_eq!(seen(&paths)[0].0, "?a?/Drafts/**");
        paths.push("drafts/2012/03/05/d.md");
        assert_eq!(seen(&paths), []);
    }
}

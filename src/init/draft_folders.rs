//! Finds draft folders. Their pages can have dates in their paths, but are not part of the archive yet.

use std::collections::BTreeMap;

use super::date_readings::may_name_a_day;
use super::inferred::{Inferred, Share};
use crate::config::limits;

/// The names of draft folders, in lower case.
const NAMES: [&str; 4] = ["draft", "_draft", "drafts", "_drafts"];

/// Returns path patterns that exclude the draft folders with dated pages, at most as many as settings
/// can contain. Returns no patterns if at least half of the dated pages are drafts, because the drafts
/// are then the archive. A page is dated if its path may contain a day, or if `has_date` accepts its path.
#[must_use]
pub fn draft_folders(paths: &[&str], has_date: impl Fn(&str) -> bool) -> Vec<Inferred<String>> {
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    let mut all = 0;
    for path in paths.iter().filter(|path| may_name_a_day(path) || has_date(path)) {
        all += 1;
        if let Some(folder) = folder(path) {
            *folders.entry(folder).or_default() += 1;
        }
    }
    if folders.values().sum::<u64>() * 2 >= all {
        return Vec::new();
    }
    let inferred = |(folder, of): (&str, u64)| Inferred {
        // `?` matches any character, so characters with a special meaning in patterns need no escaping.
        value: format!("{}/**", folder.replace(['*', '?', '[', ']', '{', '}', '\\'], "?")),
        share: Share { of, all, what: "dated pages" },
    };
    let mut patterns = folders.into_iter().map(inferred).collect();
    limits::fit(&mut patterns, |pattern| &pattern.value);
    patterns
}

/// Returns the outermost draft folder that contains the path.
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
        let found = draft_folders(&paths, |_| false);
        assert_eq!(found.len(), 1000);
        let odd = draft_folders(&paths[..4002], |_| false);
        let values: Vec<_> = odd.iter().map(|inferred| inferred.value.as_str()).collect();
        assert_eq!(values, [format!("{}/drafts/**", "?".repeat(15))]);
    }

    #[test]
    fn only_few_dated_pages_are_drafts() {
        let page = "2012/03/05/a.md";
        let mut paths = vec![page, page, page, "blog/_drafts/2012-03-05-b.md", "drafts/c.md"];
        let inferred = |paths: &[&str]| -> Vec<(String, String)> {
            draft_folders(paths, |_| false)
                .into_iter()
                .map(|inferred| (inferred.value, inferred.share.to_string()))
                .collect()
        };
        let blog = ("blog/_drafts/**".to_owned(), "1 of 4 dated pages (25.0 %)".to_owned());
        assert_eq!(inferred(&paths), [blog]);
        paths.push("[a]/Drafts/2012-03-05-b.md");
        assert_eq!(inferred(&paths)[0].0, "?a?/Drafts/**");
        paths.push("drafts/2012/03/05/d.md");
        assert_eq!(inferred(&paths), []);
    }

    #[test]
    fn a_draft_can_have_its_date_in_front_matter() {
        let paths = ["2012/03/05/a.md", "2012/03/06/b.md", "_drafts/c.md", "_drafts/d.md"];
        let has_date = |path: &str| path.ends_with("c.md");
        let found = draft_folders(&paths, has_date);
        let found: Vec<_> = found.iter().map(|found| (&*found.value, found.share.of)).collect();
        assert_eq!(found, [("_drafts/**", 1)]);
        assert_eq!(draft_folders(&paths, |_| false), []);
    }
}

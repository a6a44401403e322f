//! Measures how many of the dated pages a layout fits, so that only a layout that fits most is kept.

use super::date_readings::may_name_a_day;
use super::inferred::least;
use crate::archive::layout::Pattern;

/// The pages whose path may contain a day.
pub(super) struct DatedPages<'a>(pub(super) Vec<&'a str>);

impl<'a> DatedPages<'a> {
    /// Selects the dated pages.
    pub(super) fn of(pages: &[&'a str]) -> Self {
        Self(pages.iter().copied().filter(|path| may_name_a_day(path)).collect())
    }

    /// Returns whether the dated pages are so many that they are no accident.
    pub(super) fn are_enough(&self, pages: &[&str]) -> bool {
        self.0.len() as u64 >= least(pages.len() as u64)
    }

    /// Returns whether patterns match most dated pages below `folder`, which ends with `/` unless it is
    /// empty.
    pub(super) fn are_most_matched(&self, folder: &str, patterns: &[&Pattern]) -> bool {
        let pages = self.0.iter().filter(|path| path.starts_with(folder));
        let (mut all, mut matched) = (0_usize, 0_usize);
        for path in pages {
            all += 1;
            matched += usize::from(patterns.iter().any(|pattern| pattern.read(path).is_some()));
        }
        matched * 2 > all
    }
}

/// Returns the folder that contains all pages of a pattern, with a slash at the end, or an empty text.
pub(super) fn folder(written: &str) -> &str {
    let fixed = &written[..written.find('{').unwrap_or(written.len())];
    &fixed[..fixed.rfind('/').map_or(0, |slash| slash + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_dated_pages_of_a_folder_are_more_than_half() {
        let pages = ["a/2012-03-05-b.md", "a/5.3.2012-c.md", "d/2012-03-05.md", "e.md"];
        let dated = DatedPages::of(&pages);
        assert_eq!(dated.0.len(), 3);
        let pattern = Pattern::parse("a/{year}-{month}-{day}-{slug}.md", true).expect("sound");
        assert!(!dated.are_most_matched("a/", &[&pattern]));
        assert!(!dated.are_most_matched("", &[&pattern]));
        let other = Pattern::parse("a/{day}.{month}.{year}-{slug}.md", true).expect("sound");
        assert!(dated.are_most_matched("", &[&pattern, &other]));
        assert_eq!(folder("a/b-{year}/{slug}.md"), "a/");
        assert_eq!(folder("{year}/{slug}.md"), "");
    }
}

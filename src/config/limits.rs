//! Limits on the size of a settings file. The file comes with the archive, so its author may not be
//! trustworthy. Dateline compares many entries of the file with every page, heading or link. The
//! limits bound that work.

/// The maximum size of a settings file, in bytes.
pub(super) const FILE: usize = 1 << 20;

/// The maximum length of a string, in bytes.
pub(super) const STRING: usize = 1000;

/// The maximum number of entries in a list of path patterns or of rules.
pub(super) const LONG_LIST: usize = 1000;

/// The maximum number of entries in any other list, such as layouts, date formats, headings and URL
/// prefixes.
pub(super) const LIST: usize = 100;

/// The maximum number of sections.
pub(super) const SECTIONS: usize = 100;

/// The maximum number of headings in all sections together.
pub(super) const HEADINGS: usize = 500;

/// The maximum number of overrides.
pub(super) const OVERRIDES: usize = 250;

/// The maximum number of headers of a host.
pub(super) const HEADERS: usize = 16;

/// The maximum number of wildcards in a path pattern: `*`, `**`, `?`, and classes such as `[a-z]`.
pub(super) const WILDCARDS: usize = 16;

/// The maximum number of wildcards in all path patterns together. Dateline matches each path against all
/// patterns.
pub(super) const ALL_WILDCARDS: usize = 2000;

/// Returns the number of wildcards in a path pattern. Wildcards inside a class count too, as in `[*]`.
pub(super) fn wildcards(pattern: &str) -> usize {
    let (mut count, mut before, mut is_escaped) = (0, 0, false);
    for byte in pattern.bytes() {
        let is_one = matches!(byte, b'?' | b'[') || (byte == b'*' && before != b'*');
        count += usize::from(is_one && !is_escaped);
        before = if is_escaped { 0 } else { byte };
        is_escaped = byte == b'\\' && !is_escaped;
    }
    count
}

/// Removes the path patterns that exceed the limits on wildcards or on the length of a list.
pub fn fit<T>(patterns: &mut Vec<T>, text: impl Fn(&T) -> &str) {
    let mut all = 0;
    patterns.retain(|pattern| {
        let own = wildcards(text(pattern));
        let fits = own <= WILDCARDS && all + own <= ALL_WILDCARDS;
        all += if fits { own } else { 0 };
        fits
    });
    patterns.truncate(LONG_LIST);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_counted_and_what_is_escaped_is_none() {
        for (pattern, count) in [
            ("", 0),
            ("news/a.md", 0),
            ("drafts/**", 1),
            ("**/*.md", 2),
            ("[!a]?*", 3),
            ("{a*,b?}", 2),
            (r"\*\?\[a", 0),
            (r"\\*", 1),
            (r"\**", 1),
        ] {
            assert_eq!(wildcards(pattern), count, "{pattern}");
        }
    }
}

//! Path patterns, which select the files that a setting applies to.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::limits::wildcards;

/// Why path patterns are rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternsError {
    /// A malformed pattern: its index, and what is wrong with it.
    #[error("{1}")]
    One(usize, PatternFault),
    /// All patterns are valid, but together they are too large.
    #[error("all path patterns together are too large; shorten or remove some of them")]
    All,
}

/// What is wrong with a path pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// The pattern is malformed, with the message of the parser.
    #[error("not a path pattern: {0}")]
    Syntax(String),
    /// The pattern names no file and no folder.
    #[error("a path pattern cannot be empty; to match all files, write `**`")]
    Empty,
    /// The pattern begins with `!`, as if it negated another pattern.
    #[error(
        "a path pattern cannot begin with `!`; list only the files to match, and write `./!` for a \
         name that begins with `!`"
    )]
    Negated,
    /// The pattern leads above the archive's root.
    #[error("a path pattern cannot contain `..`; write the path from the archive's root")]
    Outside,
}

/// Compiled path patterns, with their text for `config show`.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    written: Vec<String>,
    set: GlobSet,
    /// For each glob in the set, the index of its pattern.
    owners: Vec<usize>,
    /// The patterns that name one folder, by the folder. They also match everything below it.
    folders: HashMap<String, Vec<usize>>,
    /// The length of the longest of these folders, in bytes.
    longest_folder: usize,
}

impl PathPatterns {
    /// Compiles patterns. `**` matches across folders, but `*` does not. A pattern that ends with
    /// `/`, or with a name without wildcards, also matches everything below the folders that it
    /// names.
    ///
    /// # Errors
    /// Returns [`PatternsError`] if a pattern is malformed, or if all patterns together are too
    /// large.
    pub fn new(written: Vec<String>) -> Result<Self, PatternsError> {
        let mut set = GlobSetBuilder::new();
        let mut patterns = Self::default();
        for (index, text) in written.iter().enumerate() {
            let fault = |fault| PatternsError::One(index, fault);
            let parsed = Parsed::parse(text).map_err(fault)?;
            let mut add = |glob: &str| {
                let glob = GlobBuilder::new(glob).literal_separator(true).build();
                set.add(
                    glob.map_err(|error| fault(PatternFault::Syntax(error.kind().to_string())))?,
                );
                patterns.owners.push(index);
                Ok(())
            };
            if !parsed.is_folder {
                add(&parsed.path)?;
            }
            // A glob for each such folder would make the set too large for long lists.
            if parsed.is_one_folder() {
                patterns.longest_folder = patterns.longest_folder.max(parsed.path.len());
                patterns.folders.entry(parsed.path).or_default().push(index);
            } else if parsed.may_be_folder {
                add(&format!("{}/**", parsed.path))?;
            }
        }
        patterns.set = set.build().map_err(|_| PatternsError::All)?;
        patterns.written = written;
        Ok(patterns)
    }

    /// Returns these patterns and others.
    ///
    /// # Errors
    /// Returns the same errors as [`PathPatterns::new`].
    pub fn with(self, others: &[String]) -> Result<Self, PatternsError> {
        if others.is_empty() {
            return Ok(self);
        }
        Self::new(self.written.into_iter().chain(others.iter().cloned()).collect())
    }

    /// Returns whether a path relative to the root matches any pattern.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path) || self.above(path).next().is_some()
    }

    /// Returns the indices of the patterns that match a path relative to the root, in order.
    #[must_use]
    pub fn matching(&self, path: &str) -> Vec<usize> {
        let globs = self.set.matches(path).into_iter().map(|glob| self.owners[glob]);
        let mut matching: Vec<usize> = globs.chain(self.above(path).flatten().copied()).collect();
        matching.sort_unstable();
        matching.dedup();
        matching
    }

    /// Returns the patterns that name a folder above a path. Looks up no folder that is longer than
    /// all patterns, so that a path with many folders does not take quadratic time.
    fn above(&self, path: &str) -> impl Iterator<Item = &Vec<usize>> {
        let slashes = memchr::memchr_iter(b'/', path.as_bytes());
        let ends = slashes.take_while(|end| *end <= self.longest_folder);
        ends.filter_map(|end| self.folders.get(&path[..end]))
    }

    /// Returns the patterns as written.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }
}

/// A pattern in the form of the paths that it is matched against.
struct Parsed {
    /// The path, without a slash at its beginning or end, and without `.` in it.
    path: String,
    /// Whether the pattern ends with a slash.
    is_folder: bool,
    /// Whether the pattern also matches everything below a folder that it names. If it ends with a
    /// wildcard, such as `news/*`, it does not.
    may_be_folder: bool,
}

impl Parsed {
    fn parse(written: &str) -> Result<Self, PatternFault> {
        if written.starts_with('!') {
            return Err(PatternFault::Negated);
        }
        let is_name = |name: &&str| !matches!(*name, "" | ".");
        let is_folder = !written.rsplit('/').take(1).any(|last| is_name(&last));
        let names: Vec<&str> = written.split('/').filter(is_name).collect();
        let last = names.last().ok_or(PatternFault::Empty)?;
        if names.contains(&"..") {
            return Err(PatternFault::Outside);
        }
        let may_be_folder = is_folder || wildcards(last) == 0;
        Ok(Self { path: names.join("/"), is_folder, may_be_folder })
    }

    /// Returns whether the pattern contains no special character, so that it names only one folder.
    fn is_one_folder(&self) -> bool {
        self.may_be_folder && !self.path.contains(['*', '?', '[', ']', '{', '}', '\\'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(written: &[&str]) -> Result<PathPatterns, PatternsError> {
        PathPatterns::new(written.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_pattern_that_names_a_folder_matches_everything_below_it() {
        const PATHS: [&str; 6] =
            ["a.md", "drafts/a.md", "drafts/b/a.md", "drafts.md", "news/drafts/a.md", "draft/a.md"];
        for (written, matched) in [
            ("drafts", &["drafts/a.md", "drafts/b/a.md"][..]),
            ("drafts/", &["drafts/a.md", "drafts/b/a.md"]),
            ("/drafts", &["drafts/a.md", "drafts/b/a.md"]),
            ("./drafts/", &["drafts/a.md", "drafts/b/a.md"]),
            ("drafts/.", &["drafts/a.md", "drafts/b/a.md"]),
            ("/drafts/**", &["drafts/a.md", "drafts/b/a.md"]),
            (".//./drafts//a.md", &["drafts/a.md"]),
            ("./drafts/./a.md", &["drafts/a.md"]),
            ("drafts/*", &["drafts/a.md"]),
            ("drafts/*/", &["drafts/b/a.md"]),
            ("*", &["a.md", "drafts.md"]),
            ("a.md", &["a.md"]),
            ("a.md/", &[]),
            ("draft*/", &["drafts/a.md", "drafts/b/a.md", "draft/a.md"]),
            ("**/drafts", &["drafts/a.md", "drafts/b/a.md", "news/drafts/a.md"]),
            ("*/drafts/", &["news/drafts/a.md"]),
            ("{draft,news}", &["news/drafts/a.md", "draft/a.md"]),
            ("draf?", &[]),
            ("dra\\ft", &["draft/a.md"]),
        ] {
            let patterns = patterns(&[written]).expect("a pattern");
            let found: Vec<_> = PATHS.into_iter().filter(|path| patterns.matches(path)).collect();
            assert_eq!(found, matched, "{written}");
            for path in PATHS {
                assert_eq!(
                    patterns.matches(path),
                    patterns.matching(path) == [0],
                    "{written} {path}"
                );
            }
        }
    }

    #[test]
    fn the_patterns_that_match_a_path_are_in_order() {
        let patterns = patterns(&["a/b", "**/*.md", "a/", "a", "b", "a/b/c.md"]).expect("patterns");
        assert_eq!(patterns.matching("a/b/c.md"), [0, 1, 2, 3, 5]);
        assert_eq!(patterns.matching("a"), [3]);
        assert_eq!(patterns.written()[2], "a/");
    }

    #[test]
    fn a_pattern_that_matches_no_file_is_rejected() {
        let fault = |written: &str| match patterns(&["a", written]).expect_err("an error") {
            PatternsError::One(1, fault) => fault,
            other => panic!("{written}: {other:?}"),
        };
        for written in ["", "/", ".", "./", "././/"] {
            assert_eq!(fault(written), PatternFault::Empty, "{written}");
        }
        for written in ["!", "!drafts/**"] {
            assert_eq!(fault(written), PatternFault::Negated, "{written}");
        }
        for written in ["..", "../drafts", "/drafts/../a.md"] {
            assert_eq!(fault(written), PatternFault::Outside, "{written}");
        }
        for written in ["a[", "{a", "a\\", "a{/"] {
            assert!(matches!(fault(written), PatternFault::Syntax(_)), "{written}");
        }
        assert!(patterns(&["./!a"]).expect("a pattern").matches("!a/b.md"));
    }
}

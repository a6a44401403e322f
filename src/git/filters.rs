//! Finds the content filters that git is configured to run, such as Git LFS, and disables them.
//!
//! Git's configuration defines the filters, which are programs. Attributes, which a commit can
//! change, select the filter for each file. Attributes also set line endings and encodings, so they
//! stay in effect. Instead, empty commands override the filters.
//!
//! The configuration can include a file of the work tree, which a commit can change. Filters that
//! are set in such a file are disabled for every git command.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::error::GitError;
use super::locate::is_committable;
use super::program::{os, path_of, run, words};

/// The arguments that make git list the settings of all filters, with the files that contain them.
pub(super) const QUERY: [&str; 6] =
    ["config", "-z", "--show-origin", "--name-only", "--get-regexp", r"^filter\."];

/// An environment variable whose value is empty.
const NOTHING: &str = "DATELINE_NOTHING";

/// The names of configured filters.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<OsString>);

impl Filters {
    /// Returns two sets: all filters that [`QUERY`] lists, and the filters that are set in a file
    /// within one of the work trees `trees`. `top` is the folder in which git runs.
    ///
    /// # Errors
    /// Returns an error if git cannot be run or fails.
    pub(super) fn configured(
        query: Command,
        top: &Path,
        trees: &[PathBuf],
    ) -> Result<(Self, Self), GitError> {
        let output = run(query)?;
        // Git exits with 1 if no filters are configured.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(GitError::Failed { command: "config".to_owned(), reason: words(&output) });
        }
        let mut fields = output.stdout.split(|byte| *byte == 0);
        let (mut all, mut foreign) = (Vec::new(), Vec::new());
        while let (Some(origin), Some(setting)) = (fields.next(), fields.next()) {
            let Some(name) = name(setting) else { continue };
            all.push(name);
            let file = origin.strip_prefix(b"file:").map(|path| top.join(path_of(path)));
            if file.is_some_and(|file| is_in_work_tree(&file, trees)) {
                foreign.push(name);
            }
        }
        Ok((Self::named(all), Self::named(foreign)))
    }

    fn named(mut names: Vec<&[u8]>) -> Self {
        names.sort_unstable();
        names.dedup();
        Self(names.into_iter().map(os).collect())
    }

    /// Returns whether `others` contains all of these filters.
    pub(super) fn are_within(&self, others: &Self) -> bool {
        self.0.iter().all(|name| others.0.contains(name))
    }

    /// Adds options to a git command so that none of these filters runs. The options must come
    /// before git's subcommand.
    pub(super) fn switch_off(&self, command: &mut Command) {
        let set = |name: &OsStr, key_and_value: &str| {
            let mut option = OsString::from("filter.");
            option.push(name);
            option.push(key_and_value);
            option
        };
        for name in &self.0 {
            if name.as_encoded_bytes().contains(&b'=') {
                // With `-c`, the key ends at the first `=`, so the name must not contain that
                // character. With `--config-env`, the key ends at the last `=`. Git before 2.31
                // does not support this option and fails.
                for key in [".clean=", ".process=", ".required="] {
                    let mut option = OsString::from("--config-env=");
                    option.push(set(name, key));
                    option.push(NOTHING);
                    command.arg(option).env(NOTHING, "");
                }
            } else {
                for setting in [".clean=", ".process=", ".required=false"] {
                    command.arg("-c").arg(set(name, setting));
                }
            }
        }
    }
}

/// Returns whether a commit can change a configuration file, or replace it by changing a link in
/// its path.
fn is_in_work_tree(file: &Path, trees: &[PathBuf]) -> bool {
    let real = std::fs::canonicalize(file).ok();
    let paths = [Some(plain(file)), real];
    let mut paths = paths.iter().flatten();
    paths.any(|path| trees.iter().any(|tree| is_committable(path, tree)))
}

/// Normalizes a path as if it contained no links.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// Returns the name of the filter in a setting such as `filter.name.clean`. The name may contain
/// dots.
fn name(setting: &[u8]) -> Option<&[u8]> {
    let rest = setting.strip_prefix(b"filter.")?;
    Some(&rest[..memchr::memrchr(b'.', rest)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_any_name() {
        assert_eq!(name(b"filter.lfs.clean"), Some(&b"lfs"[..]));
        assert_eq!(name(b"filter.a.b=c.required"), Some(&b"a.b=c"[..]));
        assert_eq!(name(b"filter.clean"), None);
        assert_eq!(name(b""), None);
    }
}

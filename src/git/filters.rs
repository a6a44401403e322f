//! The programs that git filters contents with, as Git LFS does, and calls of git without them.
//!
//! The configuration names these programs, and attributes, which a commit can change, choose among
//! them. Attributes also say how lines end and which encoding a file has, so they stay; the filters
//! are configured to be nothing. So are, in every call, those that a file of the work tree configures:
//! the configuration may include one, and a commit can change it.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::error::GitError;
use super::locate::is_committable;
use super::program::{os, path_of, run, words};

/// What to ask git for the settings of all filters, and for the files that hold them.
pub(super) const QUERY: [&str; 6] =
    ["config", "-z", "--show-origin", "--name-only", "--get-regexp", r"^filter\."];

/// A variable of the environment that is set to nothing.
const NOTHING: &str = "DATELINE_NOTHING";

/// Filters that are configured, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<OsString>);

impl Filters {
    /// Returns the filters that [`QUERY`] lists, and those of them that are set in a file within one of
    /// the work trees. `top` is the folder in which git runs.
    ///
    /// # Errors
    /// Returns the error of git.
    pub(super) fn configured(
        query: Command,
        top: &Path,
        trees: &[PathBuf],
    ) -> Result<(Self, Self), GitError> {
        let output = run(query)?;
        // Git exits with 1 if there are none.
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

    /// Whether each of them is among the others.
    pub(super) fn are_within(&self, others: &Self) -> bool {
        self.0.iter().all(|name| others.0.contains(name))
    }

    /// Adds options to a call of git, before its command, so that none of these filters runs.
    pub(super) fn switch_off(&self, command: &mut Command) {
        let set = |name: &OsStr, key_and_value: &str| {
            let mut option = OsString::from("filter.");
            option.push(name);
            option.push(key_and_value);
            option
        };
        for name in &self.0 {
            if name.as_encoded_bytes().contains(&b'=') {
                // A key ends at the first `=` of `-c`, and at the last one of this, which git before
                // 2.31 refuses.
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

/// Whether a commit can change a file of the configuration: what it is, or a link on the way to it.
fn is_in_work_tree(file: &Path, trees: &[PathBuf]) -> bool {
    let real = std::fs::canonicalize(file).ok();
    let paths = [Some(plain(file)), real];
    let mut paths = paths.iter().flatten();
    paths.any(|path| trees.iter().any(|tree| is_committable(path, tree)))
}

/// A path as it is read where nothing on it is a link.
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

/// The filter whose setting this is: `filter.name.clean`, where the name may hold dots.
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

//! The programs that git filters contents with, as Git LFS does, and calls of git without them.
//!
//! The configuration names these programs, and attributes, which a commit can change, choose among
//! them. Attributes also say how lines end and which encoding a file has, so they stay; the filters
//! are configured to be nothing.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use super::GitError;
use super::program::{os, run, words};

/// What to ask git for the settings of all filters.
pub(super) const QUERY: [&str; 5] = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."];

/// A variable of the environment that is set to nothing.
const NOTHING: &str = "DATELINE_NOTHING";

/// The filters that are configured, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<OsString>);

impl Filters {
    /// Returns those of which a call with [`QUERY`] tells.
    ///
    /// # Errors
    /// What git fails with.
    pub(super) fn configured(query: Command) -> Result<Self, GitError> {
        let output = run(query)?;
        // It ends with 1 if there are none.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(GitError::Failed { command: "config".to_owned(), reason: words(&output) });
        }
        let mut names: Vec<_> = output.stdout.split(|byte| *byte == 0).filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        Ok(Self(names.into_iter().map(os).collect()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds options to a call of git, before its command, so that no filter runs.
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

//! Applying fixes: which of them go together, what a file becomes, and whether each of them shows its effect. Nothing is
//! written here: a [`Workspace`] is the archive in memory as the fixes have made it so far.
//!
//! A caller lints the archive of the workspace and hands what it finds to [`Passes`], again and again, until
//! [`Passes::advance`] has nothing more to do.

mod effect;
mod passes;
mod plan;
mod workspace;

pub use passes::{Ending, Fixes, Passes, Progress};
pub use workspace::{Mended, Workspace};

use crate::diagnostic::Edit;
use crate::rewrite;

/// Applies edits to the bytes of a file, in whatever order they are given. `None` where two of them
/// overlap, or one does not fit the text: then the file is not the one that they were made for. A file that is not UTF-8
/// is not edited.
#[must_use]
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    rewrite::edited(str::from_utf8(bytes).ok()?, 0, edits).map(String::into_bytes)
}

#[cfg(test)]
mod tests;

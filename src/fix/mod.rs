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
use crate::span::SourceText;

/// Applies edits to the bytes of a file, in whatever order they are given. `None` where two of them
/// overlap, or one does not fit the text: then the file is not the one that they were made for.
#[must_use]
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    let source = SourceText::from_bytes(bytes);
    let mut sorted = edits.to_vec();
    sorted
        .sort_by(|one, other| (one.span, &one.replacement).cmp(&(other.span, &other.replacement)));
    let mut made = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for edit in sorted {
        source.text().get(edit.span.range())?;
        let start = source.file_offset(edit.span.start) as usize;
        let end = source.file_offset(edit.span.end) as usize;
        made.extend_from_slice(bytes.get(done..start)?);
        made.extend_from_slice(edit.replacement.as_bytes());
        done = end;
    }
    made.extend_from_slice(bytes.get(done..)?);
    Some(made)
}

#[cfg(test)]
mod tests;

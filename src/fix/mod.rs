//! Applies fixes in memory and verifies them. Each pass chooses fixes that do not conflict, applies
//! their edits, and reverts a fix if its finding is still reported. A [`Workspace`] holds the
//! archive as changed by the fixes so far, and nothing is written to the disk.
//!
//! The caller lints the archive of the workspace and passes the findings to [`Passes`], until
//! [`Passes::advance`] returns `None`.

mod apply;
mod effect;
mod passes;
mod plan;
mod workspace;

pub use apply::apply;
pub use passes::{Ending, FileChanges, Fixes, Passes};
pub use workspace::{FixedFile, Workspace};

#[cfg(test)]
mod tests;

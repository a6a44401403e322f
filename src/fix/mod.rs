//! Applying fixes: which of them go together, what a file becomes, and whether each of them shows its effect. Nothing is
//! written here: a [`Workspace`] is the archive in memory as the fixes have made it so far.
//!
//! A caller lints the archive of the workspace and hands what it finds to [`Passes`], again and again, until
//! [`Passes::advance`] has nothing more to do.

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

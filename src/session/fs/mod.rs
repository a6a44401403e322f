//! Access to the file system: reading pages, resolving paths that the caller provides, and writing
//! files atomically.
//!
//! `write` decides whether a file may be replaced, and `calls` contains the system calls for this.
//! `temporary` names temporary files so that the next run can remove those of a killed run.

mod attributes;
mod calls;
mod disk;
#[cfg(test)]
#[cfg(unix)]
mod failure_tests;
#[cfg(test)]
#[cfg(unix)]
mod harness;
mod paths;
mod snapshot;
mod temporary;
#[cfg(test)]
mod tests;
mod write;
mod write_lock;
#[cfg(test)]
#[cfg(unix)]
mod write_tests;

pub(super) use self::disk::{Disk, read_if_there};
pub use self::paths::PathError;
pub(super) use self::paths::{
    absolute, canonical, canonical_folder, folders_in, is_folder, is_plain_file, is_there,
    may_be_replaced, resolve,
};
pub(super) use self::temporary::{folders_to_sweep, sweep};

pub(super) use self::write::{
    UNSURE, WriteOutcome, make_folders, write_over, write_page, write_whole,
};
pub(crate) use self::write_lock::wait_for_writes;

//! Temporary files: their names, and the removal of those that a killed run left behind.
//!
//! A file is named `.dateline-R.tmp` while it is written, and `.dateline-R-B-A.tmp` once it is
//! complete. R is a random number. B is a hash of the content that the file replaces, and A is a
//! hash of its own content. The process that writes the file holds a lock on it.
//!
//! A later run removes a file only if it is not locked. It must also be incomplete, or have content
//! that matches B or A. All other files stay. For example, after a process is killed during an
//! exchange, the temporary name may refer to a version that an editor saved.

#![expect(clippy::disallowed_types, reason = "this module opens and examines temporary files")]

use crate::archive::path_text::folder_and_name;
use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::calls;
use super::snapshot::Identity;

/// The maximum number of names to try.
const TRIES: u32 = 100;

const PREFIX: &str = ".dateline-";
const SUFFIX: &str = ".tmp";

/// A temporary file. It is removed when this value is dropped, unless it was renamed to its final
/// path.
pub(super) struct Temporary {
    /// The open file.
    pub(super) file: File,
    /// The current path of the file.
    pub(super) path: PathBuf,
    number: u64,
    /// Whether to remove the file when this value is dropped.
    pub(super) is_removed: bool,
}

impl Temporary {
    /// Creates an empty file that only its owner can read, and locks it.
    ///
    /// # Errors
    /// Returns an error if the file cannot be created, or if no unused name is found.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let random = RandomState::new();
        for attempt in 0..TRIES {
            let number = random.hash_one((std::process::id(), attempt));
            let path = folder.join(format!("{PREFIX}{number:016x}{SUFFIX}"));
            let file = match calls::create(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            let made = Self { file, path, number, is_removed: true };
            if made.is_held() {
                return Ok(made);
            }
        }
        Err(io::Error::new(
            ErrorKind::AlreadyExists,
            "cannot find an unused name for a temporary file",
        ))
    }

    /// Locks the file. Returns `false` if another run has locked or removed the file, because it
    /// looked like a leftover.
    ///
    /// On a file system without locks, this returns `true`. Other runs cannot lock the file either,
    /// so they do not remove it.
    fn is_held(&self) -> bool {
        calls::lock(&self.file).unwrap_or(true)
            && calls::stat(&self.file).is_ok_and(|found| links(&found) > 0)
    }

    /// Renames the file to mark it as complete. `before` is the content that it replaces, and
    /// `after` is its own content.
    pub(super) fn is_whole(&mut self, before: &[u8], after: &[u8]) -> io::Result<()> {
        let (number, before, after) = (self.number, xxh3_128(before), xxh3_128(after));
        let name = format!("{PREFIX}{number:016x}-{before:032x}-{after:032x}{SUFFIX}");
        let path = self.path.with_file_name(name);
        calls::name(&self.path, &path)?;
        self.path = path;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.is_removed {
            // If this fails, the next run removes the file.
            let _ = calls::remove(&self.path);
        }
    }
}

/// The parsed name of a temporary file, which tells whether the file is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Unfinished,
    Whole { before: u128, after: u128 },
}

impl Name {
    fn parse(name: &str) -> Option<Self> {
        let parts: Vec<_> = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split('-').collect();
        let hash = |part: &str, digits: usize| {
            let is_hex = part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            u128::from_str_radix(part, 16).ok().filter(|_| is_hex && part.len() == digits)
        };
        match parts[..] {
            [number] => hash(number, 16).map(|_| Self::Unfinished),
            [number, before, after] => {
                hash(number, 16)?;
                Some(Self::Whole { before: hash(before, 32)?, after: hash(after, 32)? })
            }
            _ => None,
        }
    }
}

/// Returns the folders in which a killed run may have left files.
///
/// Always includes the folders of `pages`, because `paths` does not always list the temporary files
/// there. Also includes the folder of each path in `paths` that ends with the name of a temporary
/// file. All paths are relative to `root`.
pub(in crate::session) fn folders_to_sweep<'a>(
    root: &Path,
    pages: impl Iterator<Item = &'a str>,
    paths: impl Iterator<Item = &'a str>,
) -> BTreeSet<PathBuf> {
    let left = paths.map(folder_and_name).filter(|(_, name)| Name::parse(name).is_some());
    let pages = pages.map(folder_and_name);
    let folders: BTreeSet<&str> = pages.chain(left).map(|(folder, _)| folder).collect();
    folders.into_iter().map(|folder| root.join(folder)).collect()
}

/// Removes the files that killed runs left in `folders`, which are below a canonical root. Skips
/// folders that are reached through symbolic links. Returns the number of removed files.
pub(in crate::session) fn sweep(folders: &BTreeSet<PathBuf>) -> u64 {
    let is_own = |folder: &&PathBuf| calls::resolve(folder).is_ok_and(|own| own == **folder);
    folders.iter().filter(is_own).map(|folder| sweep_folder(folder)).sum()
}

/// Removes the files that killed runs left in a folder. Returns the number of removed files.
pub(super) fn sweep_folder(folder: &Path) -> u64 {
    let Ok(entries) = calls::list(folder) else { return 0 };
    let mut removed = 0;
    for entry in entries.flatten() {
        let name = entry.file_name();
        if let Some(name) = name.to_str().and_then(Name::parse)
            && is_left_over(&entry.path(), name).unwrap_or(false)
        {
            removed += u64::from(calls::remove(&entry.path()).is_ok());
        }
    }
    removed
}

/// Returns whether a file is a leftover of a killed run. Locks the file during the check, so that
/// no other process uses it.
fn is_left_over(path: &Path, name: Name) -> io::Result<bool> {
    let Some(found) = calls::look(path)?.filter(is_ours) else { return Ok(false) };
    let file = calls::open(path)?;
    if Identity::of(&calls::stat(&file)?) != Identity::of(&found) || !calls::lock(&file)? {
        return Ok(false);
    }
    match name {
        Name::Unfinished => Ok(is_private(&found)),
        Name::Whole { before, after } => {
            let hash = xxh3_128(&calls::read(&file)?);
            Ok(hash == before || hash == after)
        }
    }
}

/// Returns whether a file is a regular file that belongs to this user and has no other hard links.
#[cfg(unix)]
fn is_ours(found: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.is_file() && found.nlink() == 1 && is_of(found, rustix::process::geteuid().as_raw())
}

/// Returns whether a file belongs to `user`. Even root removes only its own files, because it may
/// work in folders that other users can write to.
#[cfg(unix)]
fn is_of(found: &Metadata, user: u32) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == user
}

#[cfg(not(unix))]
fn is_ours(found: &Metadata) -> bool {
    found.is_file()
}

/// Returns whether only the owner can read and write a file, as is the case for temporary files.
/// Git creates files with more permissions, unless the user's umask forbids it.
#[cfg(unix)]
fn is_private(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
fn is_private(_found: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn links(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn links(_found: &Metadata) -> u64 {
    1
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "these tests read and write files directly")]
mod tests {
    use super::*;

    #[test]
    fn only_the_reserved_names_are_those_of_temporary_files() {
        let (number, hash) = ("0123456789abcdef", "0123456789abcdef0123456789abcdef");
        assert_eq!(Name::parse(&format!(".dateline-{number}.tmp")), Some(Name::Unfinished));
        let whole = Name::parse(&format!(".dateline-{number}-{hash}-{hash}.tmp"));
        assert!(matches!(whole, Some(Name::Whole { .. })));
        for other in [
            ".dateline-.tmp".to_owned(),
            format!(".dateline-{number}"),
            format!("dateline-{number}.tmp"),
            format!(".dateline-{}.tmp", number.to_uppercase()),
            format!(".dateline-+{}.tmp", &number[1..]),
            format!(".dateline-{number}-{hash}.tmp"),
            format!(".dateline-{number}-{hash}-{hash}-{hash}.tmp"),
            format!(".dateline-{number}-{number}-{hash}.tmp"),
            format!(".dateline-{number}.tmp.md"),
        ] {
            assert_eq!(Name::parse(&other), None, "{other}");
        }
    }

    /// Regression test: root used to remove the files of all users.
    #[cfg(unix)]
    #[test]
    fn a_file_of_another_user_is_not_removed_by_root_either() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".dateline-0123456789abcdef.tmp");
        std::fs::write(&path, "").unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&path, private).unwrap();
        let is_root = rustix::process::geteuid().is_root();
        if is_root {
            std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
        }
        let found = std::fs::symlink_metadata(&path).unwrap();
        assert!(!is_of(&found, 0));
        assert_eq!(sweep_folder(folder.path()), u64::from(!is_root));
    }

    /// A commit can contain files with reserved names.
    #[cfg(unix)]
    #[test]
    fn what_a_commit_names_like_a_temporary_file_is_not_removed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = |number: u32, rest: &str| {
            folder.path().join(format!(".dateline-{number:016x}{rest}.tmp"))
        };
        let wrong = format!("-{:032x}-{:032x}", 1, 2);
        let make = |path: &Path, mode| {
            std::fs::write(path, "a stranger's\n").unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        make(&path(1, ""), 0o644);
        make(&path(2, &wrong), 0o600);
        make(&folder.path().join(".dateline-note.tmp"), 0o600);
        make(&folder.path().join("linked"), 0o600);
        std::fs::hard_link(folder.path().join("linked"), path(3, "")).unwrap();
        symlink(folder.path().join("linked"), path(4, "")).unwrap();
        std::fs::create_dir(path(5, "")).unwrap();
        make(&path(6, ""), 0o600);
        let held = calls::open(&path(6, "")).unwrap();
        assert!(calls::lock(&held).unwrap());
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!((sweep_folder(folder.path()), count()), (0, 8));
        // Dropping the handle releases the lock.
        drop(held);
        assert_eq!((sweep_folder(folder.path()), count()), (1, 7));
        assert!(!path(6, "").exists());
    }
}

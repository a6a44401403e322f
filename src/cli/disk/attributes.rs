//! What a file that takes the place of another takes over from it.

#![expect(clippy::disallowed_types, reason = "this module sets attributes of open files")]

use std::fs::{File, Metadata};
use std::io;

use super::calls;

/// Gives `new` the permissions of `old` and, where the system allows it, its owner, its access control
/// list and its other extended attributes.
pub(super) fn keep(new: &File, old: &File, metadata: &Metadata) -> io::Result<()> {
    keep_owner(new, metadata);
    calls::set_mode(new, permissions(metadata))?;
    keep_extended(new, old);
    Ok(())
}

/// The permissions of a page; whatever it holds, it does not run as its owner.
#[cfg(unix)]
fn permissions(old: &Metadata) -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(old.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn permissions(old: &Metadata) -> std::fs::Permissions {
    old.permissions()
}

/// The owner of a file can be kept by root alone, and its group only by a member.
#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) {
    use std::os::unix::fs::MetadataExt;
    if calls::set_owner(new, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = calls::set_owner(new, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_new: &File, _old: &Metadata) {}

/// Copies extended attributes. Those that the system sets itself or gives to nobody stay behind.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn keep_extended(new: &File, old: &File) {
    use rustix::fs::{
        XattrFlags, fgetxattr, fgetxattr_query, flistxattr, flistxattr_query, fsetxattr,
    };
    let mut names = vec![0; flistxattr_query(old).unwrap_or_default()];
    let length = flistxattr(old, &mut names[..]).unwrap_or_default();
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0; fgetxattr_query(old, name).unwrap_or_default()];
        if let Ok(length) = fgetxattr(old, name, &mut value[..]) {
            let _ = fsetxattr(new, name, &value[..length], XattrFlags::empty());
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn keep_extended(_new: &File, _old: &File) {}

/// Temporary files are for their owner alone; a new file is for whoever may read the folder.
#[cfg(unix)]
pub(super) fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    calls::set_mode(file, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(super) fn make_readable(_file: &File) -> io::Result<()> {
    Ok(())
}

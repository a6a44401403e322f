//! Copies permissions and other attributes to a file that replaces another.

#![expect(clippy::disallowed_types, reason = "this module sets attributes of open files")]

use std::fs::{File, Metadata};
use std::io;

use super::calls;

/// Gives `new` the permissions of `old` and, where the system allows it, its owner, its access control
/// list and its other extended attributes. Nobody may do more with it than with `old`.
pub(super) fn keep(new: &File, old: &File, metadata: &Metadata) -> io::Result<()> {
    let is_group_kept = keep_owner(new, metadata);
    let is_access_kept = keep_extended(new, old);
    // The group bits are copied only if the group is the same. With an access control list, these bits are the
    // mask of the list, not the permissions of the group.
    calls::set_mode(new, permissions(metadata, is_group_kept && is_access_kept))
}

/// Returns the permissions of a page, without the set-user-ID and set-group-ID bits. If not all permissions
/// can be kept, the group gets no more than everybody else.
#[cfg(unix)]
fn permissions(old: &Metadata, are_kept: bool) -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let mode = old.permissions().mode() & 0o777;
    let of_all = (mode & 0o007) << 3;
    let allowed = if are_kept { 0o777 } else { 0o707 | of_all };
    std::fs::Permissions::from_mode(mode & allowed)
}

#[cfg(not(unix))]
fn permissions(old: &Metadata, _are_kept: bool) -> std::fs::Permissions {
    old.permissions()
}

/// Keeps the owner and the group of a file if possible: only root can keep the owner, and only a member can
/// keep the group. Returns whether the group is kept.
#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let group = old.gid();
    calls::set_owner(new, Some(old.uid()), Some(group)).is_ok()
        || calls::set_owner(new, None, Some(group)).is_ok()
        || calls::stat(new).is_ok_and(|new| new.gid() == group)
}

#[cfg(not(unix))]
fn keep_owner(_new: &File, _old: &Metadata) -> bool {
    true
}

/// Copies extended attributes, except those that only the system can set. Returns whether the access control
/// lists are copied.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn keep_extended(new: &File, old: &File) -> bool {
    let Ok(names) = calls::attributes(old) else { return false };
    let mut is_access_kept = true;
    for name in names {
        let value = calls::attribute(old, &name);
        let copied = value.and_then(|value| calls::set_attribute(new, &name, &value));
        is_access_kept &= copied.is_ok() || !name.starts_with(b"system.");
    }
    is_access_kept
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn keep_extended(_new: &File, _old: &File) -> bool {
    true
}

/// Sets the permissions of a new file, since only the owner can read a temporary file.
#[cfg(unix)]
pub(super) fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    calls::set_mode(file, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(super) fn make_readable(_file: &File) -> io::Result<()> {
    Ok(())
}

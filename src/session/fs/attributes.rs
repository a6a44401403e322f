//! Copies permissions and other attributes to a file that replaces another file.

#![expect(clippy::disallowed_types, reason = "this module sets attributes of open files")]

use std::fs::{File, Metadata};
use std::io;

use super::calls;

/// Copies the permissions of `old` to `new`. Where the system allows it, also copies the owner, the
/// access control list and the other extended attributes. Nobody gets more access to `new` than to
/// `old`.
pub(super) fn keep(new: &File, old: &File, metadata: &Metadata) -> io::Result<()> {
    let is_group_kept = keep_owner(new, metadata);
    let is_access_kept = keep_extended(new, old);
    // Copy the group bits only if the group and the access control list are the same. With such a
    // list, these bits are its mask, not the permissions of the group.
    calls::set_mode(new, permissions(metadata, is_group_kept && is_access_kept))
}

/// Returns the permissions for a page, without the set-user-ID and set-group-ID bits. If `are_kept`
/// is false, the group gets no more permissions than all other users.
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

/// Copies the owner and the group of a file if possible. Only root can set the owner, and only a
/// member of the group can set the group. Returns whether the group is the same.
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

/// Copies the extended attributes, except those that only the system can set. Returns whether all
/// access control lists are copied.
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

/// Makes a new file readable for all users, because only the owner can read a temporary file.
#[cfg(unix)]
pub(super) fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    calls::set_mode(file, std::fs::Permissions::from_mode(0o644))
}

/// Does nothing, because temporary files have no special permissions here.
#[cfg(not(unix))]
pub(super) fn make_readable(_file: &File) -> io::Result<()> {
    Ok(())
}

//! What a file that takes the place of another takes over from it.

#![expect(clippy::disallowed_types, reason = "this module sets attributes of open files")]

use std::fs::{File, Metadata};
use std::io;

use super::calls;

/// Gives `new` the permissions of `old` and, where the system allows it, its owner, its access control
/// list and its other extended attributes. Nobody may do more with it than with `old`.
pub(super) fn keep(new: &File, old: &File, metadata: &Metadata) -> io::Result<()> {
    let is_group_kept = keep_owner(new, metadata);
    let is_access_kept = keep_extended(new, old);
    // The bits of the group are for this one alone; beside an access control list they are the most that it
    // allows, and not what the group may do.
    calls::set_mode(new, permissions(metadata, is_group_kept && is_access_kept))
}

/// The permissions of a page; whatever it holds, it does not run as its owner. The group of a file whose
/// permissions are not all kept may do no more than everybody.
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

/// The owner of a file can be kept by root alone, and its group only by a member. Returns whether the
/// group is.
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

/// Copies extended attributes. Those that the system sets itself or gives to nobody stay behind. Returns
/// whether those that say who may do what are copied.
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

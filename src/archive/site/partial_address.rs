//! Addresses that are known only in part, because a permalink contains a variable that Dateline does not know.

use super::path::{key, last_part};
use crate::archive::path_text::{ancestors, folder_and_name};

/// What stands for an unknown part of an address. No address contains this character.
pub(super) const UNKNOWN: char = '\0';

/// The maximum number of folders above an unknown part. A page below more of them is not looked for.
const DEEPEST: usize = 16;

/// What is known of the address of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartialAddress {
    /// The folder in which the first unknown part is, without slashes at its ends.
    folder: String,
    /// What comes after the last slash, if it is known.
    name: Option<String>,
}

impl PartialAddress {
    /// Returns what is known of an address with unknown parts. Returns `None` if all of it is known.
    pub(super) fn of(address: &str) -> Option<Self> {
        let (known, _) = address.split_once(UNKNOWN)?;
        let folder = folder_and_name(known).0;
        let key = key(address);
        let name = Some(last_part(&key)).filter(|name| !name.contains(UNKNOWN));
        Some(Self { folder: folder.trim_matches('/').to_owned(), name: name.map(str::to_owned) })
    }

    /// Returns what can be known of an address: one such partial address for each folder above it, with and without
    /// its name.
    pub(super) fn fitting(address: &str) -> impl Iterator<Item = Self> {
        let key = key(address).into_owned();
        let (above, name) = folder_and_name(&key);
        let folders = std::iter::once("").chain(ancestors(above)).take(DEEPEST);
        let both = |folder: &str| {
            [Some(name.to_owned()), None].map(|name| Self { folder: folder.to_owned(), name })
        };
        folders.flat_map(both).collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_if_what_is_known_is_equal() {
        let partial = |written: &str| {
            PartialAddress::of(&written.replace('*', "\0")).expect("an unknown part")
        };
        for (written, fitting, other) in [
            ("/x/*/a/", &["/x/4/a/", "/x/4/a.html", "/x/4/5/a"][..], &["/x/4/b/", "/y/4/a/"][..]),
            ("/x/*/*.html", &["/x/a.html", "/x/4/a/"], &["/y/a.html", "/xx/a"]),
            ("/x/day-*/a/", &["/x/day-4/a/"], &["/x/b/"]),
            ("/*/", &["/a/", "/b/c"], &[]),
        ] {
            let partial = partial(written);
            let fits = |address: &&&str| PartialAddress::fitting(address).any(|one| one == partial);
            assert_eq!(fitting.iter().find(|address| !fits(address)), None, "{written}");
            assert_eq!(other.iter().find(fits), None, "{written}");
        }
        assert_eq!(PartialAddress::of("/x/a/"), None);
    }
}

//! Folders of the site that something else than the archive serves, such as the documentation of an interface.

use std::collections::{BTreeMap, BTreeSet};

/// A folder of the site to which links lead although the archive has nothing in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnservedFolder {
    /// The address of the folder, with a slash at each end.
    pub address: String,
    /// The number of different addresses in it that links name.
    pub named: usize,
}

/// The minimum number of different addresses in a folder. Fewer may be slips.
const FEWEST: usize = 3;

/// Returns the folders that the archive does not serve, of `missing` addresses to which links lead. `is_served`
/// returns whether the archive has a page or a file below a folder, whose address has no slash at its ends.
///
/// Years do not count as folders, because links into them are more likely to have a wrong date.
#[must_use]
pub fn unserved_folders(
    missing: &[String],
    is_served: &dyn Fn(&str) -> bool,
) -> Vec<UnservedFolder> {
    let mut named: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for address in missing {
        let trimmed = address.trim_matches('/');
        let folders = trimmed.match_indices('/').map(|(end, _)| &trimmed[..end]).chain([trimmed]);
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        let mut folders = folders.filter(|folder| !folder.is_empty());
        let unserved = folders.find(|folder| !is_served(folder));
        let unserved = unserved.filter(|folder| !folder.rsplit('/').next().is_none_or(is_number));
        if let Some(folder) = unserved {
            named.entry(format!("/{folder}/")).or_default().insert(trimmed);
        }
    }
    let several = named.into_iter().filter(|(_, addresses)| addresses.len() >= FEWEST);
    several.map(|(address, of)| UnservedFolder { address, named: of.len() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_several_missing_addresses_and_nothing_else_are_unserved() {
        let missing = [
            "/api/2.12/a.html",
            "/api/2.12/b.html",
            "/api/current/",
            "/docs/guide/",
            "/docs/guide/x/",
            "/docs/guide/y/#z",
            "/docs/lone/",
            "/docs/lone/x/",
            "/2013/03/1/a/",
            "/2013/03/2/b/",
            "/2013/03/3/c/",
            "/one",
            "/two",
        ];
        let missing = missing.map(str::to_owned);
        let found = unserved_folders(&missing, &|folder| folder == "docs");
        let found: Vec<_> = found.iter().map(|one| (&*one.address, one.named)).collect();
        assert_eq!(found, [("/api/", 3), ("/docs/guide/", 3)]);
    }
}

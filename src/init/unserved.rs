//! Parts of the site that something other than the archive serves, such as the documentation of an interface.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::archive::path_text::ancestors;
use crate::diagnostic::printable;

/// An address, or a folder of the site, to which links lead although the archive has nothing there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unserved {
    /// The address. That of a folder has a slash at its end.
    pub address: String,
    /// What shows that something else serves it.
    pub evidence: Evidence,
}

/// What shows that something other than the archive serves an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Links name this number of different addresses in the folder.
    Named(usize),
    /// Git ignores the page, as it does with generated files.
    Ignored,
}

impl fmt::Display for Unserved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = printable(&self.address);
        match self.evidence {
            Evidence::Named(count) => write!(
                formatter,
                "{address}: links name {count} addresses in it, but no page or file is there"
            ),
            Evidence::Ignored => write!(formatter, "{address}: git ignores the page"),
        }
    }
}

/// The minimum number of different addresses in a folder. Fewer may be slips.
const FEWEST: usize = 3;

/// Returns what the archive does not serve, of `missing` addresses to which links lead.
///
/// `is_served` returns whether the archive has a page or a file at an address or below it, and `is_ignored` whether git
/// ignores the page at an address. Both get addresses without slashes at their ends. Years do not count as folders,
/// because links into them are more likely to have a wrong date.
#[must_use]
pub fn unserved(
    missing: &[String],
    is_served: &dyn Fn(&str) -> bool,
    is_ignored: &dyn Fn(&str) -> bool,
) -> Vec<Unserved> {
    let mut named: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let missing: BTreeSet<&str> = missing.iter().map(|address| address.trim_matches('/')).collect();
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    for address in &missing {
        let unserved = ancestors(address).find(|folder| !is_served(folder));
        let unserved = unserved.filter(|folder| !folder.rsplit('/').next().is_none_or(is_number));
        if let Some(folder) = unserved {
            named.entry(format!("/{folder}/")).or_default().insert(address);
        }
    }
    named.retain(|_, addresses| addresses.len() >= FEWEST);
    let is_known = |address: &str| {
        let address = format!("/{address}/");
        named.keys().any(|folder| address.starts_with(&**folder))
    };
    let ignored = missing.into_iter().filter(|address| !is_known(address) && is_ignored(address));
    let ignored: Vec<_> = ignored
        .map(|address| Unserved { address: format!("/{address}"), evidence: Evidence::Ignored })
        .collect();
    let folders = named
        .into_iter()
        .map(|(address, of)| Unserved { address, evidence: Evidence::Named(of.len()) });
    folders.chain(ignored).collect()
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
            "/docs/guide/y/",
            "/docs/lone/",
            "/docs/lone/x/",
            "/2013/03/1/a/",
            "/2013/03/2/b/",
            "/2013/03/3/c/",
            "/one",
            "/two",
        ];
        let missing = missing.map(str::to_owned);
        let is_ignored = |address: &str| address == "docs/lone/x";
        let found = unserved(&missing, &|folder| folder == "docs", &is_ignored);
        let found: Vec<_> = found.iter().map(|one| (&*one.address, one.evidence)).collect();
        let expected = [
            ("/api/", Evidence::Named(3)),
            ("/docs/guide/", Evidence::Named(3)),
            ("/docs/lone/x", Evidence::Ignored),
        ];
        assert_eq!(found, expected);
    }
}

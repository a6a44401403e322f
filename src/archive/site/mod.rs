//! The site that a generator builds from the archive: at which address each page is served.

mod address;
mod addresses;
mod bundle;
mod file_address;
mod hugo;
mod hugo_page;
mod jekyll;
mod page_values;
mod partial_address;
mod path;
mod pelican;
mod permalink;
mod settings;
mod slugify;
#[cfg(test)]
mod tests;
mod zola;

pub use address::{ALIAS_KEYS, AddressRules, OWN_KEYS, PageAddresses};
pub use addresses::{Addresses, SharedAddress};
pub use jekyll::DEFAULT_PERMALINK;
pub use partial_address::PartialAddress;
pub(in crate::archive) use path::key;
pub use path::{absolute, escapes};
pub use permalink::{Permalink, PermalinkError};
pub use settings::{Generator, NUMBER, Site};

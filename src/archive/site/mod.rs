//! The site that a generator builds from the archive: at which address each page is served.

mod address;
mod addresses;
mod bundle;
mod file_address;
mod hugo;
mod jekyll;
mod path;
mod permalink;
mod settings;
mod slugify;
#[cfg(test)]
mod tests;

pub use address::{ADDRESS_KEYS, AddressRules, PageAddresses};
pub use addresses::{Addresses, SharedAddress};
pub use path::absolute;
pub(super) use path::join;
pub use permalink::{Permalink, PermalinkError};
pub use settings::{Generator, Site};
